//! What lists hold: as many rows as were asked for, and about 4 MiB.

use kernel::access::{Level, Tasks};
use serde_json::{Value, json};
use store::TenantTx;
use web::Cursor;
use work::checklists::{NewEntry, Title, actions};
use work::items::ItemId;

use crate::both_engines;
use crate::home::Home;

const MIB: usize = 1_024 * 1_024;

/// The pages of a list of up to a thousand rows a page.
async fn pages(home: &Home, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = home.get("viewer", &format!("{path}?limit=1000{cursor}")).await.ok().json;
        let bytes = page.to_string().len();
        assert!(bytes < 5 * MIB, "{path}: {bytes} bytes");
        pages.push(page["data"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

fn numbers(pages: &[Vec<Value>]) -> Vec<i64> {
    pages.iter().flatten().map(|item| item["number"].as_i64().unwrap()).collect()
}

both_engines! {
    async fn long_descriptions_make_short_pages(home) {
        let desk = home.desk("WEB", "").await;
        let long = "x".repeat(100_000);
        for number in 1..=50 {
            let body = json!({"title": format!("Item {number}"), "description": long});
            home.post("developer", &format!("/boards/{}/items", desk.board), body).await.made();
        }
        let pages = pages(&home, &format!("/boards/{}/items", desk.board)).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [41, 9]);
        assert_eq!(numbers(&pages), (1..=50).collect::<Vec<_>>());
        assert!(pages.iter().flatten().all(|item| item["description"] == long.as_str()));
    }

    async fn long_checklists_do_as_well(home) {
        let desk = home.desk("WEB", "").await;
        let permit = home.caller("admin").permit::<Tasks>(Level::Full).unwrap();
        for number in 0..6 {
            let item: ItemId = home.item("admin", &desk, 0, &format!("Item {number}")).await.parse().unwrap();
            let fill = async move |tx: &mut TenantTx| {
                let list = actions::add(tx, permit, item, Title { title: "Much".into() }, None).await?.id;
                for _ in 0..450 {
                    let new = NewEntry { text: "x".repeat(2_000), done: false };
                    actions::add_entry(tx, permit, item, list, new, None).await?;
                }
                Ok(())
            };
            home.door("admin").write(fill).await.unwrap();
        }
        for _ in 0..100 {
            home.item("admin", &desk, 0, "Short").await;
        }
        let pages = pages(&home, &format!("/boards/{}/items", desk.board)).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 102]);
        assert_eq!(numbers(&pages), (1..=106).collect::<Vec<_>>());
        let entries = pages[0][3]["checklists"][0]["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 450);
    }

    async fn long_updates_and_histories_do_as_well(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        for number in 0..45 {
            let body = format!("{number:02} {}", "x".repeat(99_990));
            home.clock.advance(std::time::Duration::from_secs(1));
            home.post("tester", &format!("/items/{item}/updates"), json!({"body": body})).await.made();
        }
        let updates = pages(&home, &format!("/items/{item}/updates")).await;
        assert_eq!(updates.iter().map(Vec::len).collect::<Vec<_>>(), [41, 4]);
        let begins: Vec<usize> = updates.iter().flatten().map(|update| update["body"].as_str().unwrap()[..2].parse().unwrap()).collect();
        assert_eq!(begins, (0..45).collect::<Vec<_>>());

        for number in 0..25 {
            let description = format!("{number:02} {}", "x".repeat(99_990));
            home.clock.advance(std::time::Duration::from_secs(1));
            home.patch("admin", &format!("/items/{item}"), json!({"description": description})).await.ok();
        }
        let history = pages(&home, &format!("/items/{item}/activity")).await;
        // Each has an old and a new text, but for the first description.
        assert_eq!(history.iter().map(Vec::len).collect::<Vec<_>>(), [20, 6]);
        let first = history.iter().flatten().next_back().unwrap();
        assert_eq!(first["kind"], "created");
    }

    async fn a_cursor_of_another_kind_of_key_is_none(home) {
        let desk = home.desk("WEB", "").await;
        let item = home.item("admin", &desk, 0, "Write").await;
        let forged = |field: &str, key: Value| {
            Cursor::write(&json!({"sort": {"field": field, "descending": false}, "key": key, "id": item})).unwrap()
        };
        for (field, right, wrong) in [
            ("position", json!(""), json!(1)),
            ("number", json!(0), json!("x")),
            ("title", json!(""), json!(1)),
            ("due_on", json!(""), json!(1)),
            ("updated_at", json!(0), json!("x")),
        ] {
            let list = format!("/boards/{}/items?sort={field}&cursor=", desk.board);
            home.get("viewer", &format!("{list}{}", forged(field, wrong.clone()))).await.refused(400, "bad_cursor");
            home.get("viewer", &format!("{list}{}&archived=all", forged(field, wrong))).await.refused(400, "bad_cursor");
            assert_eq!(home.get("viewer", &format!("{list}{}", forged(field, right))).await.ok().list("id"), [item.as_str()]);
        }
        let group = format!("/boards/{}/items?group={}&cursor=", desk.board, desk.groups[0]);
        home.get("viewer", &format!("{group}{}", forged("position", json!(1)))).await.refused(400, "bad_cursor");
    }
}
