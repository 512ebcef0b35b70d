use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn an_item_is_archived_and_restored(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let other = browser.home.item("admin", &desk, 0, "Other").await;
        let (board, path) = (format!("/boards/{}", desk.board), format!("/items/{item}"));
        let gone = browser.post("developer", &format!("{path}/archive"), Script, &[]).await.fragment();
        gone.has("WEB-1 is archived.").has(&format!("hx-post=\"{path}/restore\"")).has("data-count=\"1\"").has("id=\"archived-count\">1<");
        assert_eq!(browser.item(&item).await["archived"], true);
        browser.open("viewer", &board).await.ok().lacks("Write the news").has("id=\"archived-count\">1</span>");
        browser.open("viewer", &format!("{board}/archive")).await.ok().has("Write the news").has("To do").lacks("<form method=\"post\" action=\"/items");
        browser.open("developer", &format!("{board}/archive")).await.ok().has(&format!("action=\"{path}/restore\""));
        let opened = browser.part("developer", &path).await.fragment();
        opened.has("This item is archived.").lacks("name=\"title\"").lacks("data-composer").has(&format!("{path}/restore"));

        let back = browser.post("developer", &format!("{path}/restore"), Script, &[("from", "archive")]).await.fragment();
        assert_eq!(back.targets()[0], format!("#archived-{item}"));
        back.has("data-count=\"2\"").has("id=\"archived-count\" hidden>0<");
        assert_eq!(browser.home.titles(&desk, 0).await, ["Write the news", "Other"]);

        let by_hand = format!("/items/{other}");
        browser.post("developer", &format!("{by_hand}/archive"), Hand, &[]).await.leads_to(&by_hand);
        browser.post("developer", &format!("{by_hand}/restore"), Hand, &[("from", "archive")]).await.leads_to(&format!("{board}/archive"));
        browser.post("developer", &format!("{by_hand}/restore"), Hand, &[]).await.leads_to(&by_hand);
        assert_eq!(browser.item(&other).await["archived"], false);
    }

    async fn a_long_archive_comes_in_pages(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let mut all = vec![item];
        for number in 0..59 {
            all.push(browser.home.item("admin", &desk, 1, &format!("Item {number}")).await);
        }
        for item in &all {
            browser.post("developer", &format!("/items/{item}/archive"), Script, &[]).await.fragment();
        }
        let first = browser.open("viewer", &format!("/boards/{}/archive", desk.board)).await.ok();
        assert_eq!(first.count("<tr class=\"grid-row\""), 50);
        let more = first.text.split("class=\"more\" hx-get=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let rest = browser.part("viewer", &more).await.ok().lacks("class=\"more\"");
        assert_eq!(rest.count("<tr class=\"grid-row\""), 10);
        for item in &all {
            let id = format!("id=\"archived-{item}\"");
            assert!(first.text.contains(&id) != rest.text.contains(&id), "{item} is on one page");
        }
    }
}
