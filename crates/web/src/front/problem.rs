//! A refusal as `application/problem+json` (RFC 9457), or as a page.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;

use crate::app::App;
use crate::failure::{Failure, Refusal};
use crate::front::context::Context;
use crate::page::ErrorPage;
use crate::visit::{Visit, next_of};
use crate::words::EN;

pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// RFC 9110 section 11.6.1 wants a challenge beside every 401; browsers ask nobody about a scheme that
/// they do not know.
const SESSION_COOKIE: HeaderValue = HeaderValue::from_static("Cookie realm=\"trackhold\"");

/// The body of every refusal of the API.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Problem<'a> {
    /// Always `about:blank`: `code` says more.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    title: &'a str,
    status: u16,
    /// A sentence for a person.
    detail: &'a str,
    /// Stable name for programs.
    code: &'a str,
    /// What to quote when asking for help.
    request_id: String,
    /// The fields that are wrong, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemField<'a>>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ProblemField<'a> {
    /// JSON pointer (RFC 6901) into the body, or the name of a parameter.
    pointer: &'a str,
    detail: &'a str,
}

/// What a refused request gets to see.
pub(crate) fn render(app: &App, context: &Context, headers: &HeaderMap, failure: &Failure) -> Response {
    let refusal = failure.refusal();
    if let Some(cause) = &refusal.cause {
        tracing::error!(request = %context.id, cause = %cause, "a request failed");
    }
    let mut response = if context.wants_problem() {
        answer(refusal.status, PROBLEM_JSON, problem(context, refusal))
    } else if let Some(way) = way_out(context, headers, refusal) {
        redirect(&way)
    } else {
        page(app, context, headers, refusal)
    };
    if refusal.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, SESSION_COOKIE);
    }
    if let Some(wait) = refusal.retry_after {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    response
}

/// The body of a refusal for a program.
pub(crate) fn problem(context: &Context, refusal: &Refusal) -> Vec<u8> {
    let problem = Problem {
        kind: "about:blank",
        title: refusal.status.canonical_reason().unwrap_or("Error"),
        status: refusal.status.as_u16(),
        detail: &refusal.detail,
        code: refusal.code,
        request_id: context.id.to_string(),
        errors: refusal
            .errors
            .iter()
            .map(|field| ProblemField { pointer: &field.pointer, detail: &field.detail })
            .collect(),
    };
    serde_json::to_vec(&problem).unwrap_or_default()
}

/// Where a person is sent instead of being shown an error: to sign in, or to confirm the password.
fn way_out(context: &Context, headers: &HeaderMap, refusal: &Refusal) -> Option<String> {
    let reading = matches!(context.method, Method::GET | Method::HEAD);
    let back = if reading { context.path_and_query() } else { referrer_path(context, headers) };
    match (refusal.status, refusal.code) {
        (StatusCode::UNAUTHORIZED, "unauthenticated") => Some(format!("/login?next={}", next_of(back))),
        (StatusCode::FORBIDDEN, "two_factor_required") => {
            Some(format!("/two-factor/set-up?next={}", next_of(back)))
        }
        (StatusCode::FORBIDDEN, "sudo_required") => Some(format!("/sudo?next={}", next_of(back))),
        _ => None,
    }
}

/// The page that a form stood on, where it was one of ours.
fn referrer_path<'a>(context: &Context, headers: &'a HeaderMap) -> &'a str {
    let referrer = headers.get(http::header::REFERER).and_then(|value| value.to_str().ok());
    let host = headers.get(http::header::HOST).and_then(|value| value.to_str().ok());
    let host = context.uri.authority().map(|authority| authority.as_str()).or(host);
    let path = referrer.zip(host).and_then(|(referrer, host)| {
        let rest = referrer.strip_prefix("https://").or_else(|| referrer.strip_prefix("http://"))?;
        rest.strip_prefix(host).filter(|path| path.starts_with('/'))
    });
    path.unwrap_or("/")
}

fn redirect(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/")));
    response
}

fn page(app: &App, context: &Context, headers: &HeaderMap, refusal: &Refusal) -> Response {
    let words = &EN.error;
    let (title, detail) = match refusal.status.as_u16() {
        404 => (words.not_found, words.not_found_detail.to_owned()),
        403 if refusal.code == "forbidden" => (words.forbidden, words.forbidden_detail.to_owned()),
        403 => (words.forbidden, refusal.detail.clone().into_owned()),
        500 => (words.internal, words.internal_detail.to_owned()),
        _ => (refusal.status.canonical_reason().unwrap_or("Error"), explained(refusal)),
    };
    let visit = Visit::outside(headers, context);
    let page = ErrorPage {
        page: visit.bare(app, title),
        status: refusal.status.as_u16(),
        title,
        detail,
        request_id: context.id.to_string(),
    };
    let body = page.render().unwrap_or_else(|_| title.to_owned());
    answer(refusal.status, HeaderValue::from_static("text/html; charset=utf-8"), body.into_bytes())
}

fn explained(refusal: &Refusal) -> String {
    let mut detail = refusal.detail.clone().into_owned();
    for field in &refusal.errors {
        detail.push_str(&format!(" {}: {}.", field.pointer.trim_start_matches('/'), field.detail));
    }
    detail
}

fn answer(status: StatusCode, content_type: HeaderValue, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
