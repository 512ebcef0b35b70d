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
    Visit, local_path, next_of, see_other,
};

use super::actions::{SignIn, Sudo};
use crate::cookie::{SessionToken, with_session, with_waiting, without_session};
use crate::factors::entering;
use crate::factors::proof::Given;
use crate::form::Again;
use crate::identity::Identity;
use crate::view::{EnterCodePage, SignInPage, SudoPage};

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
        .with(
            Route::page_get("/sudo", Access::SignedIn, show_sudo)
                .before_factor()
                .doc(Doc::new("Confirm one's password")),
        )
        .with(
            Route::page_post("/sudo", Access::SignedIn, sudo_here)
                .before_factor()
                .doc(Doc::new("Confirm one's password").form(sudo).answers_empty(303)),
        )
        .with(
            Route::page_post("/session/workspace", Access::SignedIn, switch_here)
                .before_factor()
                .doc(Doc::new("Switch to another workspace").form(switch).answers_empty(303)),
        )
}

#[derive(Deserialize)]
struct Arriving {
    #[serde(default)]
    next: String,
    /// What has just been done: `password`, `too-late`.
    #[serde(default)]
    done: String,
}

async fn show(State(app): State<App>, visit: Visit, Params(query): Params<Arriving>) -> Answer<Response> {
    let next = local_path(&query.next).unwrap_or_default();
    if visit.caller.is_some() {
        return Ok(see_other(if next.is_empty() { "/" } else { next }));
    }
    let notice = match query.done.as_str() {
        "password" => Some(EN.account.password_saved.to_owned()),
        "too-late" => Some(EN.two_factor.too_late.to_owned()),
        _ => None,
    };
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
    let arrived = match identity.arrive(given, &origin).await {
        Ok(arriving) if arriving.needs_factor() => {
            let token = identity.keep_waiting(&arriving).await?;
            return with_waiting(&app, &token, see_other(&entering::enter_path(&next)));
        }
        Ok(arriving) => identity.come_in(arriving, None, had.expose(), origin).await,
        Err(error) => Err(error),
    };
    match arrived {
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
pub(crate) fn homeless() -> Error {
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
    match identity.sudo(&caller, Sudo::Password(form.password)).await {
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
    /// Where that workspace asks for one.
    #[serde(default)]
    code: Option<SecretText>,
    #[serde(default)]
    next: String,
}

async fn switch_here(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<SwitchForm>,
) -> Answer<Response> {
    let SwitchForm { workspace_id, code, next } = form;
    let next = local_path(&next).unwrap_or("/").to_owned();
    match identity.switch(&caller, workspace_id, code.and_then(Given::typed)).await {
        Ok((token, _)) => with_session(&app, &token, see_other(&next)),
        Err(Error::Forbidden { code: "totp_required", .. }) => Ok(see_other(&format!(
            "/session/workspace/code?workspace_id={workspace_id}&next={}",
            next_of(&next)
        ))),
        Err(error) => {
            let page = entering::enter_workspace(&app, &visit, workspace_id, next);
            entering::refused(error, &visit)?.answer(|errors| EnterCodePage { errors, ..page })
        }
    }
}
