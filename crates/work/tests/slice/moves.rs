use serde_json::json;

use crate::both_engines;

both_engines! {
    async fn an_item_goes_where_it_is_put(home) {
        let desk = home.desk("WEB", "").await;
        let mut ids = Vec::new();
        for title in ["a", "b", "c", "d"] {
            ids.push(home.item("admin", &desk, 0, title).await);
        }
        let go = async |item: usize, body: serde_json::Value| home.post("developer", &format!("/items/{}/move", ids[item]), body).await;
        go(3, json!({"after": ids[0]})).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["a", "d", "b", "c"]);
        go(0, json!({"before": ids[2]})).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["d", "b", "a", "c"]);
        go(1, json!({})).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["d", "a", "c", "b"]);
        go(2, json!({"before": ids[3]})).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["c", "d", "a", "b"]);
        // Where it is already.
        let before = home.records("").await.len();
        let same = go(3, json!({"after": ids[2], "before": ids[0]})).await.ok();
        assert_eq!(home.records("").await.len(), before);
        assert_eq!(same.json["version"], 1, "a new order alone leaves the version");

        let moved = go(3, json!({"group_id": desk.groups[1]})).await.ok();
        assert_eq!((&moved.json["group_id"], &moved.json["version"]), (&json!(desk.groups[1]), &json!(2)));
        go(0, json!({"group_id": desk.groups[1], "before": ids[3]})).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["c", "b"]);
        assert_eq!(home.titles(&desk, 1).await, ["a", "d"]);
        go(0, json!({"after": ids[0]})).await.wrong("/after");
    }

    async fn archived_neighbours_keep_their_places(home) {
        let desk = home.desk("WEB", "").await;
        let mut ids = Vec::new();
        for title in ["a", "b", "c"] {
            ids.push(home.item("admin", &desk, 0, title).await);
        }
        home.patch("admin", &format!("/items/{}", ids[1]), json!({"archived": true})).await.ok();
        let x = home.item("admin", &desk, 0, "x").await;
        home.post("admin", &format!("/items/{x}/move"), json!({"after": ids[0]})).await.ok();
        home.post("admin", &format!("/items/{}/restore", ids[1]), json!({})).await;
        home.patch("admin", &format!("/items/{}", ids[1]), json!({"archived": false})).await.ok();
        assert_eq!(home.titles(&desk, 0).await, ["a", "x", "b", "c"]);
    }

    async fn a_move_to_another_board_keeps_number_and_history(home) {
        let desk = home.desk("WEB", "").await;
        let (board, groups) = home.board("admin", &desk.project, "Later").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        home.post("admin", &format!("/items/{item}/updates"), json!({"body": "hello"})).await.made();
        home.clock.advance(std::time::Duration::from_secs(1));
        let moved = home.post("developer", &format!("/items/{item}/move"), json!({"board_id": board})).await.ok();
        assert_eq!((&moved.json["board_id"], &moved.json["group_id"], &moved.json["number"]), (&json!(board), &json!(groups[0]), &json!(1)));
        assert!(home.titles(&desk, 0).await.is_empty());
        assert_eq!(home.get("viewer", &format!("/items/{item}/updates")).await.ok().list("body"), ["hello"]);
        let history = home.get("viewer", &format!("/items/{item}/activity")).await.ok();
        let last = &history.json["data"][0];
        assert_eq!((&last["kind"], &last["old"]["board"]["name"], &last["new"]["board"]["name"]), (&json!("moved"), &json!("Launch"), &json!("Later")));
        let (action, _, details) = home.last_record().await;
        assert_eq!(action, "item.moved");
        assert!(details.contains(&desk.board) && details.contains(&board), "both parents are named");
    }

    async fn a_move_to_another_project_gives_a_number_and_labels_of_the_same_names(home) {
        let desk = home.desk("WEB", "").await;
        let other = home.desk("OTH", "").await;
        home.item("admin", &other, 0, "There").await;
        let label = async |project: &str, name: &str| home.post("admin", &format!("/projects/{project}/labels"), json!({"name": name, "color": 3})).await.made();
        let (bug, rare) = (label(&desk.project, "Bug").await, label(&desk.project, "Rare").await);
        let there = label(&other.project, "Bug").await;
        let parent = home.item("admin", &desk, 0, "Parent").await;
        let body = json!({"title": "Write", "labels": [bug, rare], "parent_id": parent});
        let item = home.post("admin", &format!("/boards/{}/items", desk.board), body).await.made();
        let child = home.post("admin", &format!("/boards/{}/items", desk.board), json!({"title": "Child", "parent_id": item})).await.made();
        let moved = home.post("admin", &format!("/items/{item}/move"), json!({"group_id": other.groups[2]})).await.ok();
        assert_eq!((&moved.json["board_id"], &moved.json["number"], &moved.json["parent_id"]), (&json!(other.board), &json!(2), &json!(null)));
        let labels = home.get("viewer", &format!("/projects/{}/labels", other.project)).await.ok();
        assert_eq!(labels.list("name"), ["Bug", "Rare"]);
        assert_eq!(moved.json["labels"], json!([there, labels.list("id")[1]]));
        assert_eq!(home.get("viewer", &format!("/boards/{}/items?label={bug}", desk.board)).await.ok().list("id"), Vec::<String>::new());
        assert_eq!(home.get("viewer", &format!("/boards/{}/items?label={there}", other.board)).await.ok().list("id"), std::slice::from_ref(&item));
        assert_eq!(home.get("viewer", &format!("/items/{child}")).await.ok().json["parent_id"], json!(null));
        // The number that it left is not given again.
        assert_eq!(home.post("admin", &format!("/boards/{}/items", desk.board), json!({"title": "Next"})).await.is(201).json["number"], 4);
        // And back.
        let back = home.post("admin", &format!("/items/{item}/move"), json!({"board_id": desk.board})).await.ok();
        assert_eq!((&back.json["number"], &back.json["labels"]), (&json!(5), &json!([bug, rare])));
    }

    async fn limited_rights_leave_labels_and_others_items_as_they_are(home) {
        let desk = home.desk("WEB", "").await;
        let other = home.desk("OTH", "").await;
        let label = async |project: &str, name: &str| home.post("admin", &format!("/projects/{project}/labels"), json!({"name": name})).await.made();
        let (bug, rare) = (label(&desk.project, "Bug").await, label(&desk.project, "Rare").await);
        let there = label(&other.project, "Bug").await;
        let file = async |who: &str, body: serde_json::Value| home.post(who, &format!("/boards/{}/items", desk.board), body).await.made();
        let item = file("tester", json!({"title": "Mine", "labels": [bug, rare]})).await;
        let own = file("tester", json!({"title": "Mine as well", "parent_id": item})).await;
        let path = format!("/items/{item}/move");

        let theirs = file("tester+", json!({"title": "Theirs", "parent_id": item})).await;
        let before = home.get("viewer", &format!("/items/{theirs}")).await.ok().json;
        home.post("tester", &path, json!({"board_id": other.board})).await.refused(403, "not_yours");
        assert_eq!(home.get("viewer", &format!("/items/{theirs}")).await.ok().json, before);
        assert_eq!(home.get("viewer", &format!("/items/{item}")).await.ok().json["board_id"], json!(desk.board));
        // On another board of the same project they stay below it.
        let (near, _) = home.board("admin", &desk.project, "Near").await;
        home.post("tester", &path, json!({"board_id": near})).await.ok();

        home.patch("tester+", &format!("/items/{theirs}"), json!({"parent_id": null})).await.ok();
        let moved = home.post("tester", &path, json!({"board_id": other.board})).await.ok();
        assert_eq!(moved.json["labels"], json!([there]));
        assert_eq!(home.get("viewer", &format!("/projects/{}/labels", other.project)).await.ok().list("id"), [there.as_str()]);
        assert_eq!(home.get("viewer", &format!("/items/{own}")).await.ok().json["parent_id"], json!(null));
    }

    async fn incident_04_old_and_new_parent_are_both_authorised(home) {
        let desk = home.desk("WEB", "").await;
        let (other_board, other_groups) = home.board("admin", &desk.project, "Other").await;
        let foreign = home.desk("FOR", "@2").await;
        let foreign_item = home.item("admin@2", &foreign, 0, "Theirs").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let neighbour = home.item("admin", &desk, 1, "Beside").await;
        let before = home.get("admin", &format!("/items/{item}")).await.ok().json;
        for body in [
            json!({"board_id": foreign.board}),
            json!({"group_id": foreign.groups[0]}),
            json!({"board_id": desk.board, "group_id": foreign.groups[0]}),
            json!({"board_id": foreign.board, "group_id": desk.groups[0]}),
            json!({"board_id": desk.board, "group_id": other_groups[0]}),
            json!({"board_id": other_board, "group_id": desk.groups[1]}),
            json!({"after": foreign_item}),
            json!({"before": foreign_item}),
        ] {
            home.post("admin", &format!("/items/{item}/move"), body).await.refused(404, "not_found");
        }
        home.post("admin", &format!("/items/{item}/move"), json!({"after": neighbour})).await.refused(409, "not_neighbours");
        home.post("admin", &format!("/items/{item}/move"), json!({"group_id": other_groups[0], "before": neighbour})).await.refused(409, "not_neighbours");
        home.post("admin", &format!("/items/{foreign_item}/move"), json!({"group_id": desk.groups[0]})).await.refused(404, "not_found");
        home.patch("admin", &format!("/boards/{other_board}"), json!({"archived": true})).await.ok();
        home.post("admin", &format!("/items/{item}/move"), json!({"board_id": other_board})).await.refused(409, "archived");
        assert_eq!(home.get("admin", &format!("/items/{item}")).await.ok().json, before);
        assert_eq!(home.get("admin@2", &format!("/items/{foreign_item}")).await.ok().json["group_id"], json!(foreign.groups[0]));
    }
}
