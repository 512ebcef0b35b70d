//! The one error of the product. Every variant answers with one HTTP status, so that a handler
//! never chooses one; what the client did wrong says where, what we did wrong says nothing.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One field of a request and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    pub detail: Cow<'static, str>,
}

#[derive(Debug, Clone)]
pub enum Error {
    /// 400: the request cannot be read at all.
    Malformed { code: &'static str, detail: Cow<'static, str> },
    /// 401: nobody, or no longer anybody, is signed in.
    Unauthenticated { code: &'static str },
    /// 403: seen, but not allowed.
    Forbidden { code: &'static str, detail: Cow<'static, str> },
    /// 404: missing, or another workspace's; nobody can tell which.
    NotFound,
    /// 409: what is there already does not agree with it.
    Conflict { code: &'static str, detail: Cow<'static, str> },
    /// 412: somebody else changed it first (`If-Match`).
    Stale,
    /// 422: readable, but these fields are not acceptable.
    Invalid(Vec<FieldError>),
    /// 429: too often.
    TooMany { retry_after: Duration },
    /// 503: not now; the same request may be sent again and nothing was changed.
    Unavailable { reason: &'static str },
    /// 500: our fault. The cause goes to the log, never to the client.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn malformed(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Malformed { code, detail: detail.into() }
    }

    pub fn forbidden(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden { code, detail: detail.into() }
    }

    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    /// One wrong field; `pointer` begins with `/` for a body.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// Stable name of the error for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { code, .. }
            | Self::Unauthenticated { code }
            | Self::Forbidden { code, .. }
            | Self::Conflict { code, .. } => code,
            Self::NotFound => "not_found",
            Self::Stale => "stale",
            Self::Invalid(_) => "invalid",
            Self::TooMany { .. } => "too_many_requests",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// The HTTP status that this variant, and no other, answers with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed { .. } => 400,
            Self::Unauthenticated { .. } => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::Stale => 412,
            Self::Invalid(_) => 422,
            Self::TooMany { .. } => 429,
            Self::Internal(_) => 500,
            Self::Unavailable { .. } => 503,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { detail, .. }
            | Self::Forbidden { detail, .. }
            | Self::Conflict { detail, .. } => f.write_str(detail),
            Self::Invalid(fields) => {
                for (i, field) in fields.iter().enumerate() {
                    let separator = if i == 0 { "" } else { "; " };
                    write!(f, "{separator}{}: {}", field.pointer, field.detail)?;
                }
                Ok(())
            }
            Self::Unavailable { reason } => f.write_str(reason),
            Self::Internal(cause) => write!(f, "internal error: {cause}"),
            other => f.write_str(other.code()),
        }
    }
}

impl std::error::Error for Error {}
