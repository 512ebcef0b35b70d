//! Gzip for text of some size. Bodies here are whole pieces in memory, so they are pressed in one go.
//!
//! An answer that carries a secret beside something that the client chose would tell the secret by its
//! length (BREACH): such answers are marked `no-transform` and left alone.

use std::io::Write;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;

const SMALLEST: u64 = 1_024;
/// Above this, pressing would keep a core from other requests for too long, and goes elsewhere.
const QUICK: usize = 256 * 1_024;
const LARGEST: u64 = 16 * 1_024 * 1_024;

/// Whether the client takes gzip: named, or `*`, and not with `q=0` (RFC 9110 section 12.5.3).
pub(crate) fn accepted(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut any = false;
    for offer in offers.flat_map(|line| line.split(',')) {
        let (name, quality) = offer.split_once(';').unwrap_or((offer, ""));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        match name.trim() {
            "gzip" | "x-gzip" => return !refused,
            "*" => any = !refused,
            _ => {}
        }
    }
    any
}

fn pays(response: &Response) -> bool {
    let headers = response.headers();
    let says = |name, part: &str| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
            .is_some_and(|v| v.contains(part))
    };
    let text = says(CONTENT_TYPE, "json") || says(CONTENT_TYPE, "text/html");
    let size = response.body().size_hint().exact().unwrap_or(0);
    text && (SMALLEST..=LARGEST).contains(&size)
        && !headers.contains_key(CONTENT_ENCODING)
        && !says(CACHE_CONTROL, "no-transform")
}

pub(crate) async fn compress(response: Response) -> Response {
    if !pays(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(plain) = body.collect().await else { return Response::from_parts(parts, Body::empty()) };
    let plain = plain.to_bytes();
    parts.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let pressed = if plain.len() <= QUICK {
        press(&plain)
    } else {
        let plain = plain.clone();
        tokio::task::spawn_blocking(move || press(&plain)).await.unwrap_or_else(|e| Err(e.into()))
    };
    match pressed {
        Ok(pressed) => {
            parts.headers.remove(CONTENT_LENGTH);
            parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(parts, Body::from(pressed))
        }
        Err(_) => Response::from_parts(parts, Body::from(plain)),
    }
}

fn press(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_take_it() {
        for (offer, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("identity", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, offer.parse().unwrap());
            assert_eq!(accepted(&headers), expected, "{offer}");
        }
    }
}
