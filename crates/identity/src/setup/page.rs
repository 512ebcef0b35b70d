//! Pages of the first run: the account, then the master key.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Error;
use kernel::access::{Access, Caller};
use kernel::crypto::SecretText;
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{
    Answer, App, ClientOrigin, Doc, FormBody, Html, NoTransform, PathId, Route, Routes, Signed, Visit,
    see_other,
};

use crate::cookie::with_session;
use crate::form::Again;
use crate::identity::Identity;
use crate::users::actions::NewAccount;
use crate::view::{MasterKeyPage, SetupPage};

pub(crate) fn routes() -> Routes {
    let account = json!({
        "name": "Ada Moreno", "email": "ada@example.com", "password": "a lake in late october",
        "workspace_name": "Northwind"
    });
    Routes::new()
        .with(Route::page_get("/setup/{token}", Access::Public, show).doc(Doc::new("Claim the server")))
        .with(
            Route::page_post("/setup/{token}", Access::Public, claim)
                .doc(Doc::new("Claim the server").form(account).answers_empty(303)),
        )
        .with(
            Route::page_get("/setup/master-key", Access::SudoSelf, show_key)
                .doc(Doc::new("Show the master key to whoever claimed the server, until they have saved it")),
        )
        .with(Route::page_post("/setup/master-key", Access::SudoSelf, key_is_saved).doc(
            Doc::new("Say that the master key is saved").form(json!({ "saved": "on" })).answers_empty(303),
        ))
}

async fn show(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    visit: Visit,
    PathId(token): PathId<String>,
) -> Answer<Html<SetupPage>> {
    identity.check_setup(&token).await?;
    Ok(Html(SetupPage {
        page: visit.bare(&app, EN.setup.title),
        token,
        name: String::new(),
        email: String::new(),
        workspace_name: String::new(),
        errors: FormErrors::default(),
    }))
}

#[derive(Deserialize)]
struct ClaimForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretText,
    #[serde(default)]
    workspace_name: String,
}

async fn claim(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    visit: Visit,
    PathId(token): PathId<String>,
    FormBody(form): FormBody<ClaimForm>,
) -> Answer<Response> {
    identity.check_setup(&token).await?;
    let ClaimForm { name, email, password, workspace_name } = form;
    let account = NewAccount {
        email: email.clone(),
        password,
        name: name.clone(),
        workspace_name: workspace_name.clone(),
    };
    match identity.register(account, Some(&token), origin).await {
        Ok(entered) => with_session(&app, &entered.token, see_other("/setup/master-key")),
        // Somebody was faster.
        Err(Error::Forbidden { .. }) => Err(Error::NotFound.into()),
        Err(error) => {
            let page = visit.bare(&app, EN.setup.title);
            let again = Again::of(error, &["name", "email", "password", "workspace_name"], &visit)?;
            again.answer(|errors| SetupPage { page, token, name, email, workspace_name, errors })
        }
    }
}

async fn show_key(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
) -> Answer<NoTransform<Html<MasterKeyPage>>> {
    Ok(NoTransform(Html(key_page(&app, &identity, &caller, &visit, FormErrors::default()).await?)))
}

async fn key_page(
    app: &App,
    identity: &Identity,
    caller: &Caller,
    visit: &Visit,
    errors: FormErrors,
) -> Answer<MasterKeyPage> {
    let key = identity.show_master_key(caller).await?.map(|key| key.to_string());
    let source = identity.settings.key.source.clone();
    Ok(MasterKeyPage { page: visit.bare(app, EN.master_key.title), key, source, errors })
}

#[derive(Deserialize)]
struct SavedForm {
    #[serde(default)]
    saved: String,
}

async fn key_is_saved(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<SavedForm>,
) -> Answer<Response> {
    if form.saved != "on" {
        let page = key_page(&app, &identity, &caller, &visit, FormErrors::default()).await?;
        let again = Again::field("saved", EN.master_key.must_save);
        return Ok(NoTransform(again.answer(|errors| MasterKeyPage { errors, ..page })?).into_response());
    }
    identity.key_is_saved(&caller).await?;
    Ok(see_other("/projects"))
}
