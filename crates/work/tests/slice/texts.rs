//! What people type: every script comes back as it went in, and what is no text is refused.

use serde_json::json;

use crate::both_engines;

both_engines! {
    async fn every_script_comes_back(home) {
        let desk = home.desk("WEB", "").await;
        let long = "ß".repeat(500);
        for title in ["Ünïcödé", "日本語のタイトル", "عنوان بالعربية", "כותרת", "👩‍👩‍👧‍👦 family", "e\u{301}", "<b>bold</b> & \"quotes\" 'n' \\backslash\\", "'; DROP TABLE items; --", "%_%", "{{7*7}}", long.as_str(), "𝕿𝖎𝖙𝖑𝖊", "a\u{10FFFF}"] {
            let id = home.post("tester", &format!("/boards/{}/items", desk.board), json!({"title": title, "description": title})).await.made();
            let read = home.get("viewer", &format!("/items/{id}")).await.ok();
            assert_eq!((&read.json["title"], &read.json["description"]), (&json!(title), &json!(title)));
        }
        let up = home.get("viewer", &format!("/boards/{}/items?sort=title&limit=1000", desk.board)).await.ok().list("title");
        let mut down = home.get("viewer", &format!("/boards/{}/items?sort=-title&limit=1000", desk.board)).await.ok().list("title");
        down.reverse();
        assert!(up.is_sorted() && up.len() == 13 && up == down);
    }

    async fn what_is_no_title_is_refused(home) {
        let desk = home.desk("WEB", "").await;
        let items = format!("/boards/{}/items", desk.board);
        let records = home.records("").await.len();
        for title in [String::new(), "   ".into(), "x".repeat(501), "two\nlines".into(), "tab\there".into(), "NUL\0".into(), "bell\u{7}".into(), "esc\u{1b}[31m".into(), "\u{202E}gnp.exe".into(), "\u{2028}".into(), "a\u{85}b".into()] {
            home.post("tester", &items, json!({"title": title})).await.wrong("/title");
        }
        for (body, pointer) in [
            (json!({"title": "x", "description": "NUL\0"}), "/description"),
            (json!({"title": "x", "description": "x".repeat(100_001)}), "/description"),
            (json!({"title": 1}), "/title"), (json!({"title": null}), "/title"), (json!({"title": ["x"]}), "/title"),
            (json!({"title": "x", "status": "open"}), "/status"), (json!({"title": "x", "priority": 3}), "/priority"),
            (json!({"title": "x", "labels": "bug"}), "/labels"), (json!({"title": "x", "labels": ["bug"]}), "/labels/0"),
            (json!({"title": "x", "assignees": [1]}), "/assignees/0"), (json!({"title": "x", "group_id": "first"}), "/group_id"),
            (json!({"title": "x", "parent_id": desk.board}), "/parent_id"), (json!({"title": "x", "values": {}}), "/values"),
            (json!([{"title": "x"}]), ""),
        ] {
            home.post("tester", &items, body).await.wrong(pointer);
        }
        assert_eq!(home.records("").await.len(), records);
        assert!(home.titles(&desk, 0).await.is_empty());
        home.post("tester", &items, json!({"title": "x".repeat(500), "description": "y".repeat(100_000)})).await.made();
    }
}
