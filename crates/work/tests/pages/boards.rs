use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn a_group_is_added_renamed_and_limited(home) {
        let browser = Browser::new(home);
        let (desk, _) = browser.desk().await;
        let (board, group) = (format!("/boards/{}", desk.board), &desk.groups[0]);
        browser.post("admin", &format!("{board}/groups"), Hand, &[("name", "Waiting")]).await.leads_to(&board);
        let groups = format!("/boards/{}/groups", desk.board);
        assert_eq!(browser.home.get("viewer", &groups).await.ok().list("name"), ["To do", "Doing", "Done", "Waiting"]);

        let path = format!("{board}/groups/{group}");
        let named = browser.post("admin", &path, Script, &[("name", "Now <b>")]).await.fragment();
        assert_eq!(named.targets(), [format!("#group-name-{group}"), format!("#count-{group}")]);
        named.has("Now &#60;b&#62;").has("data-count=\"1\"").lacks("data-limit");
        let limited = browser.post("admin", &path, Script, &[("wip_limit", "1")]).await.fragment();
        limited.has("data-limit=\"1\"").lacks("is-over");
        browser.home.item("admin", &desk, 0, "Second").await;
        browser.open("viewer", &board).await.ok().has("is-over").has("over the limit");
        browser.post("admin", &path, Hand, &[("wip_limit", "")]).await.leads_to(&board);
        let read = browser.home.get("viewer", &format!("/boards/{}/groups/{group}", desk.board)).await.ok().json;
        assert_eq!((&read["name"], &read["wip_limit"]), (&json!("Now <b>"), &json!(null)));
        for wrong in ["0", "-1", "many", "10001", "1.5"] {
            let refused = browser.post("admin", &path, Script, &[("wip_limit", wrong)]).await.refused(422, "invalid");
            refused.has("\"/wip_limit\"");
        }
        browser.post("admin", &path, Script, &[("name", "")]).await.refused(422, "invalid").has("\"/name\"");
        browser.post("developer", &path, Script, &[("name", "x")]).await.refused(403, "forbidden");
    }

    async fn a_group_goes_one_place_on(home) {
        let browser = Browser::new(home);
        let (desk, _) = browser.desk().await;
        let board = format!("/boards/{}", desk.board);
        for (group, to, names) in [
            (0, "right", ["Doing", "To do", "Done"]),
            (2, "left", ["Doing", "Done", "To do"]),
            (2, "left", ["Done", "Doing", "To do"]),
            (2, "left", ["Done", "Doing", "To do"]),
            (0, "right", ["Done", "Doing", "To do"]),
        ] {
            let group = &desk.groups[group];
            let path = format!("{board}/groups/{group}/move");
            browser.post("admin", &path, Hand, &[("to", to)]).await.leads_to(&format!("{board}#group-{group}"));
            assert_eq!(browser.home.get("viewer", &format!("/boards/{}/groups", desk.board)).await.ok().list("name"), names);
        }
        let shown = browser.open("admin", &board).await.ok();
        assert_eq!((shown.count(">Move left<"), shown.count(">Move right<")), (2, 2), "the first and the last stay inside");
        browser.open("developer", &board).await.ok().lacks("Move left");
        let path = format!("{board}/groups/{}/move", desk.groups[0]);
        browser.post("admin", &path, Hand, &[("to", "up")]).await.is(422);
        browser.post("developer", &path, Hand, &[("to", "left")]).await.is(403);
        let (other, _) = browser.home.board("admin", &desk.project, "Other").await;
        browser.post("admin", &format!("/boards/{other}/groups/{}/move", desk.groups[0]), Hand, &[("to", "left")]).await.is(404);
    }

    async fn cards_and_rows_say_what_there_is(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let label = browser.home.post("admin", &format!("/projects/{}/labels", desk.project), json!({"name": "Bug", "color": 1})).await.made();
        let user = crate::home::user("tester").to_string();
        // Now is the 9th of October 2025 in UTC and in Tokyo.
        let change = json!({"status": "doing", "priority": "urgent", "labels": [label], "assignees": [user], "due_on": "2025-10-08"});
        browser.home.patch("developer", &format!("/items/{item}"), change).await.ok();
        let lists = format!("/items/{item}/checklists");
        let list = browser.home.post("developer", &lists, json!({"title": "Before"})).await.made();
        browser.home.post("developer", &format!("{lists}/{list}/entries"), json!({"text": "one", "done": true})).await.made();
        browser.home.post("developer", &format!("/items/{item}/updates"), json!({"body": "Hi"})).await.made();
        for view in ["", "/table"] {
            let shown = browser.open("viewer", &format!("/boards/{}{view}", desk.board)).await.ok();
            let shown = shown.has("WEB-1").has("Doing").has("prio-urgent").has("Bug").has("title=\"tester\"");
            shown.has("due-overdue").has("datetime=\"2025-10-08\"").has(">8 Oct</time>").has("1/1");
        }
        browser.home.patch("developer", &format!("/items/{item}"), json!({"status": "done"})).await.ok();
        browser.open("viewer", &format!("/boards/{}", desk.board)).await.ok().has("due-done").lacks("due-overdue");
    }

    async fn the_sidebar_knows_where_one_is(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let current = format!("href=\"/boards/{}\" title=\"Launch\" aria-current=\"page\"", desk.board);
        for path in [format!("/boards/{}", desk.board), format!("/boards/{}/table?q=a", desk.board), format!("/items/{item}")] {
            browser.open("viewer", &path).await.ok().has(&current);
        }
        let project = format!("href=\"/projects/{}\" title=\"Website\" aria-current=\"page\"", desk.project);
        browser.open("viewer", &format!("/projects/{}", desk.project)).await.ok().has(&project).lacks(&current);
    }

    async fn who_can_see_it_is_said(home) {
        let browser = Browser::new(home);
        let (desk, _) = browser.desk().await;
        let list = browser.part("viewer", &format!("/boards/{}/access", desk.board)).await.fragment();
        // Two of each of six roles; the placeholder and whoever left are not among them.
        assert_eq!(list.count("<li>"), 12);
        list.has("can look").lacks("Gone").lacks("Plácehölder").lacks("@2").lacks("example.com");
        browser.open("viewer", &format!("/boards/{}", desk.board)).await.ok().has("<span class=\"num\">12</span>");
    }
}
