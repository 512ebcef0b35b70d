//! Pages that ask for a code: signing in, and going to a workspace that asks for another one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::Access;
use kernel::crypto::SecretText;
use kernel::{Error, Result, WorkspaceId};
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{
    Answer, App, ClientOrigin, Doc, FormBody, Html, Params, Route, Routes, Visit, local_path, next_of,
    see_other,
};

use super::proof::Given;
use crate::cookie::{SessionToken, WaitingToken, with_session, without_waiting};
use crate::form::Again;
use crate::frame::workspace_link;
use crate::identity::Identity;
use crate::sessions::actions::Arriving;
use crate::sessions::page::homeless;
use crate::view::{EnterCodePage, SignInPage};

pub(crate) fn routes() -> Routes {
    let waiting = json!({ "code": "287082", "next": "/projects" });
    Routes::new()
        .with(
            Route::page_get("/login/code", Access::Public, show_enter)
                .doc(Doc::new("Give one's second factor")),
        )
        .with(
            Route::page_post("/login/code", Access::Public, enter_here)
                .doc(Doc::new("Sign in with a second factor").form(waiting).answers_empty(303)),
        )
        .with(
            Route::page_get("/session/workspace/code", Access::SignedIn, show_switch)
                .before_factor()
                .doc(Doc::new("Give the second factor of another workspace")),
        )
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    pub(super) fn path(&self) -> &str {
        local_path(&self.next).unwrap_or("/")
    }
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    pub(super) code: SecretText,
    #[serde(default)]
    pub(super) next: String,
}

/// A wrong code stands beside its field.
pub(crate) fn refused(error: Error, visit: &Visit) -> Result<Again, web::Failure> {
    match error {
        Error::Unauthenticated { code: "invalid_credentials" } if !visit.htmx => {
            Ok(Again::field("code", EN.two_factor.wrong))
        }
        other => Again::of(other, &["code"], visit),
    }
}

/// Where somebody goes whose password was right.
pub(crate) fn enter_path(next: &str) -> String {
    format!("/login/code?next={}", next_of(next))
}

async fn enter(
    app: &App,
    identity: &Identity,
    visit: &Visit,
    arriving: &Arriving,
    next: &str,
) -> Result<EnterCodePage> {
    let round = identity.ways_round(arriving).await?;
    Ok(EnterCodePage {
        page: visit.bare(app, EN.two_factor.enter_title),
        action: "/login/code",
        email: Some(arriving.email().to_owned()),
        workspace: None,
        round: round.iter().map(workspace_link).collect(),
        next: next.to_owned(),
        errors: FormErrors::default(),
    })
}

/// Without the token, or too late, they begin again.
fn begin_again(app: &App, next: &str) -> Answer<Response> {
    without_waiting(app, see_other(&format!("/login?done=too-late&next={}", next_of(next))))
}

async fn show_enter(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    token: WaitingToken,
    visit: Visit,
    Params(query): Params<Next>,
) -> Answer<Response> {
    match identity.waiting(token.expose(), None).await {
        Ok(arriving) => {
            Ok(Html(enter(&app, &identity, &visit, &arriving, query.path()).await?).into_response())
        }
        Err(Error::Unauthenticated { .. } | Error::NotFound) => begin_again(&app, query.path()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
struct EnterForm {
    #[serde(default)]
    code: SecretText,
    /// Another one than they were in last, where none is asked for.
    workspace_id: Option<WorkspaceId>,
    #[serde(default)]
    next: String,
}

async fn enter_here(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    (had, token): (SessionToken, WaitingToken),
    visit: Visit,
    FormBody(form): FormBody<EnterForm>,
) -> Answer<Response> {
    let next = local_path(&form.next).unwrap_or("/").to_owned();
    let arriving = match identity.waiting(token.expose(), form.workspace_id).await {
        Ok(arriving) => arriving,
        Err(Error::Unauthenticated { .. } | Error::NotFound) => return begin_again(&app, &next),
        Err(error) => return Err(error.into()),
    };
    let mut page = enter(&app, &identity, &visit, &arriving, &next).await?;
    page.workspace = form.workspace_id.map(|place| place.to_string());
    match identity.come_in(arriving, Given::typed(form.code), had.expose(), origin).await {
        Ok(entered) if entered.workspace.is_none() && !next.starts_with("/invite/") => {
            let (page, email) = (visit.bare(&app, EN.sign_in.title), entered.user.email);
            let refused = Again::of(homeless(), &[], &visit)?;
            let refused = refused.answer(|errors| SignInPage { page, email, next, notice: None, errors })?;
            without_waiting(&app, with_session(&app, &entered.token, refused)?)
        }
        Ok(entered) => without_waiting(&app, with_session(&app, &entered.token, see_other(&next))?),
        // There as well one is asked for.
        Err(Error::Unauthenticated { code: "totp_required" }) if !visit.htmx => {
            let again = Again::field("code", EN.two_factor.missing);
            again.answer(|errors| EnterCodePage { errors, ..page })
        }
        Err(error) => refused(error, &visit)?.answer(|errors| EnterCodePage { errors, ..page }),
    }
}

#[derive(Deserialize)]
struct Switching {
    workspace_id: Option<WorkspaceId>,
    #[serde(default)]
    next: String,
}

/// The same for a workspace that asks for another one than the session was begun with.
pub(crate) fn enter_workspace(
    app: &App,
    visit: &Visit,
    workspace: WorkspaceId,
    next: String,
) -> EnterCodePage {
    let page = visit.bare(app, EN.two_factor.enter_title);
    let (action, workspace) = ("/session/workspace", Some(workspace.to_string()));
    let (round, errors) = (Vec::new(), FormErrors::default());
    EnterCodePage { page, action, email: None, workspace, round, next, errors }
}

async fn show_switch(State(app): State<App>, visit: Visit, Params(query): Params<Switching>) -> Response {
    let next = local_path(&query.next).unwrap_or("/").to_owned();
    match query.workspace_id {
        Some(workspace) => Html(enter_workspace(&app, &visit, workspace, next)).into_response(),
        None => see_other("/"),
    }
}
