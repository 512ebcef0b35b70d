use serde_json::json;
use store::TenantTx;
use work::activity::feed;

use crate::both_engines;
use crate::home::user;

both_engines! {
    async fn an_update_is_written_edited_and_taken_away(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let updates = format!("/items/{item}/updates");
        let made = home.post("tester", &updates, json!({"body": "*Hello*"})).await.is(201);
        let id = made.json["id"].as_str().unwrap().to_owned();
        assert_eq!(made.json["author"], json!({"id": user("tester"), "name": "tester"}));
        assert_eq!((&made.json["item_id"], &made.json["edited_at"]), (&json!(item), &json!(null)));
        assert_eq!(home.get("viewer", &format!("/updates/{id}")).await.ok().json, made.json);
        home.clock.advance(std::time::Duration::from_secs(60));
        let edited = home.patch("tester", &format!("/updates/{id}"), json!({"body": "Bye"})).await.ok();
        assert_eq!((&edited.json["body"], &edited.json["version"]), (&json!("Bye"), &json!(2)));
        assert_ne!(edited.json["edited_at"], json!(null));
        home.send("tester", &format!("PATCH /updates/{id}"), &[("if-match", "\"1\"")], Some(json!({"body": "x"}))).await.refused(412, "stale");
        // Nobody rewrites what somebody else said; a deletion is another thing.
        home.patch("admin", &format!("/updates/{id}"), json!({"body": "x"})).await.refused(403, "not_yours");
        home.patch("tester+", &format!("/updates/{id}"), json!({"body": "x"})).await.refused(403, "not_yours");
        home.delete("tester+", &format!("/updates/{id}")).await.refused(403, "not_yours");
        assert_eq!(home.get("viewer", &updates).await.ok().list("body"), ["Bye"]);
        home.delete("developer", &format!("/updates/{id}")).await.is(204);
        assert!(home.get("viewer", &updates).await.ok().list("body").is_empty());
        let own = home.post("tester", &updates, json!({"body": "mine"})).await.made();
        home.delete("tester", &format!("/updates/{own}")).await.is(204);
        for (body, pointer) in [(json!({"body": ""}), "/body"), (json!({"body": " \n "}), "/body"), (json!({}), "/body"), (json!({"body": "x", "author": "y"}), "/author"), (json!({"body": "x".repeat(100_001)}), "/body")] {
            home.post("tester", &updates, body).await.wrong(pointer);
        }
    }

    async fn the_feed_is_one_order_of_updates_and_history(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        for turn in 0..10 {
            home.clock.advance(std::time::Duration::from_secs(1));
            home.post("tester", &format!("/items/{item}/updates"), json!({"body": format!("update {turn}")})).await.made();
            home.clock.advance(std::time::Duration::from_secs(1));
            home.patch("admin", &format!("/items/{item}"), json!({"title": format!("title {turn}")})).await.ok();
        }
        let id: work::items::ItemId = item.parse().unwrap();
        let mut lines = Vec::new();
        let mut place = None;
        loop {
            let stretch = home.door("viewer").read(async move |tx: &mut TenantTx| feed::before(tx, id, place, 4).await).await.unwrap();
            let some: Vec<String> = stretch.entries.iter().map(|entry| match entry {
                feed::Entry::Update(update) => update.body.clone(),
                feed::Entry::Activity(activity) => format!("{} {}", activity.kind, activity.new.clone().unwrap_or_default()),
            }).collect();
            lines.splice(0..0, some);
            place = stretch.earlier;
            if place.is_none() {
                break;
            }
        }
        let mut expected = vec!["created null".to_owned()];
        for turn in 0..10 {
            expected.push(format!("update {turn}"));
            expected.push(format!("changed \"title {turn}\""));
        }
        assert_eq!(lines, expected);
    }

    async fn updates_go_page_by_page_oldest_first(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        for turn in 0..5 {
            home.clock.advance(std::time::Duration::from_secs(1));
            home.post("tester", &format!("/items/{item}/updates"), json!({"body": turn.to_string()})).await.made();
        }
        let first = home.get("viewer", &format!("/items/{item}/updates?limit=3")).await.ok();
        assert_eq!(first.list("body"), ["0", "1", "2"]);
        let cursor = first.json["next_cursor"].as_str().unwrap();
        let second = home.get("viewer", &format!("/items/{item}/updates?limit=3&cursor={cursor}")).await.ok();
        assert_eq!((second.list("body"), &second.json["next_cursor"]), (vec!["3".to_owned(), "4".to_owned()], &json!(null)));
    }
}
