//! A limit stands on everything that can grow.

use serde_json::json;

use crate::both_engines;
use crate::home::user;

both_engines! {
    async fn an_item_takes_fifty_labels_and_assignees(home) {
        let desk = home.desk("WEB", "").await;
        let mut labels = Vec::new();
        for number in 0..51 {
            labels.push(home.post("admin", &format!("/projects/{}/labels", desk.project), json!({"name": format!("L{number}")})).await.made());
        }
        let items = format!("/boards/{}/items", desk.board);
        home.post("admin", &items, json!({"title": "x", "labels": labels})).await.wrong("/labels");
        home.post("admin", &items, json!({"title": "x", "assignees": vec![user("admin"); 51]})).await.wrong("/assignees");
        let id = home.post("admin", &items, json!({"title": "x", "labels": labels[..50]})).await.made();
        home.patch("admin", &format!("/items/{id}"), json!({"labels": labels})).await.wrong("/labels");
        let caller = home.caller("admin");
        let permit = caller.permit(kernel::access::Level::Full).unwrap();
        let (item, one_more) = (id.parse().unwrap(), labels[50].parse().unwrap());
        let door = home.store.tenant(&caller);
        let refused = door.write(async move |tx: &mut store::TenantTx| work::items::actions::add_label(tx, permit, item, one_more).await).await;
        assert_eq!(refused.unwrap_err().code(), "invalid");
        assert_eq!(home.get("admin", &format!("/items/{id}")).await.ok().json["labels"].as_array().unwrap().len(), 50);
    }

    async fn an_item_takes_fifty_checklists_and_five_hundred_entries(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let lists = format!("/items/{item}/checklists");
        let mut list = String::new();
        for _ in 0..50 {
            list = home.post("admin", &lists, json!({"title": "L"})).await.made();
        }
        home.post("admin", &lists, json!({"title": "L"})).await.refused(409, "too_many_checklists");
        let entries = format!("{lists}/{list}/entries");
        for _ in 0..500 {
            home.post("admin", &entries, json!({"text": "E"})).await.is(201);
        }
        home.post("admin", &entries, json!({"text": "E"})).await.refused(409, "too_many_entries");
        let shown = home.get("viewer", &format!("/items/{item}")).await.ok();
        assert_eq!(shown.json["checklists"].as_array().unwrap().len(), 50);
        assert_eq!(shown.json["checklists"][49]["entries"].as_array().unwrap().len(), 500);
    }

    async fn a_board_takes_a_hundred_groups(home) {
        let desk = home.desk("WEB", "").await;
        let groups = format!("/boards/{}/groups", desk.board);
        for _ in 3..100 {
            home.post("admin", &groups, json!({"name": "G"})).await.made();
        }
        home.post("admin", &groups, json!({"name": "G"})).await.refused(409, "too_many_groups");
    }
}
