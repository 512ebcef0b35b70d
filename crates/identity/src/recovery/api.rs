//! A new password by a recovery link.

use std::sync::Arc;

use axum::Extension;
use kernel::access::Access;
use kernel::crypto::SecretText;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, Body, ClientOrigin, Doc, NoContent, Route, Routes};

use crate::identity::Identity;

pub(crate) fn routes() -> Routes {
    Routes::new().with(
        Route::post("/auth/reset", Access::Public, reset).doc(
            Doc::new("Set a new password by a recovery link")
                .about("All sessions of the account end. The link is good once and for 30 minutes.")
                .tag("auth")
                .body::<Reset>(json!({
                    "token": "the-last-part-of-the-link-from-the-operator", "password": "a lake in late october"
                }))
                .answers_empty(204)
                .refuses(404)
                .refuses(503),
        ),
    )
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    token: SecretText,
    /// 12 to 256 characters, none of the breached or easily guessed ones.
    password: SecretText,
}

async fn reset(
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    Body(body): Body<Reset>,
) -> Answer<NoContent> {
    identity.recover(body.token.expose(), &body.password, origin).await?;
    Ok(NoContent)
}
