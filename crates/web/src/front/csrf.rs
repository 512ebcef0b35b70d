//! Cross-site requests: what a foreign page makes a browser send with our cookie.
//!
//! `Sec-Fetch-Site` decides where it is there (browsers set it, pages cannot), else `Origin`. Programs with
//! a cookie jar send neither. They are let through with what a foreign page cannot make any browser
//! send unasked: another content type than the three of forms (a preflight would have to allow it, and
//! nothing here does), or, on the API alone, a form's content type without a browser's `User-Agent`,
//! which pages cannot hide (that is how files are uploaded by a script). Forms of pages come from browsers,
//! so there one of the two headers has to stand.

use http::header::{CONTENT_TYPE, HOST, ORIGIN, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, Method};
use kernel::{Error, Result};

use crate::front::host;
use crate::routes::Kind;
use crate::settings::Settings;

const FORM_TYPES: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

pub(crate) const fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// For unsafe methods that a cookie counts for, or that sign somebody in.
pub(crate) fn check(settings: &Settings, kind: Kind, parts: &Parts) -> Result<()> {
    let headers = &parts.headers;
    let ours = if let Some(site) = text(headers, "sec-fetch-site") {
        matches!(site, "same-origin" | "none")
    } else if headers.contains_key(ORIGIN) {
        text(headers, ORIGIN.as_str()).is_some_and(|origin| is_ours(settings, parts, origin))
    } else {
        match form_type(headers) {
            false => true,
            true => kind != Kind::Page && !is_browser(headers),
        }
    };
    if ours { Ok(()) } else { Err(Error::forbidden("cross_site", "The request came from another site.")) }
}

/// The public address; or a loopback name, where it is the very one that the request was sent to.
fn is_ours(settings: &Settings, parts: &Parts, origin: &str) -> bool {
    if origin == settings.public_url.origin() {
        return true;
    }
    let asked = parts.uri.authority().map(|authority| authority.as_str());
    let asked = asked.or_else(|| text(&parts.headers, HOST.as_str()));
    let named = origin.strip_prefix("http://");
    named.is_some() && named == asked && named.is_some_and(|name| host::is_loopback(host::name_of(name)))
}

fn form_type(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return false };
    let Ok(value) = value.to_str() else { return true };
    let essence = value.split(';').next().unwrap_or_default().trim();
    FORM_TYPES.iter().any(|form| essence.eq_ignore_ascii_case(form))
}

/// All browsers of the last twenty years begin so.
fn is_browser(headers: &HeaderMap) -> bool {
    text(headers, USER_AGENT.as_str())
        .is_some_and(|agent| agent.contains("Mozilla/") || agent.contains("Opera"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::PublicUrl;

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
    const MULTIPART: (&str, &str) = ("content-type", "multipart/form-data; boundary=x");
    const JSON: (&str, &str) = ("content-type", "application/json");
    const BROWSER: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)");

    fn passes(kind: Kind, headers: &[(&'static str, &'static str)]) -> bool {
        let settings = Settings::new(PublicUrl::parse("https://track.example.com").unwrap());
        let mut request = http::Request::post("/x").header("host", "localhost:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check(&settings, kind, &parts).is_ok()
    }

    #[test]
    fn what_a_browser_says_of_itself_decides() {
        for kind in [Kind::Api, Kind::Page] {
            for (headers, expected) in [
                (vec![("sec-fetch-site", "same-origin"), FORM], true),
                (vec![("sec-fetch-site", "none"), FORM], true),
                (vec![("sec-fetch-site", "same-site"), JSON], false),
                (vec![("sec-fetch-site", "cross-site"), ("origin", "https://track.example.com")], false),
                (vec![("sec-fetch-site", ""), JSON], false),
                (vec![("origin", "https://track.example.com"), FORM], true),
                (vec![("origin", "http://localhost:8080"), FORM], true),
                (vec![("origin", "http://localhost:9090"), FORM], false),
                (vec![("origin", "https://localhost:8080"), FORM], false),
                (vec![("origin", "https://track.example.com.evil.example"), JSON], false),
                (vec![("origin", "null"), JSON], false),
                (vec![("origin", "http://track.example.com"), JSON], false),
                (vec![FORM, BROWSER], false),
                (vec![MULTIPART, BROWSER], false),
                (vec![("content-type", "Text/Plain;charset=utf-8"), BROWSER], false),
                (vec![JSON], true),
                (vec![JSON, BROWSER], true),
                (vec![], true),
            ] {
                assert_eq!(passes(kind, &headers), expected, "{kind:?} {headers:?}");
            }
        }
    }

    #[test]
    fn a_program_uploads_to_the_api_and_posts_no_forms_to_pages() {
        assert!(passes(Kind::Api, &[MULTIPART, ("user-agent", "curl/8.5.0")]));
        assert!(passes(Kind::Api, &[MULTIPART]));
        assert!(!passes(Kind::Page, &[FORM, ("user-agent", "curl/8.5.0")]));
    }
}
