use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn what_is_another_workspaces_is_not_there(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let own = browser.home.desk("OTH", "@2").await;
        let (board, group) = (format!("/boards/{}", desk.board), &desk.groups[0]);
        for path in [
            format!("/projects/{}", desk.project),
            board.clone(),
            format!("{board}/table"),
            format!("{board}/archive"),
            format!("{board}/access"),
            format!("{board}/groups/{group}/cards"),
            format!("/items/{item}"),
            format!("/items/{item}/feed"),
            format!("/items/{item}/live"),
            format!("/items/{item}/pick/labels"),
            "/boards/brd_00000000000000000000000000".into(),
            "/items/item_00000000000000000000000000".into(),
            "/items/nonsense".into(),
            format!("/items/{item}/pick/nonsense"),
        ] {
            browser.open("admin@2", &path).await.is(404).has("There is nothing here").lacks("Write the news");
            browser.part("admin@2", &path).await.refused(404, "not_found");
        }
        for (path, form) in [
            (format!("/projects/{}/boards", desk.project), vec![("name", "x")]),
            (format!("{board}/groups"), vec![("name", "x")]),
            (format!("{board}/groups/{group}"), vec![("name", "x")]),
            (format!("{board}/groups/{group}/items"), vec![("title", "x")]),
            (format!("/boards/{}/groups/{group}/items", own.board), vec![("title", "x")]),
            (format!("/items/{item}/title"), vec![("title", "x")]),
            (format!("/items/{item}/labels"), vec![("create", "x")]),
            (format!("/items/{item}/move"), vec![("group_id", own.groups[0].as_str())]),
            (format!("/items/{item}/archive"), vec![]),
            (format!("/items/{item}/restore"), vec![]),
            (format!("/items/{item}/checklists"), vec![("title", "x")]),
            (format!("/items/{item}/updates"), vec![("body", "x")]),
        ] {
            browser.post("admin@2", &path, Script, &form).await.refused(404, "not_found");
            browser.post("admin@2", &path, Hand, &form).await.is(404);
        }
        browser.delete("admin@2", &format!("/items/{item}"), Script).await.refused(404, "not_found");
        browser.part("admin@2", "/search?q=news").await.fragment().lacks("WEB-1");
        browser.open("admin@2", "/projects").await.ok().lacks("Website</a><span").has("OTH").lacks(">WEB<");
        browser.part("viewer", &format!("/boards/{}/groups/{}/cards", desk.board, own.groups[0])).await.refused(404, "not_found");
        assert_eq!(browser.item(&item).await["version"], 1);
    }

    async fn the_signed_out_are_asked_to_sign_in(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let path = format!("/boards/{}?q=a", desk.board);
        let login = format!("/login?next=/boards/{}%3Fq%3Da", desk.board);
        browser.open("nobody", &path).await.leads_to(&login).lacks("Write the news");
        browser.part("nobody", &path).await.refused(401, "unauthenticated");
        browser.post("nobody", &format!("/items/{item}/title"), Script, &[("title", "x")]).await.refused(401, "unauthenticated");
    }
}
