//! Pages: signing in and out, confirming the password, switching.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::Access;
use kernel::crypto::SecretText;
use kernel::{Error, WorkspaceId};
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{
    Answer, App, ClientOrigin, Doc, FormBody, Html, MaybeSigned, NoContent, Params, Route, Routes, Signed,
    Visit, local_path, see_other,
};

use super::actions::SignIn;
use crate::cookie::{SessionToken, with_session, without_session};
use crate::form::Again;
use crate::identity::Identity;
use crate::view::{SignInPage, SudoPage};

pub(crate) fn routes() -> Routes {
    let sign_in =
        json!({ "email": "ada@example.com", "password": "a lake in late october", "next": "/projects" });
    let sudo = json!({ "password": "a lake in late october", "next": "/members" });
    let switch = json!({ "workspace_id": "ws_01jd3k00000000000000000000", "next": "/" });
    Routes::new()
        .with(Route::page_get("/login", Access::Public, show).doc(Doc::new("Sign in")))
        .with(
            Route::page_post("/login", Access::Public, sign_in_here)
                .doc(Doc::new("Sign in").form(sign_in).answers_empty(303)),
        )
        .with(
            Route::page_post("/logout", Access::Public, sign_out)
                .doc(Doc::new("Sign out").form(json!({ "next": "/login" })).answers_empty(303)),
        )
        .with(Route::page_get("/sudo", Access::SignedIn, show_sudo).doc(Doc::new("Confirm one's password")))
        .with(
            Route::page_post("/sudo", Access::SignedIn, sudo_here)
                .doc(Doc::new("Confirm one's password").form(sudo).answers_empty(303)),
        )
        .with(
            Route::page_post("/session/workspace", Access::SignedIn, switch_here)
                .doc(Doc::new("Switch to another workspace").form(switch).answers_empty(303)),
        )
}

#[derive(Deserialize)]
struct Arriving {
    #[serde(default)]
    next: String,
    /// What has just been done: `password`.
    #[serde(default)]
    done: String,
}

async fn show(State(app): State<App>, visit: Visit, Params(query): Params<Arriving>) -> Answer<Response> {
    let next = local_path(&query.next).unwrap_or_default();
    if visit.caller.is_some() {
        return Ok(see_other(if next.is_empty() { "/" } else { next }));
    }
    let notice = (query.done == "password").then(|| EN.account.password_saved.to_owned());
    let page = visit.bare(&app, EN.sign_in.title);
    let (email, errors) = (String::new(), FormErrors::default());
    Ok(Html(SignInPage { page, email, next: next.to_owned(), notice, errors }).into_response())
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretText,
    #[serde(default)]
    next: String,
}

async fn sign_in_here(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    had: SessionToken,
    visit: Visit,
    FormBody(form): FormBody<SignInForm>,
) -> Answer<Response> {
    let SignInForm { email, password, next } = form;
    let next = local_path(&next).unwrap_or_default().to_owned();
    let given = SignIn { email: email.clone(), password, workspace: None };
    let again = |again: Again, next: String| {
        let page = visit.bare(&app, EN.sign_in.title);
        again.answer(|errors| SignInPage { page, email, next, notice: None, errors })
    };
    match identity.sign_in(given, had.expose(), origin).await {
        Ok(entered) if entered.workspace.is_none() && !next.starts_with("/invite/") => {
            let refused = again(Again::of(homeless(), &[], &visit)?, next)?;
            with_session(&app, &entered.token, refused)
        }
        Ok(entered) => {
            with_session(&app, &entered.token, see_other(if next.is_empty() { "/" } else { &next }))
        }
        Err(error) => again(Again::of(error, &["email", "password"], &visit)?, next),
    }
}

/// They have a session, with which they can accept an invitation.
fn homeless() -> Error {
    Error::forbidden(
        "no_workspace",
        "You are in no workspace at the moment. Ask for an invitation, and open its link.",
    )
}

#[derive(Deserialize)]
struct Leaving {
    #[serde(default)]
    next: String,
}

async fn sign_out(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    MaybeSigned(caller): MaybeSigned,
    FormBody(form): FormBody<Leaving>,
) -> Answer<Response> {
    if let Some(caller) = caller {
        identity.sign_out(&caller).await?;
    }
    without_session(&app, see_other(local_path(&form.next).unwrap_or("/login")))
}

async fn show_sudo(State(app): State<App>, visit: Visit, Params(query): Params<Arriving>) -> Html<SudoPage> {
    let next = local_path(&query.next).unwrap_or("/").to_owned();
    Html(SudoPage { page: visit.bare(&app, EN.sudo.title), next, errors: FormErrors::default() })
}

#[derive(Deserialize)]
struct SudoForm {
    #[serde(default)]
    password: SecretText,
    #[serde(default)]
    next: String,
}

async fn sudo_here(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<SudoForm>,
) -> Answer<Response> {
    let next = local_path(&form.next).unwrap_or("/").to_owned();
    match identity.sudo(&caller, &form.password).await {
        Ok(()) if visit.htmx => Ok(NoContent.into_response()),
        Ok(()) => Ok(see_other(&next)),
        Err(error) => {
            let page = visit.bare(&app, EN.sudo.title);
            Again::of(error, &["password"], &visit)?.answer(|errors| SudoPage { page, next, errors })
        }
    }
}

#[derive(Deserialize)]
struct SwitchForm {
    workspace_id: WorkspaceId,
    #[serde(default)]
    next: String,
}

async fn switch_here(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    FormBody(form): FormBody<SwitchForm>,
) -> Answer<Response> {
    let (token, _) = identity.switch(&caller, form.workspace_id).await?;
    with_session(&app, &token, see_other(local_path(&form.next).unwrap_or("/")))
}
