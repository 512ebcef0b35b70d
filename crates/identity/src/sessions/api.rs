//! Signing in and out, and one's sessions.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::access::{Access, Caller};
use kernel::crypto::SecretText;
use kernel::{Error, SessionId, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::time::Utc;
use web::{
    Answer, App, Body, ClientOrigin, Doc, Json, Listing, NoContent, Page, PathId, Route, Routes, Signed,
};

use super::actions::{SignIn, Sudo};
use super::store::{self as sessions, Listed};
use crate::cookie::{SessionToken, with_session, without_session};
use crate::factors::proof::Given;
use crate::identity::Identity;
use crate::json::{UserJson, WorkspaceJson};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .with(
            Route::post("/auth/login", Access::Public, login).doc(
                Doc::new("Sign in")
                    .about("Five failures in a quarter of an hour from one network, and this account waits there.")
                    .tag("auth")
                    .body::<Login>(json!({ "email": "ada@example.com", "password": "a lake in late october" }))
                    .answers::<SignedInAs>(200)
                    .refuses(401)
                    .refuses(404)
                    .refuses(503),
            ),
        )
        .with(
            Route::post("/auth/logout", Access::SignedIn, logout).before_factor()
                .doc(Doc::new("Sign out").tag("auth").answers_empty(204)),
        )
        .with(
            Route::get("/me/sessions", Access::SignedIn, list).before_factor()
                .doc(Doc::new("List one's sessions").tag("me").lists::<SessionJson>()),
        )
        .with(
            Route::delete("/me/sessions/{session}", Access::SignedIn, end).before_factor()
                .doc(Doc::new("End one of one's sessions").tag("me").answers_empty(204)),
        )
        .with(
            Route::post("/me/revoke-all", Access::SignedIn, revoke_all).before_factor()
                .doc(Doc::new("End all of one's sessions, this one too").tag("me").answers_empty(204)),
        )
        .merge(secret_routes())
}

fn secret_routes() -> Routes {
    Routes::new()
        .with(
            Route::post("/me/password", Access::SignedIn, change_password).before_factor().doc(
                Doc::new("Change one's password")
                    .about("All other sessions end; this one goes on with a new cookie.")
                    .tag("me")
                    .body::<ChangePassword>(json!({
                        "current_password": "a lake in late october", "new_password": "an orchard behind the mill"
                    }))
                    .answers_empty(204)
                    .refuses(503),
            ),
        )
        .with(
            Route::post("/me/sudo", Access::SignedIn, sudo).before_factor().doc(
                Doc::new("Confirm that it is oneself, for changes of security in the next ten minutes")
                    .tag("me")
                    .body::<Confirm>(json!({ "password": "a lake in late october" }))
                    .answers_empty(204)
                    .refuses(503),
            ),
        )
        .with(
            Route::post("/session/workspace", Access::SignedIn, switch).before_factor().doc(
                Doc::new("Switch this session to another of one's workspaces")
                    .tag("workspaces")
                    .body::<Switch>(json!({ "workspace_id": "ws_01jd3k00000000000000000000" }))
                    .answers::<WorkspaceJson>(200)
                    .refuses(404),
            ),
        )
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    email: String,
    password: SecretText,
    /// Six digits of the authenticator; passed over for accounts without a second factor.
    totp_code: Option<SecretText>,
    /// One of the ten, instead of `totp_code`.
    recovery_code: Option<SecretText>,
    /// Where to; by default where one was last.
    workspace_id: Option<WorkspaceId>,
}

#[derive(Serialize, ToSchema)]
struct SignedInAs {
    user: UserJson,
    /// None for somebody who is in no workspace: they can accept an invitation, nothing else.
    workspace: Option<WorkspaceJson>,
    workspaces: Vec<WorkspaceJson>,
}

async fn login(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    had: SessionToken,
    Body(body): Body<Login>,
) -> Answer<Response> {
    let given = SignIn { email: body.email, password: body.password, workspace: body.workspace_id };
    let factor = Given::of(body.totp_code, body.recovery_code);
    let entered = identity.sign_in(given, factor, had.expose(), origin).await?;
    let workspaces = identity.workspaces_of(entered.user.id).await?;
    let body = SignedInAs {
        user: entered.user.into(),
        workspace: entered.workspace.map(Into::into),
        workspaces: workspaces.into_iter().map(Into::into).collect(),
    };
    with_session(&app, &entered.token, Json(body))
}

async fn logout(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
) -> Answer<Response> {
    identity.sign_out(&caller).await?;
    without_session(&app, NoContent)
}

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionJson {
    id: SessionId,
    /// Whether it is the one that asks.
    current: bool,
    workspace_id: Option<WorkspaceId>,
    created_at: Utc,
    /// To five minutes.
    last_seen_at: Utc,
    /// At the latest; a week without use ends it earlier.
    expires_at: Utc,
    /// Where it was begun.
    ip: Option<String>,
    user_agent: Option<String>,
}

impl SessionJson {
    fn of(session: Listed, caller: &Caller) -> Self {
        Self {
            id: session.id,
            current: caller.session() == Some(session.id),
            workspace_id: session.workspace,
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
            expires_at: session.expires_at.into(),
            ip: session.ip,
            user_agent: session.user_agent,
        }
    }
}

/// There are at most a hundred: one page.
async fn list(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    listing: Listing,
) -> Answer<Json<Page<SessionJson>>> {
    let all = sessions::of_user(&identity.store, caller.user()).await?;
    let Page { data, next_cursor } = listing.part(all, |session| session.id)?;
    let data = data.into_iter().map(|session| SessionJson::of(session, &caller)).collect();
    Ok(Json(Page { data, next_cursor }))
}

async fn end(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    PathId(session): PathId<SessionId>,
) -> Answer<Response> {
    identity.end_own(&caller, session).await?;
    if caller.session() == Some(session) {
        return without_session(&app, NoContent);
    }
    Ok(axum::response::IntoResponse::into_response(NoContent))
}

async fn revoke_all(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
) -> Answer<Response> {
    identity.end_all(&caller, false).await?;
    without_session(&app, NoContent)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current_password: SecretText,
    /// 12 to 256 characters, none of the breached or easily guessed ones.
    new_password: SecretText,
}

async fn change_password(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<ChangePassword>,
) -> Answer<Response> {
    let token = identity.change_password(&caller, &body.current_password, &body.new_password).await?;
    with_session(&app, &token, NoContent)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirm {
    password: Option<SecretText>,
    /// Six digits of the authenticator, instead of the password.
    totp_code: Option<SecretText>,
}

async fn sudo(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<Confirm>,
) -> Answer<NoContent> {
    let given = match (body.password, body.totp_code) {
        (Some(password), None) => Sudo::Password(password),
        (None, Some(code)) => Sudo::Code(code),
        (None, None) => return Err(Error::invalid("/password", "or totp_code is needed").into()),
        (Some(_), Some(_)) => {
            return Err(Error::invalid("/totp_code", "is given beside the password; give one of them").into());
        }
    };
    identity.sudo(&caller, given).await?;
    Ok(NoContent)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switch {
    workspace_id: WorkspaceId,
    /// Where that workspace asks for another second factor than the session was begun with.
    totp_code: Option<SecretText>,
    /// Instead of `totp_code`.
    recovery_code: Option<SecretText>,
}

async fn switch(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<Switch>,
) -> Answer<Response> {
    let factor = Given::of(body.totp_code, body.recovery_code);
    let (token, workspace) = identity.switch(&caller, body.workspace_id, factor).await?;
    with_session(&app, &token, Json(WorkspaceJson::from(workspace)))
}
