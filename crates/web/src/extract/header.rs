//! Preconditions in headers.

use axum::extract::FromRequestParts;
use http::HeaderName;
use http::header::IF_MATCH;
use http::request::Parts;
use kernel::Error;

use crate::app::App;
use crate::failure::Failure;

/// The version that the client has seen, from `If-Match: "7"`; none where it does not say, or says `*`.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// 412 when it is not the version that is there.
    pub fn check(self, version: i64) -> kernel::Result<()> {
        match self.0 {
            Some(seen) if seen != version => Err(Error::Stale),
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<App> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get(IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // What is no tag of ours matches nothing that is there (RFC 9110 section 13.1.1).
        let version =
            text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|tag| tag.parse().ok());
        version.map(|version| Self(Some(version))).ok_or_else(|| Error::Stale.into())
    }
}

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 255;

/// `Idempotency-Key`, 1 to 255 visible ASCII characters; else 400. [`Keyed`](super::Keyed) goes with a body.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let (Some(value), more) = (values.next(), values.next()) else { return Ok(Self(None)) };
        let bytes = value.as_bytes();
        let good = more.is_none()
            && (1..=LONGEST_KEY).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(text) if good => Ok(Self(Some(text.to_owned()))),
            _ => Err(Error::malformed(
                "bad_idempotency_key",
                "Idempotency-Key must be 1 to 255 visible ASCII characters.",
            )
            .into()),
        }
    }
}
