//! Inviting and accepting.

use std::sync::Arc;

use axum::Extension;
use kernel::UserId;
use kernel::access::{Access, Area, Level, Members, Role};
use kernel::crypto::SecretText;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::time::Utc;
use web::{
    Answer, Body, ClientOrigin, Created, Doc, Json, Keyed, Listing, NoContent, NoTransform, Page, PathId,
    Permitted, Route, Routes, Signed,
};

use super::accept::Acceptance;
use super::actions::NewInvitation;
use super::{Invitation, InvitationId, store as invitations};
use crate::cookie::SessionToken;
use crate::identity::Identity;
use crate::json::{UserJson, WorkspaceJson};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/invitations", Access::Area(Area::Members, Level::View), list)
                .doc(Doc::new("List open invitations").lists::<InvitationJson>()),
        )
        .with(
            Route::post("/invitations", Access::Sudo(Area::Members, Level::Full), create).doc(
                Doc::new("Invite somebody")
                    .about("The token is answered once; pass the link `/invite/{token}` on. It works for 7 days.")
                    .body::<Invite>(json!({ "email": "grace@example.com", "role": "developer" }))
                    .answers::<InvitationJson>(201)
                    .refuses(404)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::delete("/invitations/{invitation}", Access::Area(Area::Members, Level::Full), revoke)
                .doc(Doc::new("Take an invitation back").answers_empty(204)),
        )
        .with(
            Route::post("/invitations/accept", Access::Public, accept).doc(
                Doc::new("Accept an invitation")
                    .about(
                        "An address without an account gives name and password, and signs in afterwards; \
                         an address with one accepts with that account's session.",
                    )
                    .body::<Accept>(json!({
                        "token": "the-last-part-of-the-link-that-was-passed-on",
                        "name": "Grace Lindqvist", "password": "a lake in late october"
                    }))
                    .answers::<Accepted>(201)
                    .refuses(404)
                    .refuses(401)
                    .refuses(409)
                    .refuses(503),
            ),
        )
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    email: String,
    role: Role,
    /// Somebody of an import, whose work becomes that of whoever accepts.
    placeholder_id: Option<UserId>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationJson {
    id: InvitationId,
    email: String,
    #[schema(value_type = Role)]
    role: String,
    placeholder_id: Option<UserId>,
    invited_by: Option<UserId>,
    created_at: Utc,
    expires_at: Utc,
    /// Answered to whoever makes the invitation, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The whole link, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl From<Invitation> for InvitationJson {
    fn from(invitation: Invitation) -> Self {
        let Invitation { id, email, role, placeholder, invited_by, created_at, expires_at } = invitation;
        Self {
            id,
            email,
            role,
            placeholder_id: placeholder,
            invited_by,
            created_at: created_at.into(),
            expires_at: expires_at.into(),
            token: None,
            link: None,
        }
    }
}

async fn list(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    listing: Listing,
) -> Answer<Json<Page<InvitationJson>>> {
    let (after, fetch) = (listing.after::<InvitationId>()?, listing.fetch());
    let rows = identity
        .store
        .tenant(&caller)
        .read(async move |tx| invitations::page(tx, after, fetch).await)
        .await?;
    let Page { data, next_cursor } = listing.page(rows, |invitation| invitation.id)?;
    Ok(Json(Page { data: data.into_iter().map(Into::into).collect(), next_cursor }))
}

async fn create(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    Keyed(Body(body), key): Keyed<Body<Invite>>,
) -> Answer<NoTransform<Created<InvitationJson>>> {
    let given = NewInvitation { email: body.email, role: body.role, placeholder: body.placeholder_id };
    let (invitation, token) = identity.invite(&caller, permit, given, key).await?;
    let location = format!("/api/v1/invitations/{}", invitation.id);
    let mut body = InvitationJson::from(invitation);
    if let Some(token) = token {
        body.link = Some(identity.invitation_url(&token));
        body.token = Some(token.expose().to_owned());
    }
    Ok(NoTransform(Created { location, body }))
}

async fn revoke(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    PathId(invitation): PathId<InvitationId>,
) -> Answer<NoContent> {
    identity.revoke(&caller, permit, invitation).await?;
    Ok(NoContent)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    token: SecretText,
    /// For an address without an account.
    name: Option<String>,
    /// For an address without an account; 12 to 256 characters.
    password: Option<SecretText>,
}

#[derive(Serialize, ToSchema)]
struct Accepted {
    user: UserJson,
    workspace: WorkspaceJson,
}

async fn accept(
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    session: SessionToken,
    Body(body): Body<Accept>,
) -> Answer<Created<Accepted>> {
    let given = Acceptance { token: body.token, name: body.name, password: body.password };
    let (user, workspace) = identity.accept(given, session.expose(), origin).await?;
    let body = Accepted { user: user.into(), workspace: workspace.into() };
    Ok(Created { location: "/api/v1/workspace".into(), body })
}
