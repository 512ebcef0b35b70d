use serde_json::json;
use store::TenantTx;

use crate::both_engines;
use crate::home::Home;

async fn counts(home: &Home, item: &str) -> (i64, i64, i64, i64, i64) {
    let id: work::items::ItemId = item.parse().unwrap();
    let row = home
        .door("admin")
        .read(async move |tx: &mut TenantTx| work::items::find(tx, id).await)
        .await
        .unwrap();
    (row.checklist_count, row.entry_count, row.done_count, row.link_count, row.version)
}

both_engines! {
    async fn a_checklist_is_made_ticked_ordered_and_deleted(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("tester", &desk, 0, "Write").await;
        let lists = format!("/items/{item}/checklists");
        let list = home.post("tester", &lists, json!({"title": "Before"})).await.made();
        let mut entries = Vec::new();
        for text in ["one", "two", "three"] {
            entries.push(home.post("tester", &format!("{lists}/{list}/entries"), json!({"text": text})).await.made());
        }
        let entry = |at: usize| format!("{lists}/{list}/entries/{}", entries[at]);
        home.patch("developer", &entry(1), json!({"done": true})).await.ok();
        home.patch("tester", &entry(2), json!({"before": entries[0], "text": "drei"})).await.ok();
        let shown = home.get("viewer", &format!("/items/{item}")).await.ok();
        let expected = json!([{"id": list, "title": "Before", "entries": [
            {"id": entries[2], "text": "drei", "done": false},
            {"id": entries[0], "text": "one", "done": false},
            {"id": entries[1], "text": "two", "done": true},
        ]}]);
        assert_eq!(shown.json["checklists"], expected);
        assert_eq!(home.get("viewer", &format!("/boards/{}/items", desk.board)).await.ok().json["data"][0], shown.json);
        assert_eq!(home.get("viewer", &lists).await.ok().json["data"], expected);
        assert_eq!(counts(&home, &item).await, (1, 3, 1, 0, 7));

        home.patch("tester", &entry(0), json!({"after": entries[1]})).await.ok();
        home.patch("tester", &format!("{lists}/{list}"), json!({"title": "After"})).await.ok();
        home.delete("tester", &entry(1)).await.is(204);
        let shown = home.get("viewer", &lists).await.ok();
        assert_eq!(shown.json["data"][0]["title"], "After");
        assert_eq!(shown.json["data"][0]["entries"][1]["text"], "one");
        assert_eq!(counts(&home, &item).await, (1, 2, 0, 0, 10));
        home.delete("tester", &format!("{lists}/{list}")).await.is(204);
        assert_eq!(counts(&home, &item).await, (0, 0, 0, 0, 11));
        let kinds = home.get("viewer", &format!("/items/{item}/activity")).await.ok().list("kind");
        let mut expected = vec!["checklist_removed", "entry_removed", "checklist_renamed", "entry_renamed", "entry_done", "entry_added", "entry_added", "entry_added", "checklist_added", "created"];
        let mut found: Vec<&str> = kinds.iter().map(String::as_str).collect();
        // The clock stands still: the order within one moment is not told.
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    async fn incident_03_lists_and_entries_of_other_items_are_missing(home) {
        let desk = home.desk("WEB", "").await;
        let foreign = home.desk("FOR", "@2").await;
        let mine = home.item("admin", &desk, 0, "Mine").await;
        let other = home.item("admin", &desk, 0, "Other").await;
        let theirs = home.item("admin@2", &foreign, 0, "Theirs").await;
        let list = home.post("admin", &format!("/items/{mine}/checklists"), json!({"title": "L"})).await.made();
        let entry = home.post("admin", &format!("/items/{mine}/checklists/{list}/entries"), json!({"text": "E"})).await.made();
        let second = home.post("admin", &format!("/items/{mine}/checklists"), json!({"title": "M"})).await.made();
        let link = home.post("admin", &format!("/items/{mine}/links"), json!({"url": "https://example.com"})).await.made();
        let before = home.get("admin", &format!("/items/{mine}")).await.ok().json;
        for (who, item) in [("admin", &other), ("admin@2", &theirs), ("admin@2", &mine)] {
            for path in [format!("/items/{item}/checklists/{list}"), format!("/items/{item}/checklists/{list}/entries/{entry}"), format!("/items/{item}/links/{link}")] {
                home.delete(who, &path).await.refused(404, "not_found");
            }
            home.patch(who, &format!("/items/{item}/checklists/{list}"), json!({"title": "x"})).await.refused(404, "not_found");
            home.patch(who, &format!("/items/{item}/checklists/{list}/entries/{entry}"), json!({"done": true})).await.refused(404, "not_found");
            home.post(who, &format!("/items/{item}/checklists/{list}/entries"), json!({"text": "x"})).await.refused(404, "not_found");
        }
        home.delete("admin", &format!("/items/{mine}/checklists/{second}/entries/{entry}")).await.refused(404, "not_found");
        assert_eq!(home.get("admin", &format!("/items/{mine}")).await.ok().json, before);
    }

    async fn links_are_web_addresses(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let links = format!("/items/{item}/links");
        let id = home.post("admin", &links, json!({"name": "Draft", "url": "https://example.com/a?b=c#d"})).await.made();
        home.clock.advance(std::time::Duration::from_secs(1));
        home.post("admin", &links, json!({"url": "http://example.com"})).await.made();
        assert_eq!(home.get("viewer", &links).await.ok().list("name"), ["Draft", "http://example.com"]);
        for url in ["javascript:alert(1)", "data:text/html,x", "//example.com", "/items", "", "https://", "https://a b", "https://u@h/"] {
            home.post("admin", &links, json!({"url": url})).await.wrong("/url");
        }
        assert_eq!(counts(&home, &item).await.3, 2);
        home.delete("admin", &format!("{links}/{id}")).await.is(204);
        assert_eq!(home.get("viewer", &links).await.ok().list("name"), ["http://example.com"]);
        assert_eq!(counts(&home, &item).await.3, 1);
    }
}
