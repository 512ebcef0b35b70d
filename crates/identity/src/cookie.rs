//! The session's cookie, in and out.

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel::crypto::SecretText;
use web::{Answer, App, Failure, cookie};

use crate::sessions::LONGEST;
use crate::sessions::actions::BETWEEN;

/// The value of the request's session cookie, live or not.
pub(crate) struct SessionToken(pub(crate) Option<SecretText>);

impl SessionToken {
    pub(crate) fn expose(&self) -> Option<&str> {
        self.0.as_ref().map(SecretText::expose)
    }
}

impl FromRequestParts<App> for SessionToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let value = cookie::value(&parts.headers, cookie::session_name(&app.settings));
        Ok(Self(value.map(|text| SecretText::new(text.to_owned()))))
    }
}

/// The token of whoever waits to give their second factor.
pub(crate) struct WaitingToken(pub(crate) Option<SecretText>);

impl WaitingToken {
    pub(crate) fn expose(&self) -> &str {
        self.0.as_ref().map(SecretText::expose).unwrap_or_default()
    }
}

impl FromRequestParts<App> for WaitingToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let value = cookie::waiting(&app.settings, &parts.headers);
        Ok(Self(value.map(|text| SecretText::new(text.to_owned()))))
    }
}

/// The answer, with the cookie of somebody who waits to give their second factor.
pub(crate) fn with_waiting(app: &App, token: &SecretText, answer: impl IntoResponse) -> Answer<Response> {
    let cookie = cookie::start_waiting(&app.settings, token.expose(), BETWEEN)?;
    Ok(with_cookie(cookie, answer))
}

/// The answer, taking that cookie away.
pub(crate) fn without_waiting(app: &App, answer: impl IntoResponse) -> Answer<Response> {
    Ok(with_cookie(cookie::end_waiting(&app.settings)?, answer))
}

/// The answer, with a new session's cookie.
pub(crate) fn with_session(app: &App, token: &SecretText, answer: impl IntoResponse) -> Answer<Response> {
    let cookie = cookie::start_session(&app.settings, token.expose(), LONGEST)?;
    Ok(with_cookie(cookie, answer))
}

/// The answer, taking the session's cookie away.
pub(crate) fn without_session(app: &App, answer: impl IntoResponse) -> Answer<Response> {
    Ok(with_cookie(cookie::end_session(&app.settings)?, answer))
}

fn with_cookie(cookie: HeaderValue, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}
