//! What pages ask for beside the API.

use serde_json::json;
use store::TenantTx;
use work::items::list::{self, Filter, Place, Sort};
use work::items::{self, ItemId, Status};

use crate::both_engines;
use crate::home::user;

both_engines! {
    async fn a_kanban_is_read_group_by_group(home) {
        let desk = home.desk("WEB", "").await;
        let mut ids: Vec<ItemId> = Vec::new();
        for number in 0..9 {
            ids.push(home.item("developer", &desk, number % 2, &format!("Item {number}")).await.parse().unwrap());
        }
        for number in [0, 2, 4] {
            home.patch("developer", &format!("/items/{}", ids[number]), json!({"status": "doing", "assignees": [user("viewer")]})).await.ok();
        }
        let board: work::boards::BoardId = desk.board.parse().unwrap();
        let groups: Vec<work::groups::GroupId> = desk.groups.iter().map(|group| group.parse().unwrap()).collect();
        let (first, second) = (groups[0], groups[1]);
        let ids_again = ids.clone();
        home.door("viewer")
            .read(async move |tx: &mut TenantTx| {
                let all = Filter::default();
                let mine = Filter {
                    statuses: vec![Status::Doing, Status::Done],
                    assignees: vec![user("viewer"), user("admin")],
                    ..Filter::default()
                };
                let counts = list::counts(tx, board, &all).await?;
                assert_eq!((counts[&first], counts[&second], counts[&groups[2]]), (5, 4, 0));
                let counts = list::counts(tx, board, &mine).await?;
                assert_eq!((counts.get(&first), counts.get(&second)), (Some(&3), None));

                let page = list::of_group(tx, first, &all, None, 3).await?;
                assert_eq!(page.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[0], ids[2], ids[4]]);
                let place = Place::of(&page[2], Sort::default());
                let rest = list::of_group(tx, first, &all, Some(&place), 10).await?;
                assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[6], ids[8]]);
                let some = list::of_group(tx, first, &mine, None, 10).await?;
                assert_eq!(some.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[0], ids[2], ids[4]]);
                assert!(some.iter().all(|row| row.assignees.contains(user("viewer"))));
                assert!(list::of_group(tx, second, &mine, None, 10).await?.is_empty());
                assert_eq!(list::item_before(tx, &rest[0]).await?, Some(ids[4]));
                assert_eq!(list::item_before(tx, &page[0]).await?, None);

                let too_many = Filter { assignees: vec![user("viewer"); 9], ..Filter::default() };
                assert_eq!(list::counts(tx, board, &too_many).await.unwrap_err().code(), "bad_filter");

                let boards = work::boards::overview(tx, None).await?;
                assert_eq!((boards.len(), boards[0].items, boards[0].open), (1, 9, 9));
                let project = boards[0].project_id;
                assert_eq!(work::boards::overview(tx, Some(project)).await?[0].id, board);
                Ok(())
            })
            .await
            .unwrap();

        for number in [1, 3] {
            home.clock.advance(std::time::Duration::from_secs(1));
            home.patch("developer", &format!("/items/{}", ids_again[number]), json!({"archived": true})).await.ok();
        }
        home.patch("developer", &format!("/items/{}", ids_again[5]), json!({"parent_id": ids_again[0]})).await.ok();
        home.door("viewer")
            .read(async move |tx: &mut TenantTx| {
                let archive = list::archive(tx, board, None, 1).await?;
                assert_eq!(archive[0].id, ids_again[3], "archived last comes first");
                let at = archive[0].archived_at.unwrap().micros();
                let place = work::boards::ArchivePlace { at, id: archive[0].id };
                let rest = list::archive(tx, board, Some(place), 10).await?;
                assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), [ids_again[1]]);
                assert_eq!(list::archived_count(tx, board).await?, 2);
                let children = items::children(tx, ids_again[0]).await?;
                assert_eq!(children.iter().map(|row| row.id).collect::<Vec<_>>(), [ids_again[5]]);
                assert_eq!(work::boards::overview(tx, None).await?[0].items, 7);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_project_goes_with_all_that_is_in_it(home) {
        let desk = home.desk("WEB", "").await;
        let stays = home.desk("STAY", "").await;
        let left = home.item("admin", &stays, 0, "Stays").await;
        let (board, _) = home.board("admin", &desk.project, "Second").await;
        let label = home.post("admin", &format!("/projects/{}/labels", desk.project), json!({"name": "L"})).await.made();
        let mut parent = home.item("admin", &desk, 0, "Top").await;
        let top = parent.clone();
        for turn in 0..6 {
            let on = if turn % 2 == 0 { &board } else { &desk.board };
            let body = json!({"title": "Below", "parent_id": parent, "labels": [label], "assignees": [user("viewer")]});
            parent = home.post("admin", &format!("/boards/{on}/items"), body).await.made();
            home.post("admin", &format!("/items/{parent}/updates"), json!({"body": "x"})).await.made();
            let list = home.post("admin", &format!("/items/{parent}/checklists"), json!({"title": "x"})).await.made();
            home.post("admin", &format!("/items/{parent}/checklists/{list}/entries"), json!({"text": "x"})).await.made();
        }
        home.delete("admin", &format!("/projects/{}", desk.project)).await.is(204);
        for gone in [format!("/items/{top}"), format!("/items/{parent}"), format!("/boards/{board}"), format!("/projects/{}", desk.project)] {
            home.get("admin", &gone).await.is(404);
        }
        home.get("viewer", &format!("/items/{left}")).await.ok();
        home.post("admin", "/projects", json!({"name": "Again", "key": "WEB"})).await.made();
    }
}

#[test]
fn the_document_names_nothing_that_it_does_not_have() {
    let document = serde_json::to_value(work::routes().openapi("1")).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is not there");
    }
    let item = schemas["Item"]["properties"].as_object().unwrap();
    assert_eq!(item.len(), 18);
}
