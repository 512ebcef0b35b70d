//! Bodies and budgets.

use http::StatusCode;

use crate::kit::{ask, home};

fn multipart(bytes: usize) -> String {
    format!(
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{}\r\n--x--\r\n",
        "y".repeat(bytes)
    )
}

#[tokio::test]
async fn a_session_has_a_budget_of_its_own() {
    let home = home(|settings| settings.rate_per_minute = 3).await;
    for left in ["r=2", "r=1", "r=0"] {
        let got = home.get("/api/v1/things?limit=1", "viewer").await;
        assert_eq!(got.status, StatusCode::OK);
        assert!(got.header("ratelimit").contains(left), "{}", got.header("ratelimit"));
        assert_eq!(got.header("ratelimit-policy"), "\"general\";q=3;w=60");
    }
    let got = home.get("/api/v1/things?limit=1", "viewer").await;
    assert_eq!(got.code(), "too_many_requests");
    let wait: u64 = got.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(home.get("/api/v1/things?limit=1", "tester").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_route_may_take_more_and_no_route_takes_everything() {
    let home = home(|settings| settings.body_limit = 1_000).await;
    let upload = |body: String| {
        let request =
            ask("POST /api/v1/upload", "viewer").header("content-type", "multipart/form-data; boundary=x");
        home.send(request, body)
    };
    assert_eq!(upload(multipart(50_000)).await.json()["bytes"], 50_000);
    assert_eq!(upload(multipart(200_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(home.reached.count(), 1, "an announced length is refused unread");
    assert_eq!(upload("--x\r\nnonsense".into()).await.code(), "malformed_multipart");
    // Without an announced length it is cut off where it is too much.
    let pieces = futures_util::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>("z".repeat(5_000))));
    let head = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n".to_owned();
    let body = futures_util::StreamExt::chain(futures_util::stream::iter([Ok(head)]), pieces);
    let request =
        ask("POST /api/v1/upload", "viewer").header("content-type", "multipart/form-data; boundary=x");
    let got = home.send(request, axum::body::Body::from_stream(body)).await;
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", got.text());
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(1_000));
    assert_eq!(home.post("/api/v1/things", "admin", &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
