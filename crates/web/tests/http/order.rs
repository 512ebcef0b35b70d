//! What is refused first.

use http::StatusCode;

use crate::kit::{ask, home};

#[tokio::test]
async fn refusals_come_in_one_order() {
    let home = home(|_| {}).await;
    let other = kernel::WorkspaceId::new(crate::kit::NOW).to_string();
    let own = home.workspace.to_string();
    let form = "application/x-www-form-urlencoded";
    let evil = "https://evil.example";
    // Everything is wrong; from row to row one thing less.
    for (who, origin, workspace, content_type, body, status, code) in [
        ("nobody", evil, &other, form, "{", 403, "cross_site"),
        ("nobody", "", &other, "text/csv", "{", 401, "unauthenticated"),
        ("", evil, &other, form, "{", 401, "unauthenticated"),
        ("viewer", "", &other, "text/csv", "{", 409, "workspace_changed"),
        ("viewer", "", &own, "text/csv", "{", 403, "forbidden"),
        ("admin", "", &own, "text/csv", "{", 415, "unsupported_media_type"),
        ("admin", "", &own, "application/json", "{", 400, "malformed_json"),
        ("admin", "", &own, "application/json", "{}", 422, "invalid"),
    ] {
        let mut request = ask("POST /api/v1/things", who)
            .header("trackhold-workspace", workspace)
            .header("content-type", content_type);
        if !origin.is_empty() {
            request = request.header("origin", origin);
        }
        let got = home.send(request, body).await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (status, code), "{who} {content_type} {body}");
    }
    assert_eq!(home.reached.count(), 0, "nothing of that reached the handler");
    let got = home.post("/api/v1/things", "admin", r#"{"title":"a"}"#).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.text());
    assert!(got.header("location").starts_with("/api/v1/things/aud_"));
    assert_eq!(home.reached.count(), 1);
}

#[tokio::test]
async fn sudo_is_asked_for_after_the_role() {
    let home = home(|_| {}).await;
    let path = format!("DELETE /api/v1/things/{}", kernel::id::AuditId::new(crate::kit::NOW));
    for (who, status, code) in [
        ("developer-sudo", 403, "forbidden"),
        ("developer", 403, "forbidden"),
        ("admin", 403, "sudo_required"),
    ] {
        let got = home.send(ask(&path, who), "").await;
        assert_eq!((got.status.as_u16(), got.code().as_str()), (status, code), "{who}");
    }
    assert_eq!(home.send(ask(&path, "admin-sudo"), "").await.status, StatusCode::NO_CONTENT);
    home.clock.advance(crate::kit::MINUTE);
    assert_eq!(home.send(ask(&path, "admin-sudo"), "").await.code(), "sudo_required");
}

#[tokio::test]
async fn a_malformed_workspace_is_another_one_and_a_token_beside_the_cookie_wins() {
    let home = home(|_| {}).await;
    for wrong in ["", "ws_", "nonsense", "user_00000000000000000000000000"] {
        let got =
            home.send(ask("GET /api/v1/things", "admin").header("trackhold-workspace", wrong), "").await;
        assert_eq!(got.code(), "workspace_changed", "{wrong}");
    }
    let own = home.workspace.to_string();
    let twice = ask("GET /api/v1/things", "admin")
        .header("trackhold-workspace", &own)
        .header("trackhold-workspace", "x");
    assert_eq!(home.send(twice, "").await.code(), "workspace_changed");
    let got = home.send(ask("GET /api/v1/things", "admin").header("authorization", "Bearer x"), "").await;
    assert_eq!(got.status, StatusCode::UNAUTHORIZED);
    assert_eq!(got.header("www-authenticate"), "Cookie realm=\"trackhold\"");
}

#[tokio::test]
async fn signing_in_is_guarded_against_other_sites_too() {
    let home = home(|_| {}).await;
    let login = || ask("POST /api/v1/login", "").header("content-type", "application/json");
    assert_eq!(home.send(login().header("sec-fetch-site", "cross-site"), "{}").await.code(), "cross_site");
    assert_eq!(home.send(login().header("origin", "null"), "{}").await.code(), "cross_site");
    assert_eq!(home.reached.count(), 0);
    assert_eq!(home.send(login(), "{}").await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        home.send(login().header("sec-fetch-site", "same-origin"), "{}").await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn a_program_with_a_cookie_jar_can_post_without_a_body() {
    let home = home(|_| {}).await;
    let path = format!("POST /api/v1/things/{}/restore", kernel::id::AuditId::new(crate::kit::NOW));
    assert_eq!(home.send(ask(&path, "viewer"), "").await.status, StatusCode::NO_CONTENT);
}
