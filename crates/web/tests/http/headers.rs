//! What stands on every answer, whatever became of the request.

use std::io::Read as _;

use http::StatusCode;

use crate::kit::{Got, ask, home};

async fn one_of_each(home: &crate::kit::Home) -> Vec<(u16, Got)> {
    let big = "x".repeat(2_000_000);
    vec![
        (200, home.get("/api/v1/things", "viewer").await),
        (201, home.post("/api/v1/things", "admin", r#"{"title":"a"}"#).await),
        (204, home.get("/healthz", "").await),
        (303, home.get("/pages", "").await),
        (400, home.get("/api/v1/things?limit=0", "viewer").await),
        (401, home.get("/api/v1/things", "").await),
        (403, home.post("/api/v1/things", "viewer", "{}").await),
        (404, home.get("/api/v1/nothing", "").await),
        (404, home.get("/nothing", "").await),
        (405, home.send(ask("PUT /api/v1/things", "admin"), "").await),
        (413, home.post("/api/v1/things", "admin", &big).await),
        (415, home.send(ask("POST /api/v1/things", "admin"), "{}").await),
        (421, home.send(http::Request::get("/").header("host", "evil.example"), "").await),
        (422, home.post("/api/v1/things", "admin", "{}").await),
        (500, home.get("/api/v1/panic", "").await),
        (500, home.get("/api/v1/things", "broken").await),
    ]
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for url in ["http://localhost:8080", "https://localhost"] {
        let home = home(|settings| {
            settings.public_url = web::PublicUrl::parse(url).unwrap();
            settings.secure = false;
        })
        .await;
        let mut ids = std::collections::HashSet::new();
        for (status, got) in one_of_each(&home).await {
            assert_eq!(got.status.as_u16(), status, "{}", got.text());
            assert!(
                got.header("content-security-policy").starts_with("default-src 'none'; script-src 'self';")
            );
            assert!(!got.header("content-security-policy").contains("unsafe"));
            assert_eq!(got.header("x-content-type-options"), "nosniff");
            assert_eq!(got.header("x-frame-options"), "DENY");
            assert_eq!(got.header("referrer-policy"), "strict-origin-when-cross-origin");
            assert!(got.header("permissions-policy").contains("camera=()"));
            assert_eq!(got.header("cross-origin-opener-policy"), "same-origin");
            assert_eq!(got.header("cross-origin-resource-policy"), "same-origin");
            assert_eq!(got.header("cache-control"), "no-store");
            assert!(got.header("strict-transport-security").is_empty());
            assert!(got.header("x-request-id").starts_with("req_"));
            assert!(ids.insert(got.header("x-request-id").to_owned()), "ids do not repeat");
        }
    }
}

#[tokio::test]
async fn under_tls_browsers_are_told_to_stay_there() {
    let home = home(|settings| settings.secure = true).await;
    assert_eq!(home.get("/nothing", "").await.header("strict-transport-security"), "max-age=63072000");
    // The plain cookie counts for nothing now.
    assert_eq!(home.get("/api/v1/things", "viewer").await.status, StatusCode::UNAUTHORIZED);
    let request = ask("GET /api/v1/things", "").header("cookie", "__Host-trackhold=viewer");
    assert_eq!(home.send(request, "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn long_text_is_pressed_but_never_a_secret() {
    let home = home(|_| {}).await;
    let path = format!("/api/v1/things/{}", kernel::id::AuditId::new(crate::kit::NOW));
    let zipped = |path: &str| ask(&format!("GET {path}"), "viewer").header("accept-encoding", "gzip, br");
    let plain = home.get(&path, "viewer").await;
    let pressed = home.send(zipped(&path), "").await;
    assert_eq!((pressed.header("content-encoding"), pressed.header("vary")), ("gzip", "accept-encoding"));
    assert!(pressed.bytes.len() < plain.bytes.len() / 4);
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&pressed.bytes[..]).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain.bytes);
    assert_eq!(plain.header("etag"), "\"7\"");
    assert_eq!(home.send(zipped("/api/v1/secret"), "").await.header("content-encoding"), "");
    assert_eq!(
        home.send(zipped("/api/v1/things?limit=1"), "").await.header("content-encoding"),
        "",
        "too short"
    );
}
