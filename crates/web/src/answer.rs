//! What handlers answer with.

use std::borrow::Cow;

use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, schema};
use utoipa::{PartialSchema, ToSchema};

use crate::failure::Failure;

/// What a handler gives: an answer, or a refusal.
pub type Answer<T> = Result<T, Failure>;

/// 200 with JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// Bytes that are set aside for an answer.
const ROOM: usize = 4 * 1024;

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match Written::new(&self.0) {
            Ok(written) => written.into_response(),
            Err(error) => Failure::from(error).into_response(),
        }
    }
}

/// 200 with JSON that is written already.
#[derive(Debug, Clone)]
pub struct Written(pub Bytes);

impl Written {
    pub fn new(value: &impl Serialize) -> kernel::Result<Self> {
        // Most answers fit; growing a large one from nothing copies it a dozen times.
        let mut bytes = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut bytes, value).map_err(kernel::Error::internal)?;
        Ok(Self(bytes.into()))
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.0));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

/// 201 with the resource and its address. `location` is a path, `/api/v1/items/item_…`.
#[derive(Debug)]
pub struct Created<T> {
    pub location: String,
    pub body: T,
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::CREATED;
            if let Ok(location) = HeaderValue::try_from(self.location) {
                response.headers_mut().insert(LOCATION, location);
            }
        }
        response
    }
}

/// 204.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// Any answer with the version as its `ETag`: `Tagged(item.version, Json(item))`.
#[derive(Debug)]
pub struct Tagged<R>(pub i64, pub R);

impl<R: IntoResponse> IntoResponse for Tagged<R> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if let Ok(tag) = HeaderValue::try_from(format!("\"{}\"", self.0)) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

/// An answer with a secret in it: not cached, not compressed (its length would tell of the secret).
#[derive(Debug)]
pub struct NoTransform<R>(pub R);

impl<R: IntoResponse> IntoResponse for NoTransform<R> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
        response
    }
}

/// 200 with a rendered page or fragment.
#[derive(Debug)]
pub struct Html<T>(pub T);

impl<T: Template> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => {
                let mut response = Response::new(Body::from(text));
                let html = HeaderValue::from_static("text/html; charset=utf-8");
                response.headers_mut().insert(CONTENT_TYPE, html);
                response
            }
            Err(error) => Failure::from(kernel::Error::internal(error)).into_response(),
        }
    }
}

/// 303 to a path of this server.
pub fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, path);
    response
}

/// One page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let cursor = ObjectBuilder::new().schema_type(SchemaType::Array(vec![Type::String, Type::Null]));
        let data: schema::Array = ArrayBuilder::new().items(Ref::from_schema_name(T::name())).build();
        let page = ObjectBuilder::new().property("data", data).required("data");
        page.property("next_cursor", cursor).required("next_cursor").into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
