//! The same key twice.

use http::StatusCode;

use crate::kit::{Got, Home, ask, home};

async fn create(home: &Home, who: &str, key: &str, title: &str) -> Got {
    let request = ask("POST /api/v1/things", who)
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    home.send(request, format!(r#"{{"title":"{title}"}}"#)).await
}

#[tokio::test]
async fn a_key_makes_one_thing_for_a_day() {
    let home = home(|_| {}).await;
    let first = create(&home, "admin", "k1", "a").await.json();
    let again = create(&home, "admin", "k1", "a").await;
    assert_eq!((again.status, &again.json()["id"]), (StatusCode::CREATED, &first["id"]));
    let other = create(&home, "admin", "k1", "b").await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::CONFLICT, "idempotency_key_reused"));
    assert_ne!(create(&home, "admin", "k2", "a").await.json()["id"], first["id"]);
    assert_ne!(
        create(&home, "manager", "k1", "a").await.json()["id"],
        first["id"],
        "keys are a person's own"
    );
    home.clock.advance(std::time::Duration::from_secs(24 * 3_600 + 1));
    let next_day = create(&home, "admin", "k1", "b").await;
    assert_eq!(next_day.status, StatusCode::CREATED, "{}", next_day.text());
    for bad in ["", "a b", &"x".repeat(256), "\u{e4}"] {
        assert_eq!(create(&home, "admin", bad, "a").await.code(), "bad_idempotency_key", "{bad}");
    }
}
