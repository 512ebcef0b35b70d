//! Registering, and one's own account.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::access::Access;
use kernel::crypto::SecretText;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Answer, App, Body, ClientOrigin, Created, Doc, Json, Route, Routes, Signed};

use super::actions::NewAccount;
use crate::cookie::with_session;
use crate::identity::Identity;
use crate::json::{Me, UserJson, WorkspaceJson, permissions};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .with(
            Route::post("/auth/register", Access::Public, register).doc(
                Doc::new("Make an account with a workspace, and sign in")
                    .about("Where registration is not open, it takes the token of the first-run link.")
                    .tag("auth")
                    .body::<Register>(json!({
                        "email": "ada@example.com", "password": "a lake in late october",
                        "name": "Ada Moreno", "workspace_name": "Northwind"
                    }))
                    .answers::<Registered>(201)
                    .refuses(403)
                    .refuses(409)
                    .refuses(503),
            ),
        )
        .with(
            Route::get("/me", Access::SignedIn, me).before_factor().doc(
                Doc::new("Tell who is signed in, where, and what they may do").tag("me").answers::<Me>(200),
            ),
        )
        .with(
            Route::patch("/me", Access::SignedIn, change).doc(
                Doc::new("Change one's name or time zone")
                    .tag("me")
                    .body::<ChangeProfile>(json!({ "name": "Ada Moreno", "time_zone": "Europe/Lisbon" }))
                    .answers::<UserJson>(200),
            ),
        )
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    email: String,
    /// 12 to 256 characters, none of the breached or easily guessed ones.
    password: SecretText,
    name: String,
    workspace_name: String,
    /// The last part of the first-run link.
    setup_token: Option<SecretText>,
}

#[derive(Serialize, ToSchema)]
struct Registered {
    user: UserJson,
    workspace: Option<WorkspaceJson>,
}

async fn register(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    ClientOrigin(origin): ClientOrigin,
    Body(body): Body<Register>,
) -> Answer<Response> {
    let Register { email, password, name, workspace_name, setup_token } = body;
    let account = NewAccount { email, password, name, workspace_name };
    let entered = identity.register(account, setup_token.as_ref().map(SecretText::expose), origin).await?;
    let body = Registered { user: entered.user.into(), workspace: entered.workspace.map(Into::into) };
    with_session(&app, &entered.token, Created { location: "/api/v1/me".into(), body })
}

async fn me(Extension(identity): Extension<Arc<Identity>>, Signed(caller): Signed) -> Answer<Json<Me>> {
    let (user, workspace) = identity.myself(&caller).await?;
    let role = caller.role();
    Ok(Json(Me { user: user.into(), workspace: workspace.into(), role, permissions: permissions(role) }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeProfile {
    name: Option<String>,
    /// IANA name; empty for the browser's.
    time_zone: Option<String>,
}

async fn change(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<ChangeProfile>,
) -> Answer<Json<UserJson>> {
    let user = identity.change_profile(&caller, body.name.as_deref(), body.time_zone.as_deref()).await?;
    Ok(Json(user.into()))
}
