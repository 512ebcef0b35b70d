//! Problems, and the fields they name.

use http::StatusCode;
use serde_json::json;

use crate::kit::{ask, home};

#[tokio::test]
async fn a_refusal_is_a_problem_with_a_code_and_the_request_id() {
    let home = home(|_| {}).await;
    let got = home.post("/api/v1/things", "admin", r#"{"title":"","color":1}"#).await;
    assert_eq!(got.header("content-type"), "application/problem+json");
    let expected = json!({
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "Some fields are not acceptable.",
        "code": "invalid",
        "request_id": got.header("x-request-id"),
        "errors": [{"pointer": "/color", "detail": "is not a field of this request"}],
    });
    assert_eq!(got.json(), expected);
    let missing = home.get("/api/v1/things/aud_1", "viewer").await;
    let unknown = home.get("/api/v1/nothing", "viewer").await;
    let [mut missing, mut unknown] = [missing.json(), unknown.json()];
    missing["request_id"] = json!("");
    unknown["request_id"] = json!("");
    assert_eq!(missing, unknown, "missing is missing, by the byte");
    assert_eq!(missing["code"], "not_found");
    let method = home.send(ask("PUT /api/v1/things", "admin"), "").await;
    assert_eq!(method.code(), "method_not_allowed");
    assert!(method.header("allow").contains("POST"), "{:?}", method.headers);
}

#[tokio::test]
async fn our_own_faults_say_nothing_but_the_request_id() {
    let home = home(|_| {}).await;
    for (path, who) in [("/api/v1/panic", ""), ("/api/v1/things", "broken")] {
        let got = home.get(path, who).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (500, "internal"));
        assert!(!got.text().contains("secret"), "{}", got.text());
        assert_eq!(got.json()["request_id"], got.header("x-request-id"));
    }
}

#[tokio::test]
async fn wrong_bodies_name_the_field() {
    let home = home(|_| {}).await;
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(10_000_000));
    let deep = format!(r#"{{"title":{}"#, "[".repeat(100_000));
    for (body, status, pointer) in [
        (r#"{"title":"a\u0000"}"#, 422, "/title"),
        (r#"{"title":"\ud800"}"#, 422, "/title"),
        (r#"{"title":5}"#, 422, "/title"),
        (r#"{"title":"a","due_on":5}"#, 422, "/due_on"),
        (r#"{"title":"   "}"#, 422, "/title"),
        (r#"{"title":"a\u202eb"}"#, 422, "/title"),
        (r#"{"title":"123456789012345678901"}"#, 422, "/title"),
        (deep.as_str(), 422, "/title"),
        (long.as_str(), 413, ""),
        ("{\"title\":", 400, "/title"),
        ("{\"title\"", 400, ""),
    ] {
        let got = home.post("/api/v1/things", "admin", body).await;
        assert_eq!(got.status.as_u16(), status, "{}", &body[..body.len().min(60)]);
        assert_eq!(
            got.json()["errors"][0]["pointer"].as_str().unwrap_or_default(),
            pointer,
            "{}",
            got.text()
        );
    }
    for content_type in ["text/plain", "application/json; charset=latin1", "application/jsonp", ""] {
        let request = ask("POST /api/v1/things", "admin").header("content-type", content_type);
        assert_eq!(home.send(request, r#"{"title":"a"}"#).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}

#[tokio::test]
async fn queries_are_read_strictly_and_lists_page_by_cursor() {
    let home = home(|_| {}).await;
    for (query, pointer) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=", "limit"),
        ("number=x", "number"),
        ("label=%00", "label"),
        ("label=%ff", "label"),
    ] {
        let got = home.get(&format!("/api/v1/things?{query}"), "viewer").await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}: {}", got.text());
        assert_eq!(got.json()["errors"][0]["pointer"], pointer, "{query}");
    }
    assert_eq!(home.get("/api/v1/things?cursor=x", "viewer").await.code(), "bad_cursor");
    let first = home.get("/api/v1/things?limit=2&label=a&label=b", "viewer").await.json();
    assert_eq!(first["data"][1]["title"], r#"1 ["a", "b"] None"#);
    let next = first["next_cursor"].as_str().unwrap();
    let second = home.get(&format!("/api/v1/things?limit=2&cursor={next}&number=5"), "viewer").await.json();
    assert_eq!(second["data"][0]["title"], "2 [] Some(5)");
    assert_eq!(home.get("/api/v1/things", "viewer").await.json()["data"].as_array().unwrap().len(), 50);
}
