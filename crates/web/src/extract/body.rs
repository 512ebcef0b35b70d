//! Bodies: JSON, and files in pieces.

use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::json;
use crate::app::App;
use crate::failure::Failure;

/// A JSON body, strictly: 415 for another type, 413 for too much, 400 for what is no JSON, 422 with a
/// pointer for what does not fit `T`. `T` denies unknown fields by `#[serde(deny_unknown_fields)]`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        if !is(request.headers(), "application/json") {
            return Err(Failure::media_type("application/json"));
        }
        let bytes = collect(request).await?;
        json::parse(&bytes).map(Self)
    }
}

/// A multipart body, read field by field; the route's `body_limit` bounds all of it together.
#[derive(Debug)]
pub struct Upload(pub Multipart);

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !is(request.headers(), "multipart/form-data") {
            return Err(Failure::media_type("multipart/form-data"));
        }
        let broken = "The multipart boundary is missing.";
        Multipart::from_request(request, app)
            .await
            .map(Self)
            .map_err(|_| kernel::Error::malformed("malformed_multipart", broken).into())
    }
}

/// Whether the content type is `wanted`, whatever its parameters (a charset other than UTF-8 is none).
pub(super) fn is(headers: &HeaderMap, wanted: &str) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let mut charsets = parts
        .filter_map(|part| part.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
    essence.eq_ignore_ascii_case(wanted)
        && charsets.all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

/// All of a body; the guard has bounded it.
pub(super) async fn collect(request: Request) -> Result<Bytes, Failure> {
    Ok(request.into_body().collect().await?.to_bytes())
}
