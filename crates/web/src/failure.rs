//! A refusal on its way out. It becomes a problem (RFC 9457) or a page in one place, the front, which
//! knows who asked and under which request id.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::{Error, FieldError};

/// What a handler or an extractor refuses with. Made from [`kernel::Error`], or here for what only HTTP
/// has a status for.
#[derive(Debug, Clone)]
pub struct Failure(Arc<Refusal>);

#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: Cow<'static, str>,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) retry_after: Option<Duration>,
    /// For the log alone.
    pub(crate) cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// A refusal with a status that [`kernel::Error`] has none for; `detail` is a sentence for the client.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::of(status, code, detail.into())
    }

    fn of(status: StatusCode, code: &'static str, detail: Cow<'static, str>) -> Self {
        Self(Arc::new(Refusal { status, code, detail, errors: Vec::new(), retry_after: None, cause: None }))
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than this route takes.")
    }

    /// 415; `wanted` is a media type.
    pub fn media_type(wanted: &'static str) -> Self {
        let detail = format!("The body must be {wanted}.");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    /// The same refusal with the wrong fields named.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        Arc::make_mut(&mut self.0).errors = errors;
        self
    }

    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    pub(crate) fn refusal(&self) -> &Refusal {
        &self.0
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = error.code();
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut refusal = Refusal {
            status,
            code,
            detail: Cow::Borrowed(""),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        };
        refusal.detail = match error {
            Error::Malformed { detail, .. }
            | Error::Forbidden { detail, .. }
            | Error::Conflict { detail, .. } => detail,
            Error::Unauthenticated { code: "unauthenticated" } => "Sign in first.".into(),
            Error::Unauthenticated { .. } => "That did not sign you in.".into(),
            Error::NotFound => "There is nothing here.".into(),
            Error::Stale => "Somebody else has changed it since; load it again.".into(),
            Error::Invalid(errors) => {
                refusal.errors = errors;
                "Some fields are not acceptable.".into()
            }
            Error::TooMany { retry_after } => {
                refusal.retry_after = Some(retry_after);
                "Too many requests; wait a little.".into()
            }
            Error::Unavailable { reason } => {
                refusal.retry_after = Some(Duration::from_secs(1));
                reason.into()
            }
            Error::Internal(cause) => {
                refusal.cause = Some(cause);
                "Something went wrong on our side; nothing you did is lost.".into()
            }
        };
        Self(Arc::new(refusal))
    }
}

impl From<axum::extract::multipart::MultipartError> for Failure {
    fn from(error: axum::extract::multipart::MultipartError) -> Self {
        let broken = || {
            Self::new(StatusCode::BAD_REQUEST, "malformed_multipart", "The multipart body cannot be read.")
        };
        unread(&error).unwrap_or_else(broken)
    }
}

impl From<axum::Error> for Failure {
    /// A body that could not be read to its end.
    fn from(error: axum::Error) -> Self {
        let cut_off = || Self::new(StatusCode::BAD_REQUEST, "incomplete_body", "The body ended too early.");
        unread(&error).unwrap_or_else(cut_off)
    }
}

/// Whether a limit of ours is what ended a body.
fn unread(error: &(dyn std::error::Error + 'static)) -> Option<Failure> {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if inner.is::<http_body_util::LengthLimitError>() {
            return Some(Failure::too_large());
        }
        if inner.is::<crate::listener::Stalled>() {
            let detail = "The body stopped coming.";
            return Some(Failure::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", detail));
        }
        cause = inner.source();
    }
    None
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.0.status;
        response.extensions_mut().insert(self);
        response
    }
}
