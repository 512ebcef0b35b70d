//! What stands on every answer.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::app::App;
use crate::front::context::Context;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), \
    browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
    local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=()";

const ALWAYS: [(HeaderName, HeaderValue); 7] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS)),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Two years, as the preload lists want it; subdomains are not ours to speak for.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");

pub(crate) fn put(app: &App, context: &Context, headers: &mut HeaderMap) {
    headers.reserve(ALWAYS.len() + 5);
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if app.settings.secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::try_from(context.id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    let budget = context.budget.get().and_then(|budget| app.limits.headers(*budget));
    if let Some((policy, left)) = budget {
        headers.insert(HeaderName::from_static("ratelimit-policy"), policy);
        headers.insert(HeaderName::from_static("ratelimit"), left);
    }
}
