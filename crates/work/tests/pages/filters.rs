use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Script};

both_engines! {
    async fn a_filter_narrows_the_board(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let second = browser.home.item("admin", &desk, 0, "50% off_all").await;
        let third = browser.home.item("admin", &desk, 1, "Third").await;
        let labels = format!("/projects/{}/labels", desk.project);
        let bug = browser.home.post("admin", &labels, json!({"name": "Bug"})).await.made();
        let hot = browser.home.post("admin", &labels, json!({"name": "Hot"})).await.made();
        let user = crate::home::user("tester").to_string();
        browser.home.patch("admin", &format!("/items/{item}"), json!({"labels": [bug]})).await.ok();
        browser.home.patch("admin", &format!("/items/{second}"), json!({"labels": [hot], "status": "done"})).await.ok();
        browser.home.patch("admin", &format!("/items/{third}"), json!({"assignees": [user], "labels": [bug]})).await.ok();
        for (query, found) in [
            ("q=NEWS".to_owned(), vec![&item]),
            ("q=WEB-2".to_owned(), vec![&second]),
            ("q=%25%20off_".to_owned(), vec![&second]),
            ("q=%25%25".to_owned(), vec![]),
            (format!("label={bug}"), vec![&item, &third]),
            (format!("label={bug}&label={hot}"), vec![&item, &second, &third]),
            (format!("assignee={user}"), vec![&third]),
            ("status=done".to_owned(), vec![&second]),
            ("status=done&status=todo".to_owned(), vec![&item, &second, &third]),
            (format!("status=todo&label={bug}&assignee={user}"), vec![&third]),
            ("status=nonsense&label=lbl_x&assignee=".to_owned(), vec![&item, &second, &third]),
        ] {
            for (view, prefix) in [("", "card"), ("/table", "row")] {
                let shown = browser.open("viewer", &format!("/boards/{}{view}?{query}", desk.board)).await.ok();
                for one in [&item, &second, &third] {
                    let is_there = shown.text.contains(&format!("id=\"{prefix}-{one}\""));
                    assert_eq!(is_there, found.contains(&one), "{query}{view}: {one}");
                }
                assert_eq!(shown.text.contains("No item passes the filter."), found.is_empty(), "{query}{view}");
            }
        }
        let shown = browser.open("viewer", &format!("/boards/{}?label={bug}&q=%3Cb%3E", desk.board)).await.ok();
        shown.has(&format!("value=\"{bug}\" checked")).has("value=\"&#60;b&#62;\"").has("data-count=\"0\"").has("id=\"filter-active\">1<");
    }

    async fn an_empty_board_is_not_blamed_on_a_filter(home) {
        let browser = Browser::new(home);
        let desk = browser.home.desk("WEB", "").await;
        for view in ["", "/table"] {
            browser.open("viewer", &format!("/boards/{}{view}", desk.board)).await.ok().lacks("No item passes");
        }
    }

    async fn what_follows_keeps_the_filter(home) {
        let browser = Browser::new(home);
        let (desk, _) = browser.desk().await;
        for number in 0..60 {
            browser.home.item("admin", &desk, 1, &format!("Task & {number}")).await;
        }
        for number in 0..60 {
            browser.home.item("admin", &desk, 1, &format!("Other {number}")).await;
        }
        let board = format!("/boards/{}", desk.board);
        let first = browser.open("viewer", &format!("{board}?q=task+%26&status=todo")).await.ok();
        assert_eq!(first.count("<li class=\"card\""), 50);
        let more = first.text.split("class=\"more\" hx-get=\"").nth(1).unwrap().split('"').next().unwrap();
        let more = more.replace("&#38;", "&");
        assert!(more.contains("&q=task+%26&status=todo"), "{more}");
        let rest = browser.part("viewer", &more).await.fragment().has("Task &#38; 59").lacks("Other").lacks("class=\"more\"");
        assert_eq!(rest.count("<li class=\"card\""), 10);
        browser.send("viewer", &format!("GET {board}/groups/{}/cards?cursor=x", desk.groups[1]), Script, &[]).await.refused(400, "bad_cursor");
        browser.part("viewer", &format!("{board}/groups/{}/cards?view=x", desk.groups[1])).await.is(400);
    }
}
