//! The page of one's own account.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::SessionId;
use kernel::access::{Access, Caller};
use kernel::crypto::SecretText;
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{Answer, App, Doc, FormBody, Html, Params, PathId, Route, Routes, Signed, Visit, see_other};

use super::store as users;
use crate::agent;
use crate::cookie::with_session;
use crate::form::Again;
use crate::identity::Identity;
use crate::sessions::store as sessions;
use crate::view::{AccountPage, FactorRow, SessionRow};

pub(crate) fn routes() -> Routes {
    let profile = json!({ "name": "Ada Moreno", "time_zone": "Europe/Lisbon" });
    let password =
        json!({ "current_password": "a lake in late october", "new_password": "an orchard behind the mill" });
    Routes::new()
        .with(Route::page_get("/account", Access::SignedIn, show).doc(Doc::new("Show one's account")))
        .with(
            Route::page_post("/account/profile", Access::SignedIn, change_profile)
                .doc(Doc::new("Change one's name or time zone").form(profile).answers_empty(303)),
        )
        .with(
            Route::page_post("/account/password", Access::SignedIn, change_password)
                .doc(Doc::new("Change one's password").form(password).answers_empty(303)),
        )
        .with(
            Route::page_post("/account/sessions/{session}/end", Access::SignedIn, end_session)
                .doc(Doc::new("End one of one's sessions").form(json!({})).answers_empty(303)),
        )
        .with(
            Route::page_post("/account/sessions/end-others", Access::SignedIn, end_others)
                .doc(Doc::new("End all of one's sessions but this one").form(json!({})).answers_empty(303)),
        )
}

#[derive(Deserialize)]
struct Saved {
    #[serde(default)]
    saved: String,
}

async fn show(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    Params(query): Params<Saved>,
) -> Answer<Html<AccountPage>> {
    let mut page = account(&app, &identity, &caller, &visit).await?;
    page.saved = match query.saved.as_str() {
        "profile" => Some(EN.account.profile_saved),
        "password" => Some(EN.account.password_saved),
        "session" => Some(EN.account.session_ended),
        "two-factor-off" => Some(EN.two_factor.turned_off),
        "two-factor-rejoined" => Some(EN.two_factor.rejoined),
        _ => None,
    };
    Ok(Html(page))
}

pub(crate) async fn account(
    app: &App,
    identity: &Identity,
    caller: &Caller,
    visit: &Visit,
) -> Result<AccountPage> {
    let user = users::by_id(&identity.store, caller.user()).await?;
    let user = user.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
    let status = identity.factor_status(caller).await?;
    let all = sessions::of_user(&identity.store, caller.user()).await?;
    let rows = all.into_iter().map(|session| SessionRow {
        id: session.id.to_string(),
        agent: agent::name(session.user_agent.as_deref()),
        address: session.ip.unwrap_or_else(|| "—".to_owned()),
        current: caller.session() == Some(session.id),
        last_seen: web::time::shown(session.last_seen_at),
    });
    Ok(AccountPage {
        page: visit.page(app, EN.account.title, "account").await?,
        name: user.name,
        email: user.email,
        time_zone: user.time_zone,
        profile_errors: FormErrors::default(),
        password_errors: FormErrors::default(),
        sessions: rows.collect(),
        factor: status.standing.is_on.then_some(FactorRow {
            since: status.since.map(web::time::shown),
            codes_left: status.codes_left,
        }),
        may_rejoin: status.was_reset && status.account_has_one,
        factor_errors: FormErrors::default(),
        rejoin_errors: FormErrors::default(),
        codes_errors: FormErrors::default(),
        saved: None,
    })
}

#[derive(Deserialize)]
struct ProfileForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    time_zone: String,
}

async fn change_profile(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<ProfileForm>,
) -> Answer<Response> {
    let ProfileForm { name, time_zone } = form;
    match identity.change_profile(&caller, Some(&name), Some(&time_zone)).await {
        Ok(_) => Ok(see_other("/account?saved=profile")),
        Err(error) => {
            let again = Again::of(error, &["name", "time_zone"], &visit)?;
            let page = account(&app, &identity, &caller, &visit).await?;
            again.answer(|profile_errors| AccountPage { name, time_zone, profile_errors, ..page })
        }
    }
}

#[derive(Deserialize)]
struct PasswordForm {
    #[serde(default)]
    current_password: SecretText,
    #[serde(default)]
    new_password: SecretText,
}

async fn change_password(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<PasswordForm>,
) -> Answer<Response> {
    match identity.change_password(&caller, &form.current_password, &form.new_password).await {
        Ok(token) => with_session(&app, &token, see_other("/account?saved=password")),
        Err(error) => {
            let again = Again::of(error, &["current_password", "new_password"], &visit)?;
            let page = account(&app, &identity, &caller, &visit).await?;
            again.answer(|password_errors| AccountPage { password_errors, ..page })
        }
    }
}

async fn end_session(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    PathId(session): PathId<SessionId>,
) -> Answer<Response> {
    identity.end_own(&caller, session).await?;
    Ok(see_other("/account?saved=session"))
}

async fn end_others(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
) -> Answer<Response> {
    identity.end_all(&caller, true).await?;
    Ok(see_other("/account?saved=session"))
}
