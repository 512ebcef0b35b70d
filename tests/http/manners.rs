//! What every answer has, whatever it says.

use crate::client::Answer;

/// Headers that stand on every answer, with a part of their value.
const ALWAYS: [(&str, &str); 6] = [
    ("content-security-policy", "default-src 'none'"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "camera=()"),
    ("x-request-id", "req_"),
];

/// Which security header is missing or wrong.
pub fn bare(answer: &Answer) -> Option<String> {
    let csp = answer.header("content-security-policy").unwrap_or_default();
    if csp.contains("unsafe") || csp.contains('*') || csp.contains("http:") {
        return Some(format!("its CSP allows too much: {csp}"));
    }
    let lacks = |(name, part): &&(&str, &str)| !answer.header(name).is_some_and(|value| value.contains(part));
    ALWAYS
        .iter()
        .find(lacks)
        .map(|(name, part)| format!("{name} does not say {part}: {:?}", answer.header(name)))
}

/// Why a refusal is no problem of RFC 9457 as the contract has it.
pub fn ill_shaped(answer: &Answer) -> Option<String> {
    if answer.header("content-type") != Some("application/problem+json") {
        return Some(format!("its type is {:?}", answer.header("content-type")));
    }
    let problem = answer.json();
    for name in ["type", "title", "detail", "code", "request_id"] {
        if problem[name].as_str().is_none_or(str::is_empty) {
            return Some(format!("it has no {name}"));
        }
    }
    if problem["status"] != answer.status {
        return Some("its status is another".into());
    }
    if problem["request_id"].as_str() != answer.header("x-request-id") {
        return Some("its request_id is not the header's".into());
    }
    let fields = problem["errors"].as_array();
    let named =
        fields.into_iter().flatten().all(|field| field["pointer"].is_string() && field["detail"].is_string());
    if !named || (answer.status == 422 && fields.is_none_or(Vec::is_empty)) {
        return Some("it does not name the fields that are wrong".into());
    }
    (answer.status == 429 && answer.header("retry-after").is_none())
        .then(|| "it does not say when again".into())
}
