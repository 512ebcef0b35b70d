//! Who may do what, action by action: the access table and what belongs to somebody.

use serde_json::{Value, json};

use crate::both_engines;

const ROLES: [&str; 6] = ["viewer", "tester", "developer", "team_lead", "manager", "admin"];

both_engines! {
    async fn each_role_does_what_the_table_says_and_no_more(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Theirs").await;
        let neighbour = home.item("admin", &desk, 0, "Neighbour").await;
        let list = home.post("admin", &format!("/items/{item}/checklists"), json!({"title": "L"})).await.made();
        let entry = home.post("admin", &format!("/items/{item}/checklists/{list}/entries"), json!({"text": "E"})).await.made();
        let (board, project, group) = (&desk.board, &desk.project, &desk.groups[0]);
        // The first role that may, weakest first. The things are another member's.
        let table: Vec<(&str, String, Option<Value>)> = vec![
            ("viewer", "GET /projects".into(), None),
            ("viewer", format!("GET /projects/{project}"), None),
            ("viewer", format!("GET /boards/{board}"), None),
            ("viewer", format!("GET /boards/{board}/groups"), None),
            ("viewer", format!("GET /boards/{board}/items"), None),
            ("viewer", format!("GET /items/{item}"), None),
            ("viewer", format!("GET /items/{item}/updates"), None),
            ("viewer", format!("GET /items/{item}/activity"), None),
            ("viewer", format!("GET /items/{item}/links"), None),
            ("viewer", format!("GET /items/{item}/checklists"), None),
            ("viewer", format!("GET /projects/{project}/labels"), None),
            ("viewer", "GET /search?q=Theirs".into(), None),
            ("tester", format!("POST /boards/{board}/items"), Some(json!({"title": "x"}))),
            ("tester", format!("POST /items/{item}/updates"), Some(json!({"body": "x"}))),
            ("tester", format!("PATCH /items/{item}"), Some(json!({"status": "doing"}))),
            ("developer", format!("PATCH /items/{item}"), Some(json!({"title": "x"}))),
            ("developer", format!("PATCH /items/{item}"), Some(json!({"status": "done", "title": "y"}))),
            ("developer", format!("PATCH /items/{item}"), Some(json!({"priority": "low"}))),
            ("developer", format!("PATCH /items/{item}"), Some(json!({"archived": true}))),
            ("developer", format!("POST /items/{item}/restore"), None),
            ("developer", format!("POST /items/{item}/move"), Some(json!({"group_id": desk.groups[1]}))),
            ("developer", format!("POST /items/{item}/move"), Some(json!({"group_id": group, "after": neighbour}))),
            ("developer", format!("POST /items/{item}/checklists"), Some(json!({"title": "x"}))),
            ("developer", format!("PATCH /items/{item}/checklists/{list}"), Some(json!({"title": "x"}))),
            ("developer", format!("POST /items/{item}/checklists/{list}/entries"), Some(json!({"text": "x"}))),
            ("developer", format!("PATCH /items/{item}/checklists/{list}/entries/{entry}"), Some(json!({"done": true}))),
            ("developer", format!("POST /items/{item}/links"), Some(json!({"url": "https://example.com"}))),
            ("developer", format!("POST /projects/{project}/labels"), Some(json!({"name": "unique"}))),
            ("developer", format!("DELETE /items/{item}"), None),
            ("team_lead", "POST /projects".into(), Some(json!({"name": "x", "key": "unique"}))),
            ("team_lead", format!("PATCH /projects/{project}"), Some(json!({"name": "x"}))),
            ("team_lead", format!("GET /projects/{project}/export"), None),
            ("team_lead", format!("POST /projects/{project}/boards"), Some(json!({"name": "x"}))),
            ("team_lead", format!("PATCH /boards/{board}"), Some(json!({"name": "x"}))),
            ("team_lead", format!("POST /boards/{board}/groups"), Some(json!({"name": "x"}))),
            ("team_lead", format!("PATCH /boards/{board}/groups/{group}"), Some(json!({"name": "x"}))),
            ("team_lead", format!("POST /boards/{board}/groups/{group}/move"), Some(json!({}))),
            ("team_lead", format!("DELETE /boards/{board}/groups/{}", desk.groups[2]), None),
            ("team_lead", format!("DELETE /boards/{board}"), None),
            ("team_lead", format!("DELETE /projects/{project}"), None),
        ];
        for (weakest, line, body) in table {
            let allowed = ROLES.iter().position(|role| *role == weakest).unwrap();
            for role in &ROLES[..allowed] {
                let records = home.records("").await.len();
                home.send(role, &line, &[], body.clone()).await.is(403);
                assert_eq!(home.records("").await.len(), records, "{role} {line}");
            }
            let body = body.map(|mut body| {
                for field in ["name", "key"] {
                    if body[field] == "unique" {
                        body[field] = json!("UNIQUE");
                    }
                }
                body
            });
            let got = home.send(weakest, &line, &[], body).await;
            assert!(got.status < 300, "{weakest} {line} gave {} {}", got.status, got.json);
        }
    }

    async fn testers_edit_what_they_filed_and_nothing_else(home) {
        let desk = home.desk("WEB", "").await;
        let own = home.item("tester", &desk, 0, "Own").await;
        let other = home.item("tester+", &desk, 0, "Other").await;
        for body in [json!({"title": "x"}), json!({"description": "x"}), json!({"due_on": "2026-01-01"}), json!({"priority": "low"}), json!({"labels": []}), json!({"assignees": []}), json!({"parent_id": null}), json!({"archived": true}), json!({"archived": false})] {
            home.patch("tester", &format!("/items/{own}"), body.clone()).await.ok();
            home.patch("tester", &format!("/items/{other}"), body).await.refused(403, "not_yours");
        }
        home.post("tester", &format!("/items/{own}/move"), json!({"group_id": desk.groups[1]})).await.ok();
        home.post("tester", &format!("/items/{other}/move"), json!({"group_id": desk.groups[1]})).await.refused(403, "not_yours");
        home.patch("tester", &format!("/items/{other}"), json!({"status": "done"})).await.ok();
        home.delete("tester", &format!("/items/{own}")).await.refused(403, "forbidden");
        assert_eq!(home.get("viewer", &format!("/items/{other}")).await.ok().json["title"], "Other");
    }

    async fn nobody_is_let_in_without_a_session(home) {
        for line in ["GET /projects", "GET /search?q=x", "POST /projects"] {
            home.send("nobody", line, &[], None).await.is(401);
        }
    }
}
