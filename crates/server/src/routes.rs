//! All routes of the server: those of the slices, and the few that belong to none.

use std::sync::{Arc, OnceLock};

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use identity::Identity;
use kernel::Error;
use kernel::access::Access;
use serde::Serialize;
use utoipa::ToSchema;
use web::page::Assets;
use web::{Doc, Failure, Json, Route, Routes};
use work::imports::Runner;

use crate::ready::{self, Readiness};

/// The version that documents name.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Routes of the slices.
pub fn of_slices() -> Routes {
    identity::routes().merge(work::routes()).merge(::admin::routes())
}

/// Every route there is, without what handlers are given; the documents are made from this list.
pub fn all() -> Routes {
    of_slices().merge(own())
}

/// What the server answers with.
pub fn served(identity: Arc<Identity>, imports: Runner, backups: Arc<dyn ::admin::Saving>) -> Routes {
    of_slices()
        .extension(identity)
        .extension(imports)
        .extension(backups)
        .merge(own().extension(Document::default()).extension(Readiness::default()))
}

fn own() -> Routes {
    Routes::new()
        .with(web::live::route())
        .with(
            Route::plain_get("/healthz", Access::Public, is_up)
                .uncounted()
                .doc(Doc::new("Tell whether the server is up").tag("server").answers::<Health>(200)),
        )
        .with(Route::plain_get("/readyz", Access::Public, ready::is_ready).uncounted().doc(
            Doc::new("Tell whether the store answers").tag("server").answers::<Health>(200).refuses(503),
        ))
        .with(
            Route::plain_get("/api/openapi.json", Access::Public, openapi)
                .doc(Doc::new("Describe the API").tag("server").answers_other(200, "application/json")),
        )
        .with(
            Route::plain_get("/assets/{file}", Access::Public, asset)
                .uncounted()
                .doc(Doc::new("Get a file of the front end").tag("server").answers_other(200, "*/*")),
        )
        .with(
            Route::plain_get("/favicon.ico", Access::Public, favicon)
                .uncounted()
                .doc(Doc::new("Get the icon of the site").tag("server").answers_other(200, "image/svg+xml")),
        )
}

/// What pages name of the front end.
pub fn assets() -> Assets {
    Assets {
        css: ui::url("app.css"),
        js: ui::url("app.js"),
        sprite: ui::url("sprite.svg"),
        favicon: ui::url("favicon.svg"),
        font: ui::url("inter-latin-wght-normal.woff2"),
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

pub(crate) const OK: Json<Health> = Json(Health { status: "ok" });

async fn is_up() -> Json<Health> {
    OK
}

/// Made when somebody first asks: most servers are never asked, and it is a large part of a start.
#[derive(Clone, Default)]
struct Document(Arc<OnceLock<Bytes>>);

async fn openapi(Extension(document): Extension<Document>) -> std::result::Result<Response, Failure> {
    let bytes = match document.0.get() {
        Some(made) => made.clone(),
        None => {
            let made = all().openapi(VERSION).to_json().map_err(Error::internal)?;
            document.0.get_or_init(|| made.into()).clone()
        }
    };
    Ok(([(CONTENT_TYPE, "application/json")], bytes).into_response())
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> std::result::Result<Response, Failure> {
    let asset = ui::asset(&file).ok_or(Error::NotFound)?;
    Ok(file_answer(asset, &headers, "public, max-age=31536000, immutable"))
}

/// Browsers ask for it where a page names no icon; its name is always the same, so it may change.
async fn favicon(headers: HeaderMap) -> std::result::Result<Response, Failure> {
    let name = ui::url("favicon.svg").trim_start_matches("/assets/");
    let asset = ui::asset(name).ok_or(Error::NotFound)?;
    Ok(file_answer(asset, &headers, "public, max-age=86400"))
}

fn file_answer(asset: &'static ui::Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let zipped = !asset.gzip.is_empty() && takes_gzip(headers);
    let bytes = Bytes::from_static(if zipped { asset.gzip } else { asset.bytes });
    let mut response = bytes.into_response();
    let put = response.headers_mut();
    put.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    put.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if !asset.gzip.is_empty() {
        put.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if zipped {
        put.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// RFC 9110 section 12.5.3, as far as one coding needs it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    codings.flat_map(|line| line.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused =
            parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty()));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes = |line: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(line))]))
        };
        assert!(takes("gzip") && takes("br, GZIP;q=0.5") && takes("gzip, deflate, br"));
        assert!(
            !takes("") && !takes("br") && !takes("gzip;q=0") && !takes("gzip; q=0.000") && !takes("x-gzip")
        );
    }
}
