//! The page of members and invitations.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::{Access, Area, Caller, Level, Members, Role, Security};
use kernel::{Result, Timestamp, UserId};
use serde::Deserialize;
use serde_json::json;
use web::words::EN;
use web::{
    Answer, App, Doc, FormBody, Html, NoTransform, Params, PathId, Permitted, Route, Routes, Signed, Visit,
    see_other,
};

use super::{Member, store as members};
use crate::form::Again;
use crate::frame::{person, role_words};
use crate::identity::Identity;
use crate::invitations::actions::NewInvitation as Invite;
use crate::invitations::{self, Invitation, InvitationId};
use crate::sessions;
use crate::view::{InvitationForm, InvitationRow, MemberRow, MembersPage, NewInvitation, RoleOption};

/// More than a team has; beyond it the API lists them.
const SHOWN: i64 = 10_000;

pub(crate) fn routes() -> Routes {
    let manage = Access::Sudo(Area::Members, Level::Full);
    Routes::new()
        .with(
            Route::page_get("/members", Access::SignedIn, show).doc(Doc::new("Show members and invitations")),
        )
        .with(Route::page_post("/members/{member}/role", manage, change_role).doc(
            Doc::new("Give a member another role").form(json!({ "role": "developer" })).answers_empty(303),
        ))
        .with(
            Route::page_post("/members/{member}/remove", manage, remove)
                .doc(Doc::new("Remove a member").form(json!({})).answers_empty(303)),
        )
        .with(
            Route::page_post(
                "/members/{member}/reset-2fa",
                Access::Sudo(Area::Security, Level::Full),
                reset_factor,
            )
            .doc(Doc::new("Put a member's second factor aside").form(json!({})).answers_empty(303)),
        )
        .with(
            Route::page_post("/invitations", manage, invite).doc(
                Doc::new("Invite somebody")
                    .form(json!({ "email": "grace@example.com", "role": "developer" }))
                    .answers_other(200, "text/html"),
            ),
        )
        .with(
            Route::page_post(
                "/invitations/{invitation}/revoke",
                Access::Area(Area::Members, Level::Full),
                revoke,
            )
            .doc(Doc::new("Take an invitation back").form(json!({})).answers_empty(303)),
        )
}

async fn show(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    Params(query): Params<Done>,
) -> Answer<Html<MembersPage>> {
    let mut page = page(&app, &identity, &caller, &visit).await?;
    page.done = (query.done == "two-factor-reset").then_some(EN.two_factor.was_put_aside);
    Ok(Html(page))
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

async fn page(app: &App, identity: &Identity, caller: &Caller, visit: &Visit) -> Result<MembersPage> {
    let sees = caller.may(Area::Members, Level::View);
    let may_invite = caller.may(Area::Members, Level::Full);
    let (people, open) = identity
        .store
        .tenant(caller)
        .read(async move |tx| {
            let people = members::page(tx, None, SHOWN).await?;
            let open = if sees { invitations::store::page(tx, None, SHOWN).await? } else { Vec::new() };
            Ok((people, open))
        })
        .await?;
    let seen: HashMap<UserId, Timestamp> = if sees {
        sessions::store::last_seen(&identity.store, caller.workspace()).await?.into_iter().collect()
    } else {
        HashMap::new()
    };
    let factors = if sees { identity.members_with_factor(caller).await? } else { HashMap::new() };
    let names: HashMap<UserId, String> =
        people.iter().map(|member| (member.id, member.name.clone())).collect();
    let placeholders = people.iter().filter(|member| member.status == "placeholder");
    Ok(MembersPage {
        page: visit.page(app, EN.members.title, "members").await?,
        placeholders: placeholders
            .map(|member| person(member.id.to_string(), member.name.clone(), true))
            .collect(),
        members: people.into_iter().map(|member| row(caller, member, &seen, &factors)).collect(),
        invitations: open.into_iter().map(|invitation| invitation_row(caller, invitation, &names)).collect(),
        roles: given_by(caller),
        sees,
        may_invite,
        form: InvitationForm::default(),
        done: None,
        made: None,
    })
}

fn option(role: Role) -> RoleOption {
    let (name, about) = role_words(&EN, role);
    RoleOption { value: role.name(), name, about }
}

/// The roles that somebody may give.
fn given_by(caller: &Caller) -> Vec<RoleOption> {
    if !caller.may(Area::Members, Level::Full) {
        return Vec::new();
    }
    Role::ALL.into_iter().filter(|role| caller.role().governs(*role)).map(option).collect()
}

fn row(
    caller: &Caller,
    member: Member,
    seen: &HashMap<UserId, Timestamp>,
    factors: &HashMap<UserId, bool>,
) -> MemberRow {
    let role = member.active_role().ok();
    let is_self = member.id == caller.user();
    let manages = caller.may(Area::Members, Level::Full);
    let governs = manages && role.is_some_and(|role| caller.role().governs(role));
    MemberRow {
        person: person(member.id.to_string(), member.name, role.is_none()),
        email: member.email.filter(|_| caller.may(Area::Members, Level::View)),
        role: role.map_or(RoleOption { value: "", name: "—", about: "" }, option),
        is_self,
        may_become: if governs { given_by(caller) } else { Vec::new() },
        may_remove: governs || (manages && is_self),
        has_factor: factors.contains_key(&member.id),
        may_reset: factors.get(&member.id).is_some_and(|is_superadmin| !is_superadmin)
            && !is_self
            && caller.may(Area::Security, Level::Full),
        last_seen: seen.get(&member.id).map(|at| web::time::shown(*at)),
    }
}

fn invitation_row(caller: &Caller, invitation: Invitation, names: &HashMap<UserId, String>) -> InvitationRow {
    let role = invitation.role().unwrap_or(Role::Viewer);
    let inviter = invitation.invited_by.and_then(|inviter| names.get(&inviter).cloned());
    InvitationRow {
        id: invitation.id.to_string(),
        email: invitation.email,
        role: role_words(&EN, role).0,
        invited_by: inviter.unwrap_or_else(|| "—".to_owned()),
        expires_at: web::time::shown(invitation.expires_at),
        may_revoke: caller.may(Area::Members, Level::Full) && caller.role().governs(role),
    }
}

#[derive(Deserialize)]
struct RoleForm {
    role: Role,
}

async fn change_role(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    PathId(member): PathId<UserId>,
    FormBody(form): FormBody<RoleForm>,
) -> Answer<Response> {
    identity.change_role(&caller, permit, member, form.role).await?;
    Ok(see_other("/members"))
}

async fn remove(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    PathId(member): PathId<UserId>,
) -> Answer<Response> {
    identity.remove_member(&caller, permit, member).await?;
    Ok(see_other("/members"))
}

async fn reset_factor(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Security>,
    PathId(member): PathId<UserId>,
) -> Answer<Response> {
    identity.reset_member_factor(&caller, permit, member).await?;
    Ok(see_other("/members?done=two-factor-reset"))
}

#[derive(Deserialize)]
struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    /// Somebody of an import; empty for nobody.
    #[serde(default)]
    placeholder_id: String,
}

async fn invite(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    visit: Visit,
    FormBody(form): FormBody<InviteForm>,
) -> Answer<Response> {
    let InviteForm { email, role, placeholder_id } = form;
    let outcome = match invited(&email, &role, &placeholder_id) {
        Ok(given) => identity.invite(&caller, permit, given, None).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((invitation, token)) => {
            let mut page = page(&app, &identity, &caller, &visit).await?;
            page.made = token.map(|token| NewInvitation {
                email: invitation.email,
                link: identity.invitation_url(&token),
            });
            Ok(NoTransform(Html(page)).into_response())
        }
        Err(error) => {
            let again = Again::of(error, &["email", "role"], &visit)?;
            let page = page(&app, &identity, &caller, &visit).await?;
            let form = |errors| InvitationForm { email, role, placeholder: placeholder_id, errors };
            again.answer(|errors| MembersPage { form: form(errors), ..page })
        }
    }
}

fn invited(email: &str, role: &str, placeholder: &str) -> Result<Invite> {
    let known = Role::from_name(role).ok_or_else(|| kernel::Error::invalid("/role", "must be chosen"))?;
    let placeholder = match placeholder {
        "" => None,
        text => Some(text.parse().map_err(|_| kernel::Error::NotFound)?),
    };
    Ok(Invite { email: email.to_owned(), role: known, placeholder })
}

async fn revoke(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    PathId(invitation): PathId<InvitationId>,
) -> Answer<Response> {
    identity.revoke(&caller, permit, invitation).await?;
    Ok(see_other("/members"))
}
