use serde_json::json;

use crate::both_engines;

both_engines! {
    async fn an_export_holds_all_of_a_project_and_nothing_else(home) {
        let desk = home.desk("WEB", "").await;
        let other = home.desk("OTH", "").await;
        home.item("admin", &other, 0, "Not this").await;
        let mut items = Vec::new();
        for number in 0..120 {
            items.push(home.item("developer", &desk, number % 3, &format!("Item {number}")).await);
        }
        let list = home.post("admin", &format!("/items/{}/checklists", items[3]), json!({"title": "L"})).await.made();
        home.post("admin", &format!("/items/{}/checklists/{list}/entries", items[3]), json!({"text": "E"})).await.made();
        home.post("admin", &format!("/items/{}/links", items[3]), json!({"url": "https://example.com"})).await.made();
        for turn in 0..60 {
            home.post("tester", &format!("/items/{}/updates", items[4]), json!({"body": format!("update {turn}")})).await.made();
        }
        home.patch("admin", &format!("/items/{}", items[5]), json!({"archived": true})).await.ok();
        home.delete("admin", &format!("/items/{}", items[6])).await.is(204);
        home.patch("admin", &format!("/boards/{}/groups/{}", desk.board, desk.groups[2]), json!({"archived": true})).await.ok();

        let got = home.get("team_lead", &format!("/projects/{}/export", desk.project)).await.ok();
        assert_eq!(got.headers["content-disposition"], "attachment; filename=\"WEB.json\"");
        let all = got.json;
        assert_eq!((&all["format"], &all["project"]["key"]), (&json!("trackhold.project.1"), &json!("WEB")));
        assert_eq!(all["boards"][0]["groups"].as_array().unwrap().len(), 3);
        let exported = all["items"].as_array().unwrap();
        let ids: Vec<&str> = exported.iter().map(|item| item["item"]["id"].as_str().unwrap()).collect();
        assert_eq!(ids, items.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(exported[3]["item"]["checklists"][0]["entries"][0]["text"], "E");
        assert_eq!(exported[3]["links"][0]["url"], "https://example.com");
        assert_eq!(exported[4]["updates"].as_array().unwrap().len(), 60);
        assert_eq!(exported[4]["activity"][0]["kind"], "created");
        assert_eq!(exported[5]["item"]["archived"], true);
        assert_ne!(exported[6]["deleted_at"], json!(null));
        assert!(all["members"].as_array().unwrap().iter().all(|member| member.get("email").is_none()));
        assert!(!all.to_string().contains("Not this"));
        assert_eq!(home.last_record().await.0, "project.exported");
        home.get("developer", &format!("/projects/{}/export", desk.project)).await.is(403);
        home.get("admin@2", &format!("/projects/{}/export", desk.project)).await.is(404);
    }
}
