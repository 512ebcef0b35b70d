use crate::both_engines;
use crate::browser::{Browser, Hand, ROLES, Script};

both_engines! {
    async fn every_page_opens_for_every_role(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let (board, first) = (&desk.board, &desk.groups[0]);
        browser.home.post("developer", &format!("/items/{item}/updates"), serde_json::json!({"body": "Hi"})).await.made();
        for role in ROLES {
            for (path, text) in [
                ("/projects".to_owned(), "Website"),
                (format!("/projects/{}", desk.project), "Launch"),
                (format!("/boards/{board}"), "Write the news"),
                (format!("/boards/{board}/table"), "Write the news"),
                (format!("/boards/{board}/archive"), "Nothing is archived"),
                (format!("/items/{item}"), "Write the news"),
            ] {
                browser.open(role, &path).await.ok().has("<html").has(text).has("side-nav").has("Fernglow");
            }
            for (path, text) in [
                (format!("/boards/{board}/access"), "viewer"),
                (format!("/boards/{board}/groups/{first}/cards?view=kanban"), "class=\"card\""),
                (format!("/boards/{board}/groups/{first}/cards?view=table"), "class=\"grid-row\""),
                (format!("/items/{item}"), "panel-body"),
                (format!("/items/{item}/feed"), "created this item"),
                ("/search?q=news".to_owned(), "WEB-1"),
            ] {
                browser.part(role, &path).await.fragment().has(text);
            }
        }
    }

    async fn what_one_may_not_do_is_not_there(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let board = format!("/boards/{}", desk.board);
        let own = browser.home.item("tester", &desk, 1, "Mine").await;

        for role in ["admin", "manager", "team_lead"] {
            browser.open(role, "/projects").await.has("id=\"new\"").has("href=\"/import\"");
            browser.open(role, &format!("/projects/{}", desk.project)).await.has("/boards\"");
            browser.open(role, &board).await.has("data-group-new").has("data-sortable").has("id=\"bulk\"").has("group-menu");
        }
        for role in ["developer", "tester", "viewer"] {
            browser.open(role, "/projects").await.lacks("id=\"new\"").lacks("href=\"/import\"");
            browser.open(role, &board).await.lacks("data-group-new").lacks("group-menu");
        }
        browser.open("developer", &board).await.has("data-sortable").has("data-quick").has("id=\"bulk\"");
        browser.open("tester", &board).await.lacks("data-sortable").has("data-quick").lacks("id=\"bulk\"");

        let item = format!("/items/{item}");
        let edits = ["name=\"title\"", "data-md-edit", "pick/labels", "/archive\"", "checklist-new"];
        for text in edits {
            browser.part("developer", &item).await.has(text);
            browser.part("tester", &item).await.lacks(text);
            browser.part("tester", &format!("/items/{own}")).await.has(text);
        }
        browser.part("tester", &item).await.has("pick/status").has("data-composer").lacks("hx-delete");
        browser.part("developer", &item).await.has("hx-delete=\"/items/");
        browser.part("tester", &format!("/items/{own}")).await.lacks("hx-delete=\"/items/");
    }

    async fn a_viewer_finds_no_form_and_no_button_that_changes(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let lists = format!("/items/{item}/checklists");
        let list = browser.home.post("developer", &lists, serde_json::json!({"title": "Before"})).await.made();
        browser.home.post("developer", &format!("{lists}/{list}/entries"), serde_json::json!({"text": "one"})).await.made();
        browser.home.post("developer", &format!("/items/{item}/updates"), serde_json::json!({"body": "Hi"})).await.made();
        let board = format!("/boards/{}", desk.board);
        for path in [board.clone(), format!("{board}/table"), format!("{board}/archive"), format!("/items/{item}"), "/projects".into()] {
            let shown = browser.open("viewer", &path).await.ok();
            // The frame has forms of its own.
            let own = ["/session/workspace", "/logout", "/sudo"].map(|action| shown.count(&format!("action=\"{action}\"")));
            assert_eq!(shown.count("method=\"post\""), own.iter().sum::<usize>(), "{path}");
            shown.lacks("hx-post").lacks("hx-delete").lacks("data-pick=").lacks("data-edit=").lacks("data-save").lacks("data-sortable").lacks("data-md-edit").lacks("data-edit-cell");
        }
        browser.part("viewer", &format!("/items/{item}")).await.fragment().lacks("<form").lacks("<textarea").lacks("hx-post");
    }

    async fn a_viewer_is_refused_whatever_they_send(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let lists = format!("/items/{item}/checklists");
        let list = browser.home.post("developer", &lists, serde_json::json!({"title": "Before"})).await.made();
        let entry = browser.home.post("developer", &format!("{lists}/{list}/entries"), serde_json::json!({"text": "one"})).await.made();
        let update = browser.home.post("developer", &format!("/items/{item}/updates"), serde_json::json!({"body": "Hi"})).await.made();
        let before = browser.item(&item).await;
        let records = browser.home.records("").await.len();
        let (board, group) = (format!("/boards/{}", desk.board), &desk.groups[0]);
        let user = crate::home::user("tester").to_string();
        for (path, form) in [
            ("/projects".to_owned(), vec![("name", "x"), ("key", "XY")]),
            (format!("/projects/{}/boards", desk.project), vec![("name", "x")]),
            (format!("{board}/groups"), vec![("name", "x")]),
            (format!("{board}/groups/{group}"), vec![("name", "x")]),
            (format!("{board}/groups/{group}/items"), vec![("title", "x")]),
            (format!("/items/{item}/title"), vec![("title", "x")]),
            (format!("/items/{item}/description"), vec![("description", "x")]),
            (format!("/items/{item}/status"), vec![("status", "done")]),
            (format!("/items/{item}/priority"), vec![("priority", "high")]),
            (format!("/items/{item}/labels"), vec![("create", "x")]),
            (format!("/items/{item}/assignees"), vec![("add", user.as_str())]),
            (format!("/items/{item}/dates"), vec![("due_on", "2026-03-01")]),
            (format!("/items/{item}/move"), vec![("group_id", desk.groups[1].as_str())]),
            (format!("/items/{item}/archive"), vec![]),
            (format!("/items/{item}/restore"), vec![]),
            (lists.clone(), vec![("title", "x")]),
            (format!("{lists}/{list}"), vec![("title", "x")]),
            (format!("{lists}/{list}/entries"), vec![("text", "x")]),
            (format!("{lists}/{list}/entries/{entry}"), vec![("done", "true")]),
            (format!("/items/{item}/updates"), vec![("body", "x")]),
            (format!("/updates/{update}"), vec![("body", "x")]),
        ] {
            browser.post("viewer", &path, Script, &form).await.refused(403, "forbidden");
            browser.post("viewer", &path, Hand, &form).await.is(403).has("<html");
        }
        for path in [
            format!("/items/{item}"),
            format!("{lists}/{list}"),
            format!("{lists}/{list}/entries/{entry}"),
            format!("/updates/{update}"),
        ] {
            browser.delete("viewer", &path, Script).await.refused(403, "forbidden");
        }
        assert_eq!(browser.item(&item).await, before);
        assert_eq!(browser.home.records("").await.len(), records);
    }
}
