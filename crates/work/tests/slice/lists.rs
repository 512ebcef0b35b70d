use serde_json::json;

use crate::both_engines;
use crate::home::{Desk, Home, user};

/// Twelve items that differ in all that can be sorted and filtered.
async fn fill(home: &Home) -> (Desk, String) {
    let desk = home.desk("WEB", "").await;
    let label = home
        .post("admin", &format!("/projects/{}/labels", desk.project), json!({"name": "Bug"}))
        .await
        .made();
    let statuses = ["todo", "doing", "done", "cancelled"];
    for number in 1..=12 {
        let mut body = json!({
            "title": format!("Item {}", (number * 7) % 12),
            "group_id": desk.groups[number % 3],
            "status": statuses[number % 4],
        });
        if number % 2 == 0 {
            body["due_on"] = json!(format!("2026-0{}-01", 1 + number % 5));
            body["assignees"] = json!([user("viewer")]);
        }
        if number % 3 == 0 {
            body["labels"] = json!([label]);
        }
        home.clock.advance(std::time::Duration::from_secs(1));
        home.post("developer", &format!("/boards/{}/items", desk.board), body).await.made();
    }
    (desk, label)
}

/// All numbers of a list, page by page.
async fn walk(home: &Home, path: &str, limit: usize) -> Vec<i64> {
    let sign = if path.contains('?') { '&' } else { '?' };
    let mut numbers = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = home.get("viewer", &format!("{path}{sign}limit={limit}{cursor}")).await.ok();
        let some = page.list("number");
        assert!(some.len() <= limit);
        numbers.extend(some.iter().map(|number| number.parse::<i64>().unwrap()));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return numbers,
        }
    }
}

both_engines! {
    async fn every_sort_is_total_both_ways_page_by_page(home) {
        let (desk, _) = fill(&home).await;
        let items = format!("/boards/{}/items", desk.board);
        let all = home.get("viewer", &format!("{items}?limit=1000")).await.ok();
        for field in ["position", "number", "title", "due_on", "updated_at"] {
            for sort in [field.to_owned(), format!("-{field}")] {
                let path = format!("{items}?sort={sort}");
                let whole = walk(&home, &path, 1_000).await;
                assert_eq!(whole.len(), 12, "{sort}");
                for limit in [1, 5, 12] {
                    assert_eq!(walk(&home, &path, limit).await, whole, "{sort} by {limit}");
                }
                let filtered = walk(&home, &format!("{path}&archived=all"), 5).await;
                assert_eq!(filtered, whole, "{sort} of all");
            }
            let up = walk(&home, &format!("{items}?sort={field}"), 1_000).await;
            let mut down = walk(&home, &format!("{items}?sort=-{field}"), 1_000).await;
            down.reverse();
            assert_eq!(up, down, "{field}");
        }
        assert_eq!(walk(&home, &format!("{items}?sort=number"), 100).await, (1..=12).collect::<Vec<_>>());
        assert_eq!(walk(&home, &format!("{items}?sort=-updated_at"), 100).await, (1..=12).rev().collect::<Vec<_>>());
        let titles = home.get("viewer", &format!("{items}?sort=title")).await.ok().list("title");
        let mut sorted = all.list("title");
        sorted.sort();
        assert_eq!(titles, sorted);
        let due = home.get("viewer", &format!("{items}?sort=due_on")).await.ok().list("due_on");
        assert!(due[..6].is_sorted() && due[6..].iter().all(|due| due == "null"), "{due:?}");
    }

    async fn filters_let_through_what_they_say(home) {
        let (desk, label) = fill(&home).await;
        let items = format!("/boards/{}/items", desk.board);
        let sixes = (1..=12).filter(|number| number % 2 == 0).collect::<Vec<i64>>();
        for (query, expected) in [
            ("status=doing".to_owned(), vec![1, 5, 9]),
            (format!("assignee={}", user("viewer")), sixes.clone()),
            (format!("assignee={}", user("admin")), vec![]),
            (format!("label={label}"), vec![3, 6, 9, 12]),
            (format!("group={}", desk.groups[1]), vec![1, 4, 7, 10]),
            (format!("group={}&status=todo", desk.groups[1]), vec![4]),
            ("due_before=2026-02-01".to_owned(), vec![10]),
            ("due_before=2026-03-01&status=doing".to_owned(), vec![]),
            ("q=item%201".to_owned(), vec![1 + 6, 10, 5]),
            ("q=WEB-7".to_owned(), vec![7]),
            ("q=12".to_owned(), vec![12]),
            ("q=%25".to_owned(), vec![]),
            ("q=_".to_owned(), vec![]),
            ("q=%5C".to_owned(), vec![]),
            (format!("status=todo&assignee={}&label={label}", user("viewer")), vec![12]),
        ] {
            let mut expected = expected;
            expected.sort_unstable();
            for limit in [2, 1_000] {
                let mut found = walk(&home, &format!("{items}?{query}"), limit).await;
                found.sort_unstable();
                assert_eq!(found, expected, "{query}");
                let mut found = walk(&home, &format!("{items}?{query}&sort=-title&archived=all"), limit).await;
                found.sort_unstable();
                assert_eq!(found, expected, "{query} of all");
            }
        }
    }

    async fn incident_17_only_known_sorts_and_filters_are_taken(home) {
        let (desk, _) = fill(&home).await;
        let items = format!("/boards/{}/items", desk.board);
        for sort in ["", "-", "id", "workspace_id", "password", "title;drop", "title,number", "--title", "TITLE", "title desc", "1"] {
            let sort = sort.replace(' ', "%20").replace(';', "%3B");
            home.get("admin", &format!("{items}?sort={sort}")).await.is(400);
        }
        for bad in ["status=open", "assignee=me", "group=1", "due_before=tomorrow", "archived=yes", "label=bug", "filter=x", "limit=0", "cursor=AAAA"] {
            home.get("admin", &format!("{items}?{bad}")).await.is(400);
        }
        let page = home.get("admin", &format!("{items}?limit=2&sort=title")).await.ok();
        let cursor = page.json["next_cursor"].as_str().unwrap().to_owned();
        home.get("admin", &format!("{items}?limit=2&sort=number&cursor={cursor}")).await.refused(400, "bad_cursor");
        home.get("admin", &format!("/projects?cursor={cursor}")).await.refused(400, "bad_cursor");
    }

    async fn a_group_of_another_board_filters_to_nothing(home) {
        let (desk, _) = fill(&home).await;
        let (_, groups) = home.board("admin", &desk.project, "Other").await;
        let path = format!("/boards/{}/items?group={}", desk.board, groups[0]);
        assert!(home.get("viewer", &path).await.ok().list("id").is_empty());
    }

    async fn search_finds_titles_and_numbers_of_this_workspace(home) {
        let (desk, _) = fill(&home).await;
        let other = home.desk("OTH", "@2").await;
        home.item("admin@2", &other, 0, "Item of others").await;
        let found = async |q: &str| home.get("viewer", &format!("/search?q={q}")).await.ok().list("key");
        assert_eq!(found("web-7").await, ["WEB-7"]);
        assert_eq!(found("7").await[0], "WEB-7");
        assert_eq!(found("ITEM").await.len(), 12);
        assert!(found("others").await.is_empty());
        assert!(found("%25").await.is_empty());
        let hit = home.get("viewer", "/search?q=WEB-1").await.ok();
        assert_eq!((&hit.json["data"][0]["board_id"], &hit.json["data"][0]["board_name"]), (&json!(desk.board), &json!("Launch")));
        for bad in ["/search", "/search?q=", "/search?q=%20", "/search?q=%00", &format!("/search?q={}", "x".repeat(201))] {
            home.get("viewer", bad).await.is(400);
        }
    }
}
