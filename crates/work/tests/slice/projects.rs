use serde_json::json;

use crate::both_engines;

both_engines! {
    async fn a_project_is_made_read_changed_archived_and_deleted(home) {
        let body = json!({"name": " Website ", "key": "WEB", "description": "All of it", "lead_id": crate::home::user("admin")});
        let made = home.post("manager", "/projects", body).await.is(201);
        assert_eq!(made.json["name"], "Website");
        let id = made.json["id"].as_str().unwrap();
        assert_eq!(made.headers["location"], format!("/api/v1/projects/{id}").as_str());
        let path = format!("/projects/{id}");
        let read = home.get("viewer", &path).await.ok();
        assert_eq!(read.json, made.json);
        assert_eq!((read.etag().as_str(), read.json["archived"].as_bool()), ("\"1\"", Some(false)));

        let changed = home.patch("team_lead", &path, json!({"name": "Shop", "lead_id": null})).await.ok();
        assert_eq!((&changed.json["name"], &changed.json["lead_id"], &changed.json["version"]), (&json!("Shop"), &json!(null), &json!(2)));
        assert_eq!(changed.json["description"], "All of it");
        let stale = home.send("admin", &format!("PATCH {path}"), &[("if-match", "\"1\"")], Some(json!({"name": "X"}))).await;
        stale.refused(412, "stale");
        assert_eq!(home.get("viewer", &path).await.ok().json["name"], "Shop");

        home.patch("admin", &path, json!({"archived": true})).await.ok();
        assert_eq!(home.get("viewer", "/projects").await.ok().list("key"), Vec::<String>::new());
        assert_eq!(home.get("viewer", "/projects?archived=true").await.ok().list("key"), ["WEB"]);
        assert_eq!(home.get("viewer", "/projects?archived=all").await.ok().list("key"), ["WEB"]);
        home.post("admin", &format!("{path}/boards"), json!({"name": "B"})).await.refused(409, "archived");
        home.patch("admin", &path, json!({"archived": false})).await.ok();
        home.post("admin", &format!("{path}/boards"), json!({"name": "B"})).await.made();

        home.delete("admin", &path).await.is(204);
        home.get("admin", &path).await.refused(404, "not_found");
        let (action, resource, details) = home.last_record().await;
        assert_eq!((action.as_str(), resource.as_str()), ("project.deleted", id));
        assert!(details.contains("Shop"));
    }

    async fn a_key_is_capitals_and_nobody_elses(home) {
        home.post("admin", "/projects", json!({"name": "A", "key": "AB"})).await.made();
        home.post("admin", "/projects", json!({"name": "B", "key": "AB"})).await.refused(409, "key_taken");
        // Another workspace's is no obstacle, and cannot be seen.
        home.post("admin@2", "/projects", json!({"name": "B", "key": "AB"})).await.made();
        for key in ["", "A", "ab", "1A", "A-B", "ABCDEFGHIJK", "ÄB"] {
            home.post("admin", "/projects", json!({"name": "B", "key": key})).await.wrong("/key");
        }
        home.post("admin", "/projects", json!({"name": "", "key": "XY"})).await.wrong("/name");
        home.post("admin", "/projects", json!({"key": "XY"})).await.wrong("/name");
        home.post("admin", "/projects", json!({"name": "B", "key": "XY", "next_number": 5})).await.wrong("/next_number");
        let lead = crate::home::user("removed");
        home.post("admin", "/projects", json!({"name": "B", "key": "XY", "lead_id": lead})).await.is(404);
    }

    async fn lists_go_page_by_page(home) {
        for number in 0..7 {
            home.post("admin", "/projects", json!({"name": "P", "key": format!("P{number}")})).await.made();
        }
        let mut found = Vec::new();
        let mut path = "/projects?limit=3".to_owned();
        loop {
            let page = home.get("viewer", &path).await.ok();
            found.extend(page.list("key"));
            match page.json["next_cursor"].as_str() {
                Some(cursor) => path = format!("/projects?limit=3&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(found, ["P0", "P1", "P2", "P3", "P4", "P5", "P6"]);
        for bad in ["limit=0", "limit=1001", "limit=x", "cursor=x", "archived=maybe"] {
            home.get("viewer", &format!("/projects?{bad}")).await.is(400);
        }
    }

    async fn sending_it_again_makes_it_once(home) {
        let body = json!({"name": "A", "key": "AB"});
        let key = [("idempotency-key", "one")];
        let first = home.send("admin", "POST /projects", &key, Some(body.clone())).await.made();
        let second = home.send("admin", "POST /projects", &key, Some(body)).await.made();
        assert_eq!(first, second);
        let other = home.send("admin", "POST /projects", &key, Some(json!({"name": "B", "key": "CD"}))).await;
        other.refused(409, "idempotency_key_reused");
        assert_eq!(home.get("admin", "/projects").await.ok().list("key"), ["AB"]);
    }
}
