use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn an_update_is_written_edited_and_deleted(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let path = format!("/items/{item}/updates");
        browser.post("tester", &path, Script, &[("body", "It *works*")]).await.fragment().has("<em>works</em>");
        browser.home.clock.advance(std::time::Duration::from_secs(1));
        browser.post("developer", &path, Hand, &[("body", "By hand")]).await.leads_to(&format!("/items/{item}"));
        let ids = browser.home.get("viewer", &path).await.ok().list("id");
        let (tester, developer) = (format!("/updates/{}", ids[0]), format!("/updates/{}", ids[1]));
        // One edits one's own; deletes one's own, and with full rights anybody's.
        let shown = browser.part("tester", &format!("/items/{item}")).await;
        shown.has(&format!("hx-post=\"{tester}\"")).has(&format!("hx-delete=\"{tester}\"")).lacks(&developer);
        let shown = browser.part("developer", &format!("/items/{item}")).await;
        shown.has(&format!("hx-delete=\"{tester}\"")).lacks(&format!("hx-post=\"{tester}\"")).has(&format!("hx-post=\"{developer}\""));
        browser.post("tester", &tester, Script, &[("body", "Better")]).await.fragment().has("Better").has("edited");
        browser.post("developer", &tester, Script, &[("body", "x")]).await.refused(403, "not_yours");
        browser.post("tester", &path, Script, &[("body", " ")]).await.refused(422, "invalid").has("\"/body\"");
        browser.delete("tester", &developer, Script).await.refused(403, "not_yours");
        browser.delete("developer", &tester, Script).await.fragment().lacks("Better").has("deleted an update");
        assert_eq!(browser.home.get("viewer", &path).await.ok().list("body"), ["By hand"]);
        browser.delete("developer", &tester, Script).await.refused(404, "not_found");
    }

    async fn a_long_feed_comes_in_stretches_and_nothing_is_lost(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        for number in 0..100 {
            browser.home.post("developer", &format!("/items/{item}/updates"), json!({"body": format!("Update {number}.")})).await.made();
            browser.home.clock.advance(std::time::Duration::from_secs(1));
        }
        let mut shown = browser.part("viewer", &format!("/items/{item}")).await.fragment().has("Update 99.").lacks("Update 10.");
        let mut seen = Vec::new();
        loop {
            seen.extend((0..100).filter(|number| shown.text.contains(&format!("Update {number}."))));
            let Some(earlier) = shown.text.split("class=\"feed-more\"").nth(1) else { break };
            let earlier = earlier.split("hx-get=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            shown = browser.part("viewer", &earlier).await.fragment();
        }
        shown.has("created this item");
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        browser.part("viewer", &format!("/items/{item}/feed?before=x")).await.refused(400, "bad_cursor");
    }

    async fn much_text_comes_in_shorter_stretches(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let long = "word ".repeat(15_000);
        browser.home.patch("developer", &format!("/items/{item}"), json!({"description": long})).await.ok();
        for number in 0..8 {
            let body = format!("Update {number}. {long}");
            browser.home.clock.advance(std::time::Duration::from_secs(1));
            browser.home.post("developer", &format!("/items/{item}/updates"), json!({"body": body})).await.made();
        }
        let mut shown = browser.part("viewer", &format!("/items/{item}")).await.fragment().has("Update 7.").lacks("Update 4.");
        let mut seen = Vec::new();
        loop {
            seen.extend((0..8).filter(|number| shown.text.contains(&format!("Update {number}."))));
            let Some(earlier) = shown.text.split("class=\"feed-more\"").nth(1) else { break };
            let earlier = earlier.split("hx-get=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            shown = browser.part("viewer", &earlier).await.fragment();
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..8).collect::<Vec<_>>());
        // Cards do not read what they do not show.
        let desk = browser.item(&item).await;
        let board = browser.open("viewer", &format!("/boards/{}", desk["board_id"].as_str().unwrap())).await.ok();
        assert!(board.text.len() < 60_000);
    }

    async fn times_are_the_viewers(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        // The browser of the tests is in Tokyo; its page falls back to the time there.
        browser.open("viewer", &format!("/items/{item}")).await.ok().has("datetime=\"2025-10-09T08:53:20.000000Z\"").has("9 Oct 2025, 17:53 JST");
    }
}
