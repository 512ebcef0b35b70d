//! Every change leaves a record, an event and, on items, a line of history.

use serde_json::{Value, json};

use crate::both_engines;

both_engines! {
    async fn every_change_is_recorded_and_told(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Secret title").await;
        let (board, project, group) = (&desk.board, &desk.project, &desk.groups[0]);
        let path = format!("/items/{item}");
        let list = home.post("admin", &format!("{path}/checklists"), json!({"title": "L"})).await.made();
        let entry = home.post("admin", &format!("{path}/checklists/{list}/entries"), json!({"text": "E"})).await.made();
        let update = home.post("admin", &format!("{path}/updates"), json!({"body": "U"})).await.made();
        let label = home.post("admin", &format!("/projects/{project}/labels"), json!({"name": "L"})).await.made();
        let mut events = home.store.events();
        let lines: Vec<(String, Option<Value>, &str, &str)> = vec![
            (format!("PATCH {path}"), Some(json!({"title": "Another secret"})), "item.updated", "item.updated"),
            (format!("PATCH {path}"), Some(json!({"labels": [label]})), "item.updated", "item.updated"),
            (format!("PATCH {path}"), Some(json!({"archived": true})), "item.archived", "item.archived"),
            (format!("POST {path}/restore"), None, "item.restored", "item.restored"),
            (format!("POST {path}/move"), Some(json!({"group_id": desk.groups[1]})), "item.moved", "item.moved"),
            (format!("PATCH {path}/checklists/{list}"), Some(json!({"title": "M"})), "checklist.updated", "item.updated"),
            (format!("PATCH {path}/checklists/{list}/entries/{entry}"), Some(json!({"done": true})), "entry.updated", "item.updated"),
            (format!("DELETE {path}/checklists/{list}/entries/{entry}"), None, "entry.deleted", "item.updated"),
            (format!("DELETE {path}/checklists/{list}"), None, "checklist.deleted", "item.updated"),
            (format!("POST {path}/links"), Some(json!({"url": "https://example.com/secret"})), "link.created", "item.updated"),
            (format!("PATCH /updates/{update}"), Some(json!({"body": "secret"})), "update.updated", "update.updated"),
            (format!("DELETE /updates/{update}"), None, "update.deleted", "update.deleted"),
            (format!("DELETE {path}"), None, "item.deleted", "item.deleted"),
            (format!("PATCH /boards/{board}/groups/{group}"), Some(json!({"name": "secret"})), "group.updated", "group.updated"),
            (format!("POST /boards/{board}/groups/{group}/move"), Some(json!({})), "group.moved", "group.moved"),
            (format!("PATCH /boards/{board}"), Some(json!({"name": "secret"})), "board.updated", "board.updated"),
            (format!("PATCH /projects/{project}/labels/{label}"), Some(json!({"name": "secret"})), "label.updated", "label.updated"),
            (format!("DELETE /projects/{project}/labels/{label}"), None, "label.deleted", "label.deleted"),
            (format!("PATCH /projects/{project}"), Some(json!({"name": "secret"})), "project.updated", "project.updated"),
            (format!("DELETE /boards/{board}"), None, "board.deleted", "board.deleted"),
            (format!("DELETE /projects/{project}"), None, "project.deleted", "project.deleted"),
        ];
        for (line, body, action, kind) in lines {
            let records = home.records("").await.len();
            let got = home.send("admin", &line, &[], body).await;
            assert!(got.status < 300, "{line} gave {}", got.json);
            let all = home.records("").await;
            assert_eq!(all.len(), records + 1, "{line}: one record");
            assert_eq!(all.last().unwrap().0, action, "{line}");
            let event = events.try_recv().unwrap();
            assert_eq!((&*event.kind, event.workspace), (kind, home.workspaces[0]), "{line}");
            assert!(!event.about.to_string().contains("secret"), "events hold no texts");
        }
        let door = home.door("admin");
        let records = door.read(async |tx: &mut store::TenantTx| tx.audit_records(0, 1_000).await).await.unwrap();
        for record in records {
            assert!(!record.details.to_lowercase().contains("secret"), "{}: {}", record.action, record.details);
        }
        assert!(events.try_recv().is_err(), "nothing more was told");
    }

    async fn history_tells_old_and_new_values(home) {
        let desk = home.desk("WEB", "").await;
        let label = home.post("admin", &format!("/projects/{}/labels", desk.project), json!({"name": "Bug"})).await.made();
        let parent = home.item("admin", &desk, 0, "Parent").await;
        let item = home.item("tester", &desk, 0, "Old").await;
        let viewer = crate::home::user("viewer");
        let steps = [
            (json!({"title": "New"}), "title", json!("Old"), json!("New")),
            (json!({"description": "d"}), "description", json!(""), json!("d")),
            (json!({"status": "doing"}), "status", json!("todo"), json!("doing")),
            (json!({"priority": "high"}), "priority", json!("none"), json!("high")),
            (json!({"due_on": "2026-03-01"}), "due_on", json!(null), json!("2026-03-01")),
            (json!({"labels": [label]}), "labels", json!([]), json!([{"id": label, "name": "Bug"}])),
            (json!({"assignees": [viewer]}), "assignees", json!([]), json!([viewer])),
            (json!({"parent_id": parent}), "parent", json!(null), json!({"id": parent, "number": 1, "title": "Parent"})),
        ];
        for (body, field, old, new) in steps {
            home.clock.advance(std::time::Duration::from_secs(1));
            home.patch("developer", &format!("/items/{item}"), body).await.ok();
            let history = home.get("viewer", &format!("/items/{item}/activity?limit=1")).await.ok();
            let last = &history.json["data"][0];
            assert_eq!((&last["kind"], &last["field"]), (&json!("changed"), &json!(field)));
            assert_eq!((&last["old"], &last["new"]), (&old, &new), "{field}");
            assert_eq!(last["actor"], json!({"id": crate::home::user("developer"), "name": "developer"}));
        }
        // The label goes, its name in the history stays.
        home.delete("admin", &format!("/projects/{}/labels/{label}", desk.project)).await.is(204);
        let history = home.get("viewer", &format!("/items/{item}/activity?limit=100")).await.ok();
        assert!(history.json.to_string().contains("\"name\":\"Bug\""));
        assert_eq!(history.json["data"].as_array().unwrap().len(), 9);
        let first = home.get("viewer", &format!("/items/{item}/activity?limit=4")).await.ok();
        let cursor = first.json["next_cursor"].as_str().unwrap();
        let second = home.get("viewer", &format!("/items/{item}/activity?limit=100&cursor={cursor}")).await.ok();
        assert_eq!(second.json["data"].as_array().unwrap().len(), 5);
    }
}
