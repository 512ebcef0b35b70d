//! The page that an invitation's link leads to.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Error;
use kernel::access::Access;
use kernel::crypto::SecretText;
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{Answer, App, ClientOrigin, Doc, FormBody, Html, PathId, Route, Routes, Visit, next_of, see_other};

use super::accept::{Acceptance, Offer};
use crate::cookie::{SessionToken, with_session};
use crate::form::Again;
use crate::frame::role_words;
use crate::identity::Identity;
use crate::users;
use crate::view::{InvitePage, InviteStep};

pub(crate) fn routes() -> Routes {
    let register = json!({ "name": "Grace Lindqvist", "password": "a lake in late october" });
    Routes::new()
        .with(Route::page_get("/invite/{token}", Access::Public, show).doc(Doc::new("Look at an invitation")))
        .with(
            Route::page_post("/invite/{token}", Access::Public, accept)
                .doc(Doc::new("Accept an invitation").form(register).answers_empty(303)),
        )
}

async fn show(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    session: SessionToken,
    visit: Visit,
    PathId(token): PathId<String>,
) -> Answer<Html<InvitePage>> {
    let offer = identity.offer(&token).await?;
    let step = step(&identity, &offer, &session).await?;
    Ok(Html(page(&app, &visit, token, offer, step, String::new(), FormErrors::default())))
}

/// What whoever looks at it has to do.
async fn step(identity: &Identity, offer: &Offer, session: &SessionToken) -> Answer<InviteStep> {
    let session = match session.expose() {
        Some(token) => identity.session_of(token).await?,
        None => None,
    };
    Ok(match (&offer.account, session) {
        (Some(account), Some(session)) if session.user == account.id => InviteStep::Accept,
        (_, Some(session)) => {
            let other = users::store::by_id(&identity.store, session.user).await?.ok_or(Error::NotFound)?;
            InviteStep::WrongAccount { signed_in_as: other.email }
        }
        (Some(_), None) => InviteStep::SignIn,
        (None, None) if identity.may_register_by_invitation() => InviteStep::Register,
        (None, None) => return Err(users::actions::closed().into()),
    })
}

fn page(
    app: &App,
    visit: &Visit,
    token: String,
    offer: Offer,
    step: InviteStep,
    name: String,
    errors: FormErrors,
) -> InvitePage {
    let (role, role_about) = role_words(&EN, offer.role);
    InvitePage {
        page: visit.bare(app, EN.invite.title(&offer.workspace.name)),
        token,
        workspace: offer.workspace.name,
        inviter: offer.inviter,
        role,
        role_about,
        email: offer.invitation.email,
        step,
        name,
        errors,
    }
}

#[derive(Deserialize)]
struct AcceptForm {
    name: Option<String>,
    password: Option<SecretText>,
}

async fn accept(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    session: SessionToken,
    visit: Visit,
    PathId(token): PathId<String>,
    FormBody(form): FormBody<AcceptForm>,
) -> Answer<Response> {
    let offer = identity.offer(&token).await?;
    let step = step(&identity, &offer, &session).await?;
    let name = form.name.clone().unwrap_or_default();
    match step {
        InviteStep::SignIn => {
            return Ok(see_other(&format!("/login?next={}", next_of(&format!("/invite/{token}")))));
        }
        InviteStep::WrongAccount { .. } => {
            return Ok(
                Html(page(&app, &visit, token, offer, step, name, FormErrors::default())).into_response()
            );
        }
        InviteStep::Register | InviteStep::Accept => {}
    }
    let given =
        Acceptance { token: SecretText::new(token.clone()), name: form.name, password: form.password };
    match identity.accept(given, session.expose(), origin).await {
        Ok(_) if matches!(step, InviteStep::Register) => Ok(see_other("/login")),
        // They see where they have come to.
        Ok((_, workspace)) => match &visit.caller {
            Some(caller) => {
                match identity.switch(caller, workspace.id, None).await {
                    Ok((token, _)) => with_session(&app, &token, see_other("/")),
                    // They are in; going there asks for more.
                    Err(Error::Forbidden { code: "totp_required", .. }) => Ok(see_other("/")),
                    Err(error) => Err(error.into()),
                }
            }
            None => Ok(see_other("/")),
        },
        Err(error) => {
            let again = Again::of(error, &["name", "password"], &visit)?;
            again.answer(|errors| page(&app, &visit, token, offer, step, name, errors))
        }
    }
}
