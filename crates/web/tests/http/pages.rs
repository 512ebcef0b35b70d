//! The same refusals, as people and htmx get them.

use http::StatusCode;

use crate::kit::{ask, home};

#[tokio::test]
async fn people_get_pages_and_htmx_gets_problems() {
    let home = home(|_| {}).await;
    let got = home.get("/nothing", "viewer").await;
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    assert!(got.text().contains(got.header("x-request-id")) && got.text().contains("There is nothing here"));
    let got = home.send(ask("GET /nothing", "viewer").header("hx-request", "true"), "").await;
    assert_eq!(got.code(), "not_found");
    let got = home.get("/pages?q=a&x=%2F", "").await;
    assert_eq!(
        (got.status, got.header("location")),
        (StatusCode::SEE_OTHER, "/login?next=/pages%3Fq%3Da%26x%3D%252F")
    );
    let got = home.send(ask("GET /pages", "").header("hx-request", "true"), "").await;
    assert_eq!((got.status, got.code().as_str()), (StatusCode::UNAUTHORIZED, "unauthenticated"));
}

#[tokio::test]
async fn a_form_comes_from_a_browser_and_sudo_leads_back_to_its_page() {
    let home = home(|_| {}).await;
    let form =
        |line: &str, who: &str| ask(line, who).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(home.send(form("POST /pages", "viewer"), "").await.status, StatusCode::FORBIDDEN);
    let own = form("POST /pages", "viewer").header("origin", "http://localhost:8080");
    assert_eq!(home.send(own, "").await.status, StatusCode::NO_CONTENT);
    let sudo = || form("POST /pages/sudo", "viewer").header("sec-fetch-site", "same-origin");
    let got = home.send(sudo().header("referer", "http://localhost:8080/members?a=b"), "").await;
    assert_eq!((got.status, got.header("location")), (StatusCode::SEE_OTHER, "/sudo?next=/members%3Fa%3Db"));
    let got = home.send(sudo().header("referer", "http://evil.example/members"), "").await;
    assert_eq!(got.header("location"), "/sudo?next=/");
    assert_eq!(home.send(sudo().header("hx-request", "true"), "").await.code(), "sudo_required");
}

#[tokio::test]
async fn only_known_themes_reach_a_page() {
    let home = home(|_| {}).await;
    for (cookies, shown) in [
        ("theme=dark; trackhold=viewer", "<p>dark viewer</p>"),
        ("trackhold=viewer; theme=\"><script>", "<p> viewer</p>"),
        ("theme=light", "<p>light nobody</p>"),
        ("trackhold=nonsense", "<p> nobody</p>"),
    ] {
        let got = home.send(ask("GET /open", "").header("cookie", cookies), "").await;
        assert_eq!(got.text(), shown, "{cookies}");
    }
}
