use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn a_project_is_made_by_its_form(home) {
        let browser = Browser::new(home);
        browser.open("admin", "/projects").await.ok().has("Projects hold your boards");
        let form = [("name", "Website"), ("key", "web"), ("description", "All that is public")];
        let made = browser.post("admin", "/projects", Hand, &form).await.is(303);
        let path = made.headers["location"].to_str().unwrap().to_owned();
        assert!(path.starts_with("/projects/prj_"));
        browser.open("viewer", &path).await.ok().has("<h1 dir=\"auto\">Website</h1>").has("All that is public").has("No boards yet");
        let read = browser.home.get("viewer", &path).await.ok().json;
        assert_eq!((&read["key"], &read["description"]), (&json!("WEB"), &json!("All that is public")));
        browser.open("viewer", "/projects").await.ok().has("Website").has("WEB");
    }

    async fn a_wrong_project_form_comes_back_as_it_was(home) {
        let browser = Browser::new(home);
        let form = [("name", "<b>\"Web"), ("key", "1"), ("description", "It stays")];
        let again = browser.post("admin", "/projects", Hand, &form).await.is(422);
        let again = again.has("<html").has("data-open-now").has("id=\"project-key-error\"").lacks("id=\"project-name-error\"");
        again.has("value=\"&#60;b&#62;&#34;Web\"").has("value=\"It stays\"");
        browser.post("admin", "/projects", Hand, &[("name", ""), ("key", "WEB")]).await.is(422).has("Must not be empty.");
        browser.post("admin", "/projects", Script, &form).await.refused(422, "invalid");
        browser.home.desk("WEB", "").await;
        let taken = browser.post("admin", "/projects", Hand, &[("name", "Other"), ("key", "WEB")]).await.is(422);
        taken.has("id=\"project-key-error\"").has("Another project has this key.");
        assert_eq!(browser.home.get("viewer", "/projects").await.ok().list("key"), ["WEB"]);
    }

    async fn a_board_is_made_by_its_form(home) {
        let browser = Browser::new(home);
        let project = browser.home.post("admin", "/projects", json!({"name": "Website", "key": "WEB"})).await.made();
        let path = format!("/projects/{project}/boards");
        browser.post("admin", &path, Hand, &[("name", "  ")]).await.is(422).has("id=\"board-name-error\"");
        let made = browser.post("admin", &path, Hand, &[("name", "Launch")]).await.is(303);
        let board = made.headers["location"].to_str().unwrap().to_owned();
        browser.open("admin", &board).await.ok().has("Give this board its first group");
        browser.open("viewer", &board).await.ok().has("Nobody has added a group yet.");
        browser.open("viewer", &format!("{board}/table")).await.ok();
        browser.open("viewer", &format!("/projects/{project}")).await.ok().has("Launch").has(&board);
        browser.open("viewer", "/projects").await.ok().has(&board);
    }

    async fn one_begins_at_the_board_that_one_saw_last(home) {
        let browser = Browser::new(home);
        let (desk, _) = browser.desk().await;
        browser.open("viewer", "/").await.leads_to("/projects");
        let seen = browser.open("viewer", &format!("/boards/{}", desk.board)).await.ok();
        let cookie = seen.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(&format!("board={}; Path=/;", desk.board)) && cookie.contains("HttpOnly"), "{cookie}");
        let with = |who: &str| format!("{who}; board={}", desk.board);
        browser.open(&with("viewer"), "/").await.leads_to(&format!("/boards/{}", desk.board));
        browser.open(&with("viewer@2"), "/").await.leads_to("/projects");
        browser.open("nobody", "/").await.leads_to("/login?next=/");
    }
}
