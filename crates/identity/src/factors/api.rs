//! One's second factor, and resetting another's.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::UserId;
use kernel::access::{Access, Area, Level, Security};
use kernel::crypto::SecretText;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::time::Utc;
use web::{Answer, App, Body, Doc, Json, NoContent, NoTransform, PathId, Permitted, Route, Routes, Signed};

use super::actions::Codes;
use super::proof::Given;
use super::resets::ones_own;
use crate::cookie::with_session;
use crate::identity::Identity;

pub(crate) fn routes() -> Routes {
    let code = json!({ "code": "287082" });
    Routes::new()
        .with(
            Route::get("/me/totp", Access::SignedIn, show)
                .before_factor()
                .doc(Doc::new("Tell how one's second factor is").tag("me").answers::<FactorJson>(200)),
        )
        .with(
            Route::post("/me/totp", Access::SudoSelf, begin).before_factor().doc(
                Doc::new("Begin to set up an authenticator")
                    .about("It counts once a code confirms it. The secret is not shown again after that.")
                    .tag("me")
                    .answers::<OfferJson>(200)
                    .refuses(409),
            ),
        )
        .with(
            Route::post("/me/totp/confirm", Access::SudoSelf, confirm).before_factor().doc(
                Doc::new("Turn two-factor authentication on with a first code")
                    .about("All other sessions end; this one goes on with a new cookie. The codes are shown once.")
                    .tag("me")
                    .body::<AuthenticatorCode>(code.clone())
                    .answers::<CodesJson>(200)
                    .refuses(409),
            ),
        )
        .with(
            Route::post("/me/totp/recovery-codes", Access::SudoSelf, renew).doc(
                Doc::new("Make new recovery codes; the earlier ones are over")
                    .tag("me")
                    .body::<AuthenticatorCode>(code.clone())
                    .answers::<CodesJson>(200)
                    .refuses(409),
            ),
        )
        .with(
            Route::post("/me/totp/disable", Access::SudoSelf, disable).doc(
                Doc::new("Turn two-factor authentication off")
                    .about("All other sessions end; this one goes on with a new cookie.")
                    .tag("me")
                    .body::<Disable>(json!({ "password": "a lake in late october", "code": "287082" }))
                    .answers_empty(204)
                    .refuses(409)
                    .refuses(503),
            ),
        )
        .with(
            Route::post("/me/totp/rejoin", Access::SudoSelf, rejoin).before_factor().doc(
                Doc::new("Let the account's authenticator count here again, after an admin's reset")
                    .tag("me")
                    .body::<AuthenticatorCode>(code)
                    .answers_empty(204)
                    .refuses(409),
            ),
        )
        .merge(reset_routes())
}

fn reset_routes() -> Routes {
    Routes::new()
    .with(
        Route::post("/members/{member}/reset-2fa", Access::Sudo(Area::Security, Level::Full), reset).doc(
            Doc::new("Put a member's second factor aside")
                .about(
                    "In this workspace only: other workspaces go on asking for it. Their sessions here end; they \
                     sign in with their password, and set up another one.",
                )
                .tag("members")
                .answers_empty(204)
                .refuses(404)
                .refuses(409),
        ),
    )
    .with(
        Route::post("/superadmin/users/{user}/reset-2fa", Access::SudoSuperadmin, reset_everywhere).doc(
            Doc::new("Take a second factor off an account, in all of its workspaces")
                .about("All sessions of the account end.")
                .tag("superadmin")
                .answers_empty(204)
                .refuses(404),
        ),
    )
}

#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactor)]
struct FactorJson {
    enabled: bool,
    confirmed_at: Option<Utc>,
    recovery_codes_left: usize,
    /// Whether an admin of this workspace has put the account's own aside.
    reset: bool,
}

async fn show(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
) -> Answer<Json<FactorJson>> {
    let status = identity.factor_status(&caller).await?;
    Ok(Json(FactorJson {
        enabled: status.standing.is_on,
        confirmed_at: status.since.map(Into::into),
        recovery_codes_left: status.codes_left,
        reset: status.was_reset,
    }))
}

#[derive(Serialize, ToSchema)]
#[schema(as = NewAuthenticator)]
struct OfferJson {
    /// Base32.
    secret: String,
    otpauth_uri: String,
    /// The same as a picture.
    qr_svg: String,
}

async fn begin(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
) -> Answer<NoTransform<Json<OfferJson>>> {
    let offer = identity.begin_factor(&caller).await?;
    let text = |secret: &SecretText| secret.expose().to_owned();
    Ok(NoTransform(Json(OfferJson {
        secret: text(&offer.secret),
        otpauth_uri: text(&offer.uri),
        qr_svg: text(&offer.qr_svg),
    })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AuthenticatorCode {
    /// Six digits that the authenticator shows now; where one is set up, a recovery code stands for it.
    code: SecretText,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
struct CodesJson {
    /// Ten; each stands once for a code of the authenticator.
    recovery_codes: Vec<String>,
}

impl From<Codes> for CodesJson {
    fn from(codes: Codes) -> Self {
        Self { recovery_codes: codes.iter().map(|code| code.expose().to_owned()).collect() }
    }
}

async fn confirm(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<AuthenticatorCode>,
) -> Answer<Response> {
    let (codes, token) = identity.confirm_factor(&caller, &body.code).await?;
    with_session(&app, &token, NoTransform(Json(CodesJson::from(codes))))
}

async fn renew(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<AuthenticatorCode>,
) -> Answer<NoTransform<Json<CodesJson>>> {
    Ok(NoTransform(Json(identity.renew_codes(&caller, &Given::either(body.code)).await?.into())))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Disable {
    password: SecretText,
    /// Of the authenticator, or a recovery code.
    code: SecretText,
}

async fn disable(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<Disable>,
) -> Answer<Response> {
    let token = identity.disable_factor(&caller, &body.password, &Given::either(body.code)).await?;
    with_session(&app, &token, NoContent)
}

async fn rejoin(
    State(app): State<App>,
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Body(body): Body<AuthenticatorCode>,
) -> Answer<Response> {
    let token = identity.rejoin_factor(&caller, &Given::either(body.code)).await?;
    with_session(&app, &token, NoContent)
}

async fn reset_everywhere(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    PathId(user): PathId<UserId>,
) -> Answer<NoContent> {
    if user == caller.user() {
        return Err(ones_own().into());
    }
    identity.reset_factor(caller.actor(), user).await?;
    Ok(NoContent)
}

async fn reset(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Security>,
    PathId(member): PathId<UserId>,
) -> Answer<NoContent> {
    identity.reset_member_factor(&caller, permit, member).await?;
    Ok(NoContent)
}
