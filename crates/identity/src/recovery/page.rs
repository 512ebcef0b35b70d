//! The page that a recovery link leads to.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::access::Access;
use kernel::crypto::SecretText;
use serde::Deserialize;
use serde_json::json;
use web::page::FormErrors;
use web::words::EN;
use web::{Answer, App, ClientOrigin, Doc, FormBody, Html, PathId, Route, Routes, Visit, see_other};

use crate::form::Again;
use crate::identity::Identity;
use crate::view::RecoverPage;

pub(crate) fn routes() -> Routes {
    let form = json!({ "password": "a lake in late october" });
    Routes::new()
        .with(
            Route::page_get("/recover/{token}", Access::Public, show).doc(Doc::new("Choose a new password")),
        )
        .with(
            Route::page_post("/recover/{token}", Access::Public, recover)
                .doc(Doc::new("Choose a new password").form(form).answers_empty(303)),
        )
}

async fn show(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    visit: Visit,
    PathId(token): PathId<String>,
) -> Answer<Html<RecoverPage>> {
    let user = identity.recoverable(&token).await?;
    let page = visit.bare(&app, EN.sign_in.new_password);
    Ok(Html(RecoverPage { page, token, email: user.email, errors: FormErrors::default() }))
}

#[derive(Deserialize)]
struct RecoverForm {
    #[serde(default)]
    password: SecretText,
}

async fn recover(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    visit: Visit,
    PathId(token): PathId<String>,
    FormBody(form): FormBody<RecoverForm>,
) -> Answer<Response> {
    let user = identity.recoverable(&token).await?;
    match identity.recover(&token, &form.password, origin).await {
        Ok(()) => Ok(see_other("/login?done=password")),
        Err(error) => {
            let page = visit.bare(&app, EN.sign_in.new_password);
            let email = user.email;
            Again::of(error, &["password"], &visit)?.answer(|errors| RecoverPage {
                page,
                token,
                email,
                errors,
            })
        }
    }
}
