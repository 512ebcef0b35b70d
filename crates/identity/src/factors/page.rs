//! Pages: setting up one's second factor, its recovery codes, and turning it off.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::{Access, Caller};
use kernel::crypto::SecretText;
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{
    Answer, App, Doc, FormBody, Html, NoTransform, Params, Route, Routes, Signed, Visit, local_path, next_of,
    see_other,
};

use super::actions::Codes;
use super::entering::{CodeForm, Next, refused};
use super::proof::Given;
use crate::cookie::with_session;
use crate::form::Again;
use crate::frame::workspace_link;
use crate::identity::Identity;
use crate::users::page::account;
use crate::users::store as users;
use crate::view::{AccountPage, RecoveryCodesPage, TwoFactorPage};

const SET_UP: &str = "/two-factor/set-up";

pub(crate) fn routes() -> Routes {
    let next = json!({ "next": "/account" });
    let code = json!({ "code": "287082", "next": "/account" });
    Routes::new()
        .with(
            Route::page_get(SET_UP, Access::SudoSelf, show)
                .before_factor()
                .doc(Doc::new("Set up one's second factor")),
        )
        .with(
            Route::page_post("/two-factor/begin", Access::SudoSelf, begin)
                .before_factor()
                .doc(Doc::new("Begin to set up an authenticator").form(next.clone()).answers_empty(303)),
        )
        .with(Route::page_post("/two-factor/confirm", Access::SudoSelf, confirm).before_factor().doc(
            Doc::new("Turn two-factor authentication on").form(code.clone()).answers_other(200, "text/html"),
        ))
        .with(
            Route::page_post("/two-factor/codes", Access::SudoSelf, renew)
                .doc(Doc::new("Make new recovery codes").form(code.clone()).answers_other(200, "text/html")),
        )
        .with(
            Route::page_post("/two-factor/disable", Access::SudoSelf, disable).doc(
                Doc::new("Turn two-factor authentication off")
                    .form(json!({ "password": "a lake in late october", "code": "287082" }))
                    .answers_empty(303),
            ),
        )
        .with(
            Route::page_post("/two-factor/rejoin", Access::SudoSelf, rejoin).before_factor().doc(
                Doc::new("Let the account's authenticator count here again").form(code).answers_empty(303),
            ),
        )
}

async fn show(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    Params(query): Params<Next>,
) -> Answer<Response> {
    if identity.factor_status(&caller).await?.standing.is_on {
        return Ok(see_other(query.path()));
    }
    let page = set_up(&app, &identity, &caller, &visit, query.path(), FormErrors::default()).await?;
    Ok(NoTransform(Html(page)).into_response())
}

async fn set_up(
    app: &App,
    identity: &Identity,
    caller: &Caller,
    visit: &Visit,
    next: &str,
    errors: FormErrors,
) -> Result<TwoFactorPage> {
    let status = identity.factor_status(caller).await?;
    let user = users::by_id(&identity.store, caller.user()).await?;
    let required = caller.lacks_factor();
    let others = if required { identity.workspaces_of(caller.user()).await? } else { Vec::new() };
    Ok(TwoFactorPage {
        page: visit.bare(app, EN.two_factor.set_up),
        email: user.map(|user| user.email).unwrap_or_default(),
        offer: identity.offered_factor(caller).await?,
        required,
        was_reset: status.was_reset,
        may_rejoin: required && status.was_reset && status.account_has_one,
        others: others.iter().filter(|place| place.id != caller.workspace()).map(workspace_link).collect(),
        next: next.to_owned(),
        errors,
        rejoin_errors: FormErrors::default(),
    })
}

async fn begin(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    FormBody(form): FormBody<Next>,
) -> Answer<Response> {
    identity.begin_factor(&caller).await?;
    Ok(see_other(&format!("{SET_UP}?next={}", next_of(form.path()))))
}

async fn confirm(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<CodeForm>,
) -> Answer<Response> {
    let next = local_path(&form.next).unwrap_or("/");
    match identity.confirm_factor(&caller, &form.code).await {
        Ok((codes, token)) => {
            with_session(&app, &token, shown(&app, &identity, &caller, &visit, codes, next).await?)
        }
        // The page of codes, sent once more: they are not shown again.
        Err(Error::Conflict { code: "two_factor_on", .. }) => Ok(see_other("/account")),
        Err(error) => {
            let again = match error {
                Error::Invalid(_) if !visit.htmx => Again::field("code", EN.two_factor.not_shown),
                error => Again::of(error, &["code"], &visit)?,
            };
            let page = set_up(&app, &identity, &caller, &visit, next, FormErrors::default()).await?;
            Ok(NoTransform(again.answer(|errors| TwoFactorPage { errors, ..page })?).into_response())
        }
    }
}

async fn shown(
    app: &App,
    identity: &Identity,
    caller: &Caller,
    visit: &Visit,
    codes: Codes,
    next: &str,
) -> Result<Response> {
    let page = visit.bare(app, EN.two_factor.codes_title);
    let user = users::by_id(&identity.store, caller.user()).await?;
    let email = user.map(|user| user.email).unwrap_or_default();
    let (server, next) = (identity.settings.public_url.clone(), next.to_owned());
    Ok(NoTransform(Html(RecoveryCodesPage { page, codes, email, server, next })).into_response())
}

async fn renew(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<CodeForm>,
) -> Answer<Response> {
    match identity.renew_codes(&caller, &Given::either(form.code)).await {
        Ok(codes) => Ok(shown(&app, &identity, &caller, &visit, codes, "/account").await?),
        Err(error) => {
            let again = refused(error, &visit)?;
            let page = account(&app, &identity, &caller, &visit).await?;
            again.answer(|codes_errors| AccountPage { codes_errors, ..page })
        }
    }
}

#[derive(Deserialize)]
struct DisableForm {
    #[serde(default)]
    password: SecretText,
    #[serde(default)]
    code: SecretText,
}

async fn disable(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<DisableForm>,
) -> Answer<Response> {
    match identity.disable_factor(&caller, &form.password, &Given::either(form.code)).await {
        Ok(token) => with_session(&app, &token, see_other("/account?saved=two-factor-off")),
        // It does not say which of the two is wrong.
        Err(Error::Unauthenticated { code: "invalid_credentials" }) if !visit.htmx => {
            let page = account(&app, &identity, &caller, &visit).await?;
            let again = Again::field("code", EN.two_factor.wrong_either);
            again.answer(|factor_errors| AccountPage { factor_errors, ..page })
        }
        Err(error) => {
            let again = Again::of(error, &["password", "code"], &visit)?;
            let page = account(&app, &identity, &caller, &visit).await?;
            again.answer(|factor_errors| AccountPage { factor_errors, ..page })
        }
    }
}

async fn rejoin(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<CodeForm>,
) -> Answer<Response> {
    let error = match identity.rejoin_factor(&caller, &Given::either(form.code)).await {
        Ok(token) => return with_session(&app, &token, see_other("/account?saved=two-factor-rejoined")),
        Err(error) => refused(error, &visit)?,
    };
    if caller.lacks_factor() {
        let page = set_up(&app, &identity, &caller, &visit, "/", FormErrors::default()).await?;
        let answer = error.answer(|rejoin_errors| TwoFactorPage { rejoin_errors, ..page })?;
        return Ok(NoTransform(answer).into_response());
    }
    let page = account(&app, &identity, &caller, &visit).await?;
    error.answer(|rejoin_errors| AccountPage { rejoin_errors, ..page })
}
