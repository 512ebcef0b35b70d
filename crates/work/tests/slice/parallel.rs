//! What 100 requests at once leave behind.

use std::collections::HashSet;
use std::sync::Arc;

use kernel::access::{Level, Tasks};
use serde_json::json;
use store::TenantTx;
use work::items::{ItemMove, NewItem, actions};

use crate::both_engines;

both_engines! {
    async fn a_hundred_new_items_have_numbers_without_gaps_and_an_order(home) {
        let desk = home.desk("WEB", "").await;
        let home = Arc::new(home);
        let board: work::boards::BoardId = desk.board.parse().unwrap();
        let groups: Vec<work::groups::GroupId> = desk.groups.iter().map(|group| group.parse().unwrap()).collect();
        let tasks: Vec<_> = (0..100)
            .map(|number: usize| {
                let home = home.clone();
                let group = groups[number % 2];
                tokio::spawn(async move {
                    let caller = home.caller("tester");
                    let permit = caller.permit::<Tasks>(Level::Limited).unwrap();
                    let new = NewItem { group_id: Some(group), ..NewItem::titled(format!("Item {number}")) };
                    home.store
                        .tenant(&caller)
                        .write(async move |tx: &mut TenantTx| {
                            let item = actions::create(tx, permit, board, new, None).await?;
                            // Those that fail give their numbers back.
                            if number % 10 == 9 { Err(kernel::Error::NotFound) } else { Ok(item.number) }
                        })
                        .await
                        .ok()
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.extend(task.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=90).collect::<Vec<i64>>());
        let listed = home.get("viewer", &format!("/boards/{}/items?limit=1000&sort=number", desk.board)).await.ok();
        assert_eq!(listed.list("number"), (1..=90).map(|number| number.to_string()).collect::<Vec<_>>());
        assert_distinct_positions(&home, board).await;
    }

    async fn a_hundred_moves_to_one_spot_keep_every_item_once(home) {
        let desk = home.desk("WEB", "").await;
        let home = Arc::new(home);
        let board: work::boards::BoardId = desk.board.parse().unwrap();
        let mut ids: Vec<work::items::ItemId> = Vec::new();
        for number in 0..40 {
            ids.push(home.item("admin", &desk, number % 3, &format!("Item {number}")).await.parse().unwrap());
        }
        let groups: Vec<work::groups::GroupId> = desk.groups.iter().map(|group| group.parse().unwrap()).collect();
        let tasks: Vec<_> = (0..100)
            .map(|turn: usize| {
                let home = home.clone();
                // Item 0 stays, all others crowd around it; some go to other groups and come back.
                let item = ids[1 + turn % 39];
                let to = match turn % 5 {
                    0 => ItemMove { group_id: Some(groups[0]), before: Some(ids[0]), ..ItemMove::default() },
                    1 => ItemMove { group_id: Some(groups[1]), ..ItemMove::default() },
                    _ => ItemMove { group_id: Some(groups[0]), after: Some(ids[0]), ..ItemMove::default() },
                };
                tokio::spawn(async move {
                    let caller = home.caller("developer");
                    let permit = caller.permit::<Tasks>(Level::Limited).unwrap();
                    let write = async move |tx: &mut TenantTx| actions::relocate(tx, permit, item, to, None).await;
                    home.store.tenant(&caller).write(write).await.map(drop)
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let mut seen = HashSet::new();
        for group in 0..3 {
            for title in home.titles(&desk, group).await {
                assert!(seen.insert(title.clone()), "{title} is there twice");
            }
        }
        assert_eq!(seen.len(), 40);
        assert_distinct_positions(&home, board).await;
        let chain = home.door("admin").read(async |tx: &mut TenantTx| tx.verify_chain().await).await.unwrap();
        assert!(chain.is_ok());
    }

    async fn the_same_request_a_hundred_times_makes_one_item(home) {
        let desk = home.desk("WEB", "").await;
        let home = Arc::new(home);
        let path = format!("POST /boards/{}/items", desk.board);
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let (home, path) = (home.clone(), path.clone());
                tokio::spawn(async move {
                    let key = [("idempotency-key", "the-one")];
                    home.send("tester", &path, &key, Some(json!({"title": "Once"}))).await.made()
                })
            })
            .collect();
        let mut made = HashSet::new();
        for task in tasks {
            made.insert(task.await.unwrap());
        }
        assert_eq!(made.len(), 1);
        assert_eq!(home.titles(&desk, 0).await, ["Once"]);
    }
}

async fn assert_distinct_positions(home: &crate::home::Home, board: work::boards::BoardId) {
    let rows = home
        .door("admin")
        .read(async move |tx: &mut TenantTx| {
            work::items::list::of_board(tx, board, &Default::default(), Default::default(), None, 1_000).await
        })
        .await
        .unwrap();
    let places: HashSet<_> = rows.iter().map(|row| (row.group_id, row.position.clone())).collect();
    assert_eq!(places.len(), rows.len(), "every place is one item's");
    assert!(rows.iter().all(|row| row.position.len() <= 6), "positions stay short");
}
