use serde_json::json;

use crate::both_engines;

both_engines! {
    async fn nobody_is_below_themselves(home) {
        let desk = home.desk("WEB", "").await;
        let mut ids = Vec::new();
        for level in 0..3 {
            let mut body = json!({"title": format!("Level {level}")});
            if let Some(parent) = ids.last() {
                body["parent_id"] = json!(parent);
            }
            ids.push(home.post("admin", &format!("/boards/{}/items", desk.board), body).await.made());
        }
        for parent in &ids {
            home.patch("admin", &format!("/items/{}", ids[0]), json!({"parent_id": parent})).await.refused(409, "parent_cycle");
        }
        assert_eq!(home.get("admin", &format!("/items/{}", ids[0])).await.ok().json["parent_id"], json!(null));
        home.patch("admin", &format!("/items/{}", ids[2]), json!({"parent_id": null})).await.ok();
        home.patch("admin", &format!("/items/{}", ids[0]), json!({"parent_id": ids[2]})).await.ok();
    }

    async fn families_are_at_most_eight_levels_deep(home) {
        let desk = home.desk("WEB", "").await;
        let items = format!("/boards/{}/items", desk.board);
        let mut ids = vec![home.post("admin", &items, json!({"title": "top"})).await.made()];
        for _ in 1..8 {
            let body = json!({"title": "below", "parent_id": ids.last()});
            ids.push(home.post("admin", &items, body).await.made());
        }
        home.post("admin", &items, json!({"title": "too deep", "parent_id": ids[7]})).await.refused(409, "too_deep");
        // A tree that is put below another one counts with its whole height.
        let root = home.post("admin", &items, json!({"title": "root"})).await.made();
        home.patch("admin", &format!("/items/{}", ids[0]), json!({"parent_id": root})).await.refused(409, "too_deep");
        home.patch("admin", &format!("/items/{}", ids[1]), json!({"parent_id": root})).await.ok();
        home.patch("admin", &format!("/items/{}", ids[0]), json!({"parent_id": root})).await.ok();
    }

    async fn parents_are_of_the_same_project(home) {
        let desk = home.desk("WEB", "").await;
        let (board, _) = home.board("admin", &desk.project, "Other").await;
        let other = home.desk("OTH", "").await;
        let foreign = home.desk("FOR", "@2").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        for parent in [home.item("admin", &other, 0, "x").await, home.item("admin@2", &foreign, 0, "x").await] {
            home.patch("admin", &format!("/items/{item}"), json!({"parent_id": parent})).await.refused(404, "not_found");
            let body = json!({"title": "y", "parent_id": parent});
            home.post("admin", &format!("/boards/{}/items", desk.board), body).await.refused(404, "not_found");
        }
        let there = home.post("admin", &format!("/boards/{board}/items"), json!({"title": "x"})).await.made();
        home.patch("admin", &format!("/items/{item}"), json!({"parent_id": there})).await.ok();
        home.delete("admin", &format!("/items/{there}")).await.is(204);
        home.patch("admin", &format!("/items/{item}"), json!({"parent_id": there})).await.refused(404, "not_found");
        home.patch("admin", &format!("/items/{item}"), json!({"title": "z"})).await.ok();
    }
}
