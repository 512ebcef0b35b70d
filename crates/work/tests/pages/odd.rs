use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Script};

both_engines! {
    async fn what_people_type_is_shown_and_never_run(home) {
        let browser = Browser::new(home);
        let (desk, _) = browser.desk().await;
        let long = "A long title ".repeat(15) + "ends";
        let titles = [
            ("<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"),
            ("\"><img src=x onerror=alert(1)>", "&#34;&#62;&#60;img src=x onerror=alert(1)&#62;"),
            ("مرحبا بالعالم", "مرحبا بالعالم"),
            ("{{ 7 * 7 }} 'x' &amp;", "{{ 7 * 7 }} &#39;x&#39; &#38;amp;"),
            (long.as_str(), long.as_str()),
        ];
        for (title, shown) in titles {
            let item = browser.home.item("admin", &desk, 0, title).await;
            let markdown = "Look: <script>alert(2)</script> [x](javascript:alert(3)) *ok* <b style=\"color:red\" onclick=\"a()\">b</b>";
            browser.home.patch("admin", &format!("/items/{item}"), json!({"description": markdown})).await.ok();
            browser.home.post("admin", &format!("/items/{item}/updates"), json!({"body": markdown})).await.made();
            let lists = format!("/items/{item}/checklists");
            let list = browser.home.post("admin", &lists, json!({"title": title})).await.made();
            browser.home.post("admin", &format!("{lists}/{list}/entries"), json!({"text": title})).await.made();
            let board = format!("/boards/{}", desk.board);
            for page in [
                browser.open("admin", &board).await,
                browser.open("admin", &format!("{board}/table")).await,
                browser.open("viewer", &format!("/items/{item}")).await,
                browser.open("admin", &format!("/items/{item}")).await,
                browser.part("admin", &format!("/items/{item}")).await,
                browser.part("admin", "/search?q=alert").await,
                browser.post("admin", &format!("/items/{item}/priority"), Script, &[("priority", "low")]).await,
            ] {
                let page = page.ok();
                if !page.line.contains("/search") {
                    assert!(page.text.contains(shown), "{} lacks {shown}", page.line);
                }
                let page = page.lacks("<script>").lacks("<img").lacks("href=\"javascript");
                page.lacks("<b style");
            }
            browser.open("viewer", &format!("/items/{item}")).await.has("<em>ok</em>");
        }
        let path = format!("/boards/{}/groups/{}/items", desk.board, desk.groups[0]);
        let too_long = "x".repeat(501);
        for wrong in ["", "  ", "two\nlines", too_long.as_str(), "a\u{202e}b"] {
            browser.post("admin", &path, Script, &[("title", wrong)]).await.refused(422, "invalid").has("\"/title\"");
        }
        browser.post("admin", &path, Script, &[]).await.refused(422, "invalid").has("\"/title\"");
    }
}
