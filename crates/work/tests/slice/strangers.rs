//! Another workspace's things are as missing as those that never were, in paths and in bodies.

use serde_json::{Value, json};

use crate::both_engines;

both_engines! {
    async fn foreign_ids_are_missing_everywhere_and_nothing_changes(home) {
        let mine = home.desk("WEB", "").await;
        let theirs = home.desk("WEB", "@2").await;
        let item = home.item("admin@2", &theirs, 0, "Theirs").await;
        let update = home.post("admin@2", &format!("/items/{item}/updates"), json!({"body": "x"})).await.made();
        let label = home.post("admin@2", &format!("/projects/{}/labels", theirs.project), json!({"name": "L"})).await.made();
        let own = home.item("admin", &mine, 0, "Mine").await;
        let own_label = home.post("admin", &format!("/projects/{}/labels", mine.project), json!({"name": "L"})).await.made();
        let before = (home.records("").await.len(), home.records("@2").await.len());
        let (p, b, g) = (&theirs.project, &theirs.board, &theirs.groups[0]);
        let name = || Some(json!({"name": "x"}));
        let lines: Vec<(String, Option<Value>)> = vec![
            (format!("GET /projects/{p}"), None), (format!("PATCH /projects/{p}"), name()), (format!("DELETE /projects/{p}"), None),
            (format!("GET /projects/{p}/boards"), None), (format!("POST /projects/{p}/boards"), name()), (format!("GET /projects/{p}/export"), None),
            (format!("GET /projects/{p}/labels"), None), (format!("POST /projects/{p}/labels"), name()),
            (format!("GET /projects/{p}/labels/{label}"), None), (format!("PATCH /projects/{p}/labels/{label}"), name()), (format!("DELETE /projects/{p}/labels/{label}"), None),
            (format!("PATCH /projects/{}/labels/{label}", mine.project), name()), (format!("DELETE /projects/{}/labels/{label}", mine.project), None),
            (format!("PATCH /projects/{p}/labels/{own_label}"), name()),
            (format!("GET /boards/{b}"), None), (format!("PATCH /boards/{b}"), name()), (format!("DELETE /boards/{b}"), None),
            (format!("GET /boards/{b}/groups"), None), (format!("POST /boards/{b}/groups"), name()), (format!("GET /boards/{b}/groups/{g}"), None),
            (format!("PATCH /boards/{b}/groups/{g}"), name()), (format!("DELETE /boards/{b}/groups/{g}"), None), (format!("POST /boards/{b}/groups/{g}/move"), Some(json!({}))),
            (format!("PATCH /boards/{}/groups/{g}", mine.board), name()), (format!("DELETE /boards/{}/groups/{g}", mine.board), None),
            (format!("POST /boards/{}/groups/{}/move", mine.board, mine.groups[0]), Some(json!({"after": g}))),
            (format!("GET /boards/{b}/items"), None), (format!("POST /boards/{b}/items"), Some(json!({"title": "x"}))),
            (format!("POST /boards/{}/items", mine.board), Some(json!({"title": "x", "group_id": g}))),
            (format!("POST /boards/{}/items", mine.board), Some(json!({"title": "x", "labels": [label]}))),
            (format!("POST /boards/{}/items", mine.board), Some(json!({"title": "x", "assignees": [crate::home::user("viewer@2")]}))),
            (format!("POST /boards/{}/items", mine.board), Some(json!({"title": "x", "assignees": [crate::home::user("removed")]}))),
            (format!("POST /boards/{}/items", mine.board), Some(json!({"title": "x", "parent_id": item}))),
            (format!("PATCH /items/{own}"), Some(json!({"labels": [label]}))),
            (format!("PATCH /items/{own}"), Some(json!({"assignees": [crate::home::user("viewer@2")]}))),
            (format!("GET /items/{item}"), None), (format!("PATCH /items/{item}"), Some(json!({"title": "x"}))), (format!("DELETE /items/{item}"), None),
            (format!("POST /items/{item}/restore"), None), (format!("POST /items/{item}/move"), Some(json!({}))),
            (format!("GET /items/{item}/updates"), None), (format!("POST /items/{item}/updates"), Some(json!({"body": "x"}))),
            (format!("GET /items/{item}/activity"), None), (format!("GET /items/{item}/links"), None), (format!("GET /items/{item}/checklists"), None),
            (format!("POST /items/{item}/links"), Some(json!({"url": "https://example.com"}))), (format!("POST /items/{item}/checklists"), Some(json!({"title": "x"}))),
            (format!("GET /updates/{update}"), None), (format!("PATCH /updates/{update}"), Some(json!({"body": "x"}))), (format!("DELETE /updates/{update}"), None),
            // Malformed, and of another kind.
            ("GET /items/item_x".into(), None), (format!("GET /items/{b}"), None), (format!("GET /boards/{item}"), None), ("GET /items/1".into(), None),
        ];
        let missing = home.get("admin", "/items/item_00000000000000000000000000").await.is(404).json;
        for (line, body) in lines {
            let got = home.send("admin", &line, &[], body).await.refused(404, "not_found");
            let strip = |json: &Value| { let mut json = json.clone(); json["request_id"] = json!(""); json };
            assert_eq!(strip(&got.json), strip(&missing), "{line}: the same answer");
        }
        assert_eq!((home.records("").await.len(), home.records("@2").await.len()), before);
        assert_eq!(home.get("admin@2", &format!("/items/{item}")).await.ok().json["title"], "Theirs");
    }

    async fn incident_03_a_group_or_label_of_another_parent_is_missing(home) {
        let desk = home.desk("WEB", "").await;
        let other = home.desk("OTH", "").await;
        let label = home.post("admin", &format!("/projects/{}/labels", other.project), json!({"name": "L"})).await.made();
        let item = home.item("admin", &desk, 0, "Mine").await;
        let group = &other.groups[0];
        for (line, body) in [
            (format!("GET /boards/{}/groups/{group}", desk.board), None),
            (format!("PATCH /boards/{}/groups/{group}", desk.board), Some(json!({"name": "x"}))),
            (format!("DELETE /boards/{}/groups/{group}", desk.board), None),
            (format!("POST /boards/{}/groups/{group}/move", desk.board), Some(json!({}))),
            (format!("POST /boards/{}/items", desk.board), Some(json!({"title": "x", "group_id": group}))),
            (format!("POST /boards/{}/items", desk.board), Some(json!({"title": "x", "labels": [label]}))),
            (format!("PATCH /items/{item}"), Some(json!({"labels": [label]}))),
            (format!("DELETE /projects/{}/labels/{label}", desk.project), None),
            (format!("PATCH /projects/{}/labels/{label}", desk.project), Some(json!({"name": "x"}))),
        ] {
            home.send("admin", &line, &[], body).await.refused(404, "not_found");
        }
        assert_eq!(home.get("admin", &format!("/boards/{}/groups", other.board)).await.ok().list("name"), ["To do", "Doing", "Done"]);
        assert_eq!(home.get("admin", &format!("/projects/{}/labels", other.project)).await.ok().list("name"), ["L"]);
    }
}
