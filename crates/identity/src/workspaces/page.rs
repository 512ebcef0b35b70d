//! The page of the workspace's policies.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::access::{Access, Area, Caller, Level};
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{Answer, App, Doc, FormBody, Html, Params, Route, Routes, Signed, Visit, see_other};

use super::actions::Change;
use super::store as workspaces;
use crate::form::Again;
use crate::identity::Identity;
use crate::view::SecurityPage;

pub(crate) fn routes() -> Routes {
    let admins = Access::Sudo(Area::Security, Level::Full);
    Routes::new()
        .with(
            Route::page_get("/security", Access::Area(Area::Security, Level::Full), show_security)
                .doc(Doc::new("Show the policies of the workspace")),
        )
        .with(
            Route::page_post("/security", admins, change_security).doc(
                Doc::new("Change the policies of the workspace")
                    .form(json!({ "require_2fa": "" }))
                    .answers_empty(303),
            ),
        )
}

#[derive(Deserialize)]
struct Saved {
    #[serde(default)]
    saved: String,
}

async fn show_security(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    Params(query): Params<Saved>,
) -> Answer<Html<SecurityPage>> {
    let mut page = security(&app, &identity, &caller, &visit).await?;
    page.saved = (query.saved == "policy").then_some(EN.two_factor.policy_saved);
    Ok(Html(page))
}

async fn security(app: &App, identity: &Identity, caller: &Caller, visit: &Visit) -> Result<SecurityPage> {
    let here = workspaces::by_id(&identity.store, caller.workspace()).await?.ok_or(Error::NotFound)?;
    Ok(SecurityPage {
        page: visit.page(app, EN.two_factor.security, "security").await?,
        require_2fa: here.require_2fa,
        has_own: identity.factor_status(caller).await?.standing.is_on,
        saved: None,
        errors: FormErrors::default(),
    })
}

#[derive(Deserialize)]
struct SecurityForm {
    /// `on`, or left out.
    #[serde(default)]
    require_2fa: String,
}

async fn change_security(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    visit: Visit,
    FormBody(form): FormBody<SecurityForm>,
) -> Answer<Response> {
    let change = Change { require_2fa: Some(form.require_2fa == "on"), ..Change::default() };
    let permit = caller.permit(Level::Limited)?;
    match identity.change_workspace(&caller, permit, change).await {
        Ok(_) => Ok(see_other("/security?saved=policy")),
        Err(error) => {
            let again = Again::of(error, &["require_2fa"], &visit)?;
            let page = security(&app, &identity, &caller, &visit).await?;
            again.answer(|errors| SecurityPage { errors, ..page })
        }
    }
}
