use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn quick_add_puts_the_card_behind_the_last(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let path = |group: usize| format!("/boards/{}/groups/{}/items", desk.board, desk.groups[group]);
        let added = browser.post("tester", &path(0), Script, &[("title", "Second")]).await.fragment();
        let id = browser.home.get("viewer", &format!("/boards/{}/items?q=Second", desk.board)).await.ok().list("id").remove(0);
        let first = &desk.groups[0];
        let expected = [
            format!("#archived-{id}"),
            format!("#card-{item}"),
            format!("#cards-{first}:not(:has(#card-{item})) > .more"),
            format!("#row-{item}"),
            format!("#rows-{first}:not(:has(#row-{item})) > .more"),
            "#archived-count".to_owned(),
            format!("#count-{first}"),
        ];
        assert_eq!(added.targets(), expected);
        added.has("Second").has("data-count=\"2\"").lacks("id=\"item-").lacks("class=\"toast\"");
        let alone = browser.post("tester", &path(1), Script, &[("title", "Alone")]).await.fragment();
        assert!(alone.targets().contains(&format!("#cards-{}", desk.groups[1]).as_str()));
        browser.post("tester", &path(2), Hand, &[("title", "By hand")]).await.leads_to(&format!("/boards/{}", desk.board));
        assert_eq!(browser.home.titles(&desk, 2).await, ["By hand"]);
    }

    async fn a_card_is_moved_between_its_neighbours(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let first = browser.home.item("admin", &desk, 1, "First").await;
        browser.home.item("admin", &desk, 1, "Second").await;
        let path = format!("/items/{item}/move");
        let doing = desk.groups[1].as_str();
        let moved = browser.post("developer", &path, Script, &[("group_id", doing), ("after", &first)]).await.fragment();
        let counts = [format!("#count-{}", desk.groups[0]), format!("#count-{doing}")];
        assert_eq!(moved.targets()[3..], counts);
        moved.has("data-count=\"0\"").has("data-count=\"3\"").has(&format!("data-group-id=\"{doing}\""));
        assert_eq!(browser.home.titles(&desk, 1).await, ["First", "Write the news", "Second"]);
        let within = browser.post("developer", &path, Script, &[("group_id", doing), ("before", &first)]).await.fragment();
        assert_eq!(within.targets().len(), 3, "no count has changed");
        assert_eq!(browser.home.titles(&desk, 1).await, ["Write the news", "First", "Second"]);
        let end = [("group_id", desk.groups[2].as_str())];
        browser.post("developer", &path, Hand, &end).await.leads_to(&format!("/items/{item}"));
        assert_eq!(browser.home.titles(&desk, 2).await, ["Write the news"]);
        let stale = [("group_id", desk.groups[0].as_str()), ("after", first.as_str())];
        browser.post("developer", &path, Script, &stale).await.refused(409, "not_neighbours");
        browser.post("tester", &path, Script, &end).await.refused(403, "not_yours");
        browser.part("viewer", &format!("/items/{item}")).await.has("moved this item from To do to Doing");
    }

    async fn a_card_may_go_to_another_board(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let (_, groups) = browser.home.board("admin", &desk.project, "Other").await;
        let form = [("group_id", groups[1].as_str())];
        let moved = browser.post("developer", &format!("/items/{item}/move"), Script, &form).await.fragment();
        assert_eq!(moved.targets()[3..], [format!("#count-{}", desk.groups[0]), format!("#count-{}", groups[1])]);
        moved.has("moved this item from Launch / To do to Other / Doing");
    }

    async fn the_trash_shows_what_can_be_brought_back(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let second = browser.home.item("admin", &desk, 1, "Second <b>").await;
        let trash = format!("/boards/{}/trash", desk.board);
        browser.open("developer", &trash).await.ok().has("The trash is empty");
        for one in [&item, &second] {
            browser.home.clock.advance(std::time::Duration::from_secs(60));
            browser.home.delete("admin", &format!("/items/{one}")).await.is(204);
        }
        let shown = browser.open("developer", &trash).await.ok().has("Second &#60;b&#62;").has("WEB-1").has("30 days");
        let at = |one: &str| shown.text.find(&format!("id=\"archived-{one}\"")).unwrap();
        assert!(at(&second) < at(&item), "deleted last first");
        let list = browser.home.get("developer", &trash).await.ok();
        assert_eq!(list.list("id"), [second.as_str(), item.as_str()]);
        let page = browser.home.get("developer", &format!("{trash}?limit=1")).await.ok().json;
        let next = format!("{trash}?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(browser.home.get("developer", &next).await.ok().list("title"), ["Write the news"]);

        let path = format!("/items/{item}/restore");
        let back = browser.post("developer", &path, Script, &[("from", "trash")]).await.fragment();
        assert_eq!(back.targets()[0], format!("#archived-{item}"));
        browser.post("developer", &format!("/items/{second}/restore"), Hand, &[("from", "trash")]).await.leads_to(&trash);
        assert!(browser.home.get("developer", &trash).await.ok().list("id").is_empty());
        let archive = browser.open("developer", &format!("/boards/{}/archive", desk.board)).await.ok();
        archive.has(&format!("href=\"{trash}\""));
        for role in ["tester", "viewer"] {
            browser.open(role, &trash).await.is(403);
            browser.open(role, &format!("/boards/{}/archive", desk.board)).await.ok().lacks("/trash");
            browser.home.get(role, &trash).await.refused(403, "forbidden");
        }
        browser.open("admin@2", &trash).await.is(404);
        browser.home.get("admin@2", &trash).await.refused(404, "not_found");
    }

    async fn a_deleted_item_can_be_brought_back(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let path = format!("/items/{item}");
        let gone = browser.delete("developer", &path, Script).await.fragment();
        let targets = gone.targets().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let mut expected: Vec<String> = ["card", "row", "archived", "item"].map(|part| format!("#{part}-{item}")).into();
        expected.extend(["#archived-count".into(), format!("#count-{}", desk.groups[0]), "#toasts".into()]);
        assert_eq!(targets, expected);
        gone.has(&format!("hx-post=\"{path}/restore\"")).has("WEB-1 is deleted.").has("data-count=\"0\"");
        browser.open("developer", &path).await.is(404);
        browser.post("tester", &format!("{path}/restore"), Script, &[]).await.refused(403, "forbidden");
        let back = browser.post("developer", &format!("{path}/restore"), Script, &[]).await.fragment();
        back.has(&format!("hx-target=\"#cards-{}\"", desk.groups[0])).has("WEB-1 is back on the board.").has("data-count=\"1\"").has("id=\"item-");
        browser.open("developer", &path).await.ok().has("deleted this item").has("restored this item");
        browser.delete("developer", &path, Hand).await.leads_to(&format!("/boards/{}", desk.board));
    }
}
