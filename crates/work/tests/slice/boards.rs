use serde_json::json;

use crate::both_engines;

both_engines! {
    async fn a_board_is_made_read_changed_archived_and_deleted(home) {
        let desk = home.desk("WEB", "").await;
        let path = format!("/boards/{}", desk.board);
        let read = home.get("viewer", &path).await.ok();
        assert_eq!((&read.json["name"], &read.json["project_id"]), (&json!("Launch"), &json!(desk.project)));
        home.patch("team_lead", &path, json!({"name": "Start"})).await.ok();
        assert_eq!(home.get("viewer", &format!("/projects/{}/boards", desk.project)).await.ok().list("name"), ["Start"]);
        home.patch("admin", &path, json!({"project_id": desk.project})).await.wrong("/project_id");

        let item = home.item("developer", &desk, 0, "Write").await;
        home.patch("admin", &path, json!({"archived": true})).await.ok();
        home.post("admin", &format!("{path}/items"), json!({"title": "x"})).await.refused(409, "archived");
        home.post("admin", &format!("{path}/groups"), json!({"name": "x"})).await.refused(409, "archived");
        assert!(home.get("viewer", &format!("/projects/{}/boards", desk.project)).await.ok().list("name").is_empty());
        home.patch("admin", &path, json!({"archived": false})).await.ok();

        home.delete("admin", &path).await.is(204);
        home.get("viewer", &path).await.is(404);
        home.get("viewer", &format!("/items/{item}")).await.is(404);
    }

    async fn a_board_that_goes_leaves_items_of_others(home) {
        let desk = home.desk("WEB", "").await;
        let (other, _) = home.board("admin", &desk.project, "Other").await;
        let parent = home.post("admin", &format!("/boards/{other}/items"), json!({"title": "Parent"})).await.made();
        let body = json!({"title": "Child", "parent_id": parent});
        let child = home.post("admin", &format!("/boards/{}/items", desk.board), body).await.made();
        home.delete("admin", &format!("/boards/{other}")).await.is(204);
        assert_eq!(home.get("viewer", &format!("/items/{child}")).await.ok().json["parent_id"], json!(null));
    }

    async fn groups_keep_their_order(home) {
        let desk = home.desk("WEB", "").await;
        let groups = format!("/boards/{}/groups", desk.board);
        let [todo, doing, done] = [&desk.groups[0], &desk.groups[1], &desk.groups[2]];
        home.post("admin", &format!("{groups}/{done}/move"), json!({"before": todo})).await.ok();
        assert_eq!(home.get("viewer", &groups).await.ok().list("name"), ["Done", "To do", "Doing"]);
        home.post("admin", &format!("{groups}/{done}/move"), json!({"after": todo})).await.ok();
        assert_eq!(home.get("viewer", &groups).await.ok().list("name"), ["To do", "Done", "Doing"]);
        home.post("admin", &format!("{groups}/{todo}/move"), json!({})).await.ok();
        assert_eq!(home.get("viewer", &groups).await.ok().list("name"), ["Done", "Doing", "To do"]);

        let changed = json!({"name": "In work", "color": 4, "wip_limit": 3});
        let group = home.patch("admin", &format!("{groups}/{doing}"), changed).await.ok();
        assert_eq!((&group.json["color"], &group.json["wip_limit"], &group.json["version"]), (&json!(4), &json!(3), &json!(2)));
        let cleared = home.patch("admin", &format!("{groups}/{doing}"), json!({"color": null})).await.ok();
        assert_eq!((&cleared.json["color"], &cleared.json["wip_limit"]), (&json!(null), &json!(3)));
        for (body, pointer) in [(json!({"color": 11}), "/color"), (json!({"wip_limit": 0}), "/wip_limit"), (json!({"name": " "}), "/name")] {
            home.patch("admin", &format!("{groups}/{doing}"), body).await.wrong(pointer);
        }
    }

    async fn only_an_empty_group_is_deleted(home) {
        let desk = home.desk("WEB", "").await;
        let groups = format!("/boards/{}/groups", desk.board);
        let item = home.item("admin", &desk, 0, "Write").await;
        let path = format!("{groups}/{}", desk.groups[0]);
        home.delete("admin", &path).await.refused(409, "group_not_empty");
        home.delete("admin", &format!("/items/{item}")).await.is(204);
        home.delete("admin", &path).await.refused(409, "group_not_empty");
        home.delete("admin", &format!("{groups}/{}", desk.groups[1])).await.is(204);
        assert_eq!(home.get("viewer", &groups).await.ok().list("name"), ["To do", "Done"]);
        home.patch("admin", &path, json!({"archived": true})).await.ok();
        assert_eq!(home.get("viewer", &groups).await.ok().list("name"), ["Done"]);
        home.post("admin", &format!("/boards/{}/items", desk.board), json!({"title": "x", "group_id": desk.groups[0]})).await.refused(409, "archived");
    }

    async fn a_board_without_groups_takes_items_all_the_same(home) {
        let project = home.post("admin", "/projects", json!({"name": "A", "key": "AB"})).await.made();
        let board = home.post("admin", &format!("/projects/{project}/boards"), json!({"name": "B"})).await.made();
        let item = home.post("tester", &format!("/boards/{board}/items"), json!({"title": "x"})).await.is(201);
        let groups = home.get("viewer", &format!("/boards/{board}/groups")).await.ok();
        assert_eq!(groups.list("name"), ["To do"]);
        assert_eq!(groups.list("id"), [item.json["group_id"].as_str().unwrap()]);
    }

    async fn labels_are_the_projects_own(home) {
        let desk = home.desk("WEB", "").await;
        let labels = format!("/projects/{}/labels", desk.project);
        let bug = home.post("developer", &labels, json!({"name": "Bug", "color": 1})).await.made();
        home.post("developer", &labels, json!({"name": "Bug", "color": 2})).await.refused(409, "name_taken");
        home.post("developer", &labels, json!({"name": "Big", "color": 11})).await.wrong("/color");
        let chosen = home.post("developer", &labels, json!({"name": "Any"})).await.is(201);
        assert!((1..=10).contains(&chosen.json["color"].as_i64().unwrap()));
        let body = json!({"title": "x", "labels": [bug]});
        let item = home.post("tester", &format!("/boards/{}/items", desk.board), body).await.made();
        let renamed = home.patch("developer", &format!("{labels}/{bug}"), json!({"name": "Fault"})).await.ok();
        assert_eq!((&renamed.json["name"], &renamed.json["color"]), (&json!("Fault"), &json!(1)));
        assert_eq!(home.get("viewer", &labels).await.ok().list("name"), ["Any", "Fault"]);
        home.delete("developer", &format!("{labels}/{bug}")).await.is(204);
        let read = home.get("viewer", &format!("/items/{item}")).await.ok();
        assert_eq!((&read.json["labels"], &read.json["version"]), (&json!([]), &json!(2)));
        home.get("viewer", &format!("{labels}/{bug}")).await.is(404);
    }
}
