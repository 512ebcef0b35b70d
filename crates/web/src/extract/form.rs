//! `a=1&b=2`: queries and the forms of pages. A name that repeats fills a list.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use kernel::{Error, FieldError};
use serde::de::DeserializeOwned;

use super::body::{collect, is};
use super::text::unreadable;
use crate::app::App;
use crate::failure::Failure;

/// The query's parameters; 400 where they do not fit `T`. Those that `T` does not know are passed over
/// (`limit` and `cursor` are [`Listing`](crate::Listing)'s), so it must not deny unknown fields.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

pub(crate) fn query<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    let bad = |pointer: String, detail: String| {
        Failure::from(Error::malformed("bad_parameter", "A parameter of the query is not acceptable."))
            .with_errors(vec![FieldError { pointer, detail: detail.into() }])
    };
    if let Some(name) = unreadable(text) {
        return Err(bad(name, "must be UTF-8 text without NUL".into()));
    }
    let parsed = serde_path_to_error::deserialize(serde_html_form::Deserializer::from_bytes(text.as_bytes()));
    parsed.map_err(|error| bad(name_of(error.path()), error.inner().to_string()))
}

/// A page's form; 415, 413, and 422 with `/name` as pointer where a field does not fit `T`. Fields that
/// `T` does not know are passed over.
#[derive(Debug)]
pub struct FormBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for FormBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let empty = axum::body::HttpBody::is_end_stream(request.body());
        if !empty && !is(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Failure::media_type("application/x-www-form-urlencoded"));
        }
        let bytes = collect(request).await?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Err(Error::malformed("malformed_form", "The form is not UTF-8.").into());
        };
        if let Some(name) = unreadable(text) {
            return Err(Error::invalid(format!("/{name}"), "must be UTF-8 text without NUL").into());
        }
        let parsed = serde_path_to_error::deserialize(serde_html_form::Deserializer::from_bytes(&bytes));
        parsed.map(Self).map_err(|error| {
            let detail = error.inner().to_string();
            let name = missing(&detail).map_or_else(|| name_of(error.path()), str::to_owned);
            Error::invalid(format!("/{name}"), detail).into()
        })
    }
}

fn name_of(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .find_map(|segment| match segment {
            serde_path_to_error::Segment::Map { key } => Some(key.clone()),
            _ => None,
        })
        .unwrap_or_default()
}

fn missing(detail: &str) -> Option<&str> {
    detail.strip_prefix("missing field `")?.split('`').next()
}
