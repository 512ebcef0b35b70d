use serde_json::{Value, json};

use crate::both_engines;
use crate::home::user;

both_engines! {
    async fn an_item_is_filed_with_all_that_it_has(home) {
        let desk = home.desk("WEB", "").await;
        let label = home.post("admin", &format!("/projects/{}/labels", desk.project), json!({"name": "Bug"})).await.made();
        let people = [user("developer"), user("placeholder")];
        let parent = home.item("admin", &desk, 0, "Parent").await;
        let body = json!({
            "title": "  Write it down ", "group_id": desk.groups[1], "description": "**All** of it", "status": "doing",
            "priority": "high", "labels": [label], "assignees": people, "start_on": "2026-02-28", "due_on": "2026-03-01",
            "parent_id": parent,
        });
        let made = home.post("tester", &format!("/boards/{}/items", desk.board), body).await.is(201);
        let id = made.json["id"].as_str().unwrap().to_owned();
        assert_eq!(made.headers["location"], format!("/api/v1/items/{id}").as_str());
        assert_eq!(made.etag(), "\"1\"");
        let expected = json!({
            "id": id, "number": 2, "title": "Write it down", "description": "**All** of it", "status": "doing",
            "priority": "high", "labels": [label], "assignees": people, "due_on": "2026-03-01", "start_on": "2026-02-28",
            "checklists": [], "parent_id": parent, "group_id": desk.groups[1], "board_id": desk.board, "archived": false,
            "version": 1, "created_at": "2025-10-09T08:53:20.000000Z", "updated_at": "2025-10-09T08:53:20.000000Z",
        });
        assert_eq!(made.json, expected);
        assert_eq!(home.get("viewer", &format!("/items/{id}")).await.ok().json, expected);
        let listed = home.get("viewer", &format!("/boards/{}/items?sort=-number", desk.board)).await.ok();
        assert_eq!(listed.json["data"][0], expected);
    }

    async fn an_item_changes_field_by_field(home) {
        let desk = home.desk("WEB", "").await;
        let labels = format!("/projects/{}/labels", desk.project);
        let bug = home.post("admin", &labels, json!({"name": "Bug"})).await.made();
        let big = home.post("admin", &labels, json!({"name": "Big"})).await.made();
        let item = home.item("admin", &desk, 0, "Write").await;
        let path = format!("/items/{item}");
        let steps: [(Value, &str, Value); 13] = [
            (json!({"title": "Read"}), "title", json!("Read")),
            (json!({"description": "# Why\r\n\tso"}), "description", json!("# Why\r\n\tso")),
            (json!({"status": "done"}), "status", json!("done")),
            (json!({"priority": "urgent"}), "priority", json!("urgent")),
            (json!({"labels": [bug, big, bug]}), "labels", json!([bug, big])),
            (json!({"labels": [big]}), "labels", json!([big])),
            (json!({"assignees": [user("viewer"), user("admin")]}), "assignees", json!([user("viewer"), user("admin")])),
            (json!({"assignees": []}), "assignees", json!([])),
            (json!({"due_on": "2026-03-01"}), "due_on", json!("2026-03-01")),
            (json!({"start_on": "2026-03-01"}), "start_on", json!("2026-03-01")),
            (json!({"start_on": null}), "start_on", json!(null)),
            (json!({"archived": true}), "archived", json!(true)),
            (json!({"archived": false}), "archived", json!(false)),
        ];
        let mut before = home.get("viewer", &path).await.ok().json;
        for (version, (body, field, value)) in (2..).zip(steps) {
            home.clock.advance(std::time::Duration::from_secs(1));
            let changed = home.patch("developer", &path, body.clone()).await.ok();
            assert_eq!((&changed.json[field], &changed.json["version"]), (&value, &json!(version)), "{body}");
            let read = home.get("viewer", &path).await.ok();
            assert_eq!(read.json, changed.json);
            assert_eq!(read.etag(), format!("\"{version}\""));
            // Nothing else changed.
            let mut expected = before;
            expected[field] = value;
            expected["version"] = json!(version);
            expected["updated_at"] = read.json["updated_at"].clone();
            assert_eq!(read.json, expected);
            before = read.json;
        }
        let records = home.records("").await.len();
        home.patch("developer", &path, json!({"title": "Read", "status": "done"})).await.ok();
        assert_eq!(home.get("viewer", &path).await.ok().json, before);
        assert_eq!(home.records("").await.len(), records, "what is the same leaves no trace");
    }

    async fn a_stale_change_is_refused_and_changes_nothing(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let path = format!("/items/{item}");
        home.patch("admin", &path, json!({"title": "Second"})).await.ok();
        for (line, body) in [
            (format!("PATCH {path}"), Some(json!({"title": "Third"}))),
            (format!("DELETE {path}"), None),
            (format!("POST {path}/move"), Some(json!({"group_id": desk.groups[1]}))),
        ] {
            home.send("admin", &line, &[("if-match", "\"1\"")], body).await.refused(412, "stale");
        }
        let read = home.get("admin", &path).await.ok();
        assert_eq!((&read.json["title"], &read.json["group_id"]), (&json!("Second"), &json!(desk.groups[0])));
        home.send("admin", &format!("PATCH {path}"), &[("if-match", "\"2\"")], Some(json!({"title": "Third"}))).await.ok();
    }

    async fn dates_stay_in_order(home) {
        let desk = home.desk("WEB", "").await;
        let items = format!("/boards/{}/items", desk.board);
        home.post("admin", &items, json!({"title": "x", "start_on": "2026-03-02", "due_on": "2026-03-01"})).await.wrong("/due_on");
        for date in ["2026-02-29", "2026-13-01", "yesterday", "", "2026-1-1", "20260101", "2026-01-01T00:00:00Z"] {
            home.post("admin", &items, json!({"title": "x", "due_on": date})).await.wrong("/due_on");
        }
        let item = home.post("admin", &items, json!({"title": "x", "due_on": "2026-03-01"})).await.made();
        home.patch("admin", &format!("/items/{item}"), json!({"start_on": "2026-03-02"})).await.wrong("/due_on");
        home.patch("admin", &format!("/items/{item}"), json!({"start_on": "2026-03-02", "due_on": "2026-03-02"})).await.ok();
    }

    async fn parents_keys_are_not_to_be_assigned(home) {
        let desk = home.desk("WEB", "").await;
        let other = home.desk("OTH", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let before = home.get("admin", &format!("/items/{item}")).await.ok().json;
        for (field, value) in [
            ("id", json!(item)), ("project_id", json!(other.project)), ("board_id", json!(other.board)),
            ("group_id", json!(other.groups[0])), ("number", json!(99)), ("version", json!(7)), ("position", json!("V")),
            ("created_by", json!(user("tester"))), ("workspace_id", json!(home.workspaces[1])), ("deleted_at", json!(1)),
            ("checklists", json!([])), ("created_at", json!("2020-01-01T00:00:00Z")),
        ] {
            home.patch("admin", &format!("/items/{item}"), json!({field: value})).await.wrong(&format!("/{field}"));
            if field != "group_id" {
                home.post("admin", &format!("/boards/{}/items", desk.board), json!({"title": "x", field: value})).await.wrong(&format!("/{field}"));
            }
        }
        assert_eq!(home.get("admin", &format!("/items/{item}")).await.ok().json, before);
    }

    async fn what_is_deleted_lies_in_the_trash_for_thirty_days(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("tester", &desk, 0, "Write").await;
        let path = format!("/items/{item}");
        home.post("tester", &format!("{path}/updates"), json!({"body": "hello"})).await.made();
        home.delete("developer", &path).await.is(204);
        for gone in [&path, &format!("{path}/updates"), &format!("{path}/activity"), &format!("{path}/links")] {
            home.get("admin", gone).await.is(404);
        }
        home.patch("admin", &path, json!({"title": "x"})).await.is(404);
        home.delete("admin", &path).await.is(404);
        home.post("admin", &format!("{path}/move"), json!({})).await.is(404);
        assert!(home.titles(&desk, 0).await.is_empty());
        home.send("tester", &format!("POST {path}/restore"), &[], None).await.refused(403, "forbidden");
        home.send("developer", &format!("POST {path}/restore"), &[], None).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["Write"]);
        assert_eq!(home.get("viewer", &format!("{path}/updates")).await.ok().list("body"), ["hello"]);

        let other = format!("/items/{}", home.item("tester", &desk, 0, "Other").await);
        home.delete("developer", &path).await.is(204);
        home.delete("developer", &other).await.is(204);
        let foreign = home.desk("FOR", "@2").await;
        let theirs = format!("/items/{}", home.item("admin@2", &foreign, 0, "Theirs").await);
        home.delete("admin@2", &theirs).await.is(204);
        let empty = async |home: &crate::home::Home| work::jobs::empty_trash(&home.store).await.unwrap();
        home.clock.advance(std::time::Duration::from_secs(29 * 86_400));
        assert_eq!(empty(&home).await, 0);
        home.send("admin", &format!("POST {other}/restore"), &[], None).await.ok();
        home.clock.advance(std::time::Duration::from_secs(2 * 86_400));
        assert_eq!(empty(&home).await, 2);
        assert_eq!(empty(&home).await, 0);
        home.send("admin", &format!("POST {path}/restore"), &[], None).await.is(404);
        home.send("admin@2", &format!("POST {theirs}/restore"), &[], None).await.is(404);
        assert_eq!(home.titles(&desk, 0).await, ["Other"]);
        assert_eq!(home.last_record().await.0, "item.purged");
    }

    async fn the_archive_is_out_of_sight_and_comes_back(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("tester", &desk, 0, "Write").await;
        home.item("tester", &desk, 0, "Read").await;
        home.patch("tester", &format!("/items/{item}"), json!({"archived": true})).await.ok();
        let items = format!("/boards/{}/items", desk.board);
        assert_eq!(home.get("viewer", &items).await.ok().list("title"), ["Read"]);
        assert_eq!(home.get("viewer", &format!("{items}?archived=true")).await.ok().list("title"), ["Write"]);
        assert_eq!(home.get("viewer", &format!("{items}?archived=all")).await.ok().list("title"), ["Write", "Read"]);
        home.send("tester", &format!("POST /items/{item}/restore"), &[], None).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["Write", "Read"]);
    }
}
