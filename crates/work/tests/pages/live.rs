use crate::both_engines;
use crate::browser::{Browser, Script};

both_engines! {
    async fn an_item_says_what_it_looks_like_now_and_where_it_stands(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let second = browser.home.item("admin", &desk, 0, "Second").await;
        let (first, path) = (desk.groups[0].as_str(), format!("/items/{second}/live"));
        let live = browser.part("viewer", &path).await.fragment();
        let mut expected = vec![
            format!("#archived-{second}"),
            format!("#cards-{first}"),
            format!("#rows-{first}"),
            format!("#card-{second}"),
            format!("#row-{second}"),
            format!("#item-{second}"),
            "#archived-count".to_owned(),
        ];
        expected.extend(desk.groups.iter().map(|group| format!("#count-{group}")));
        assert_eq!(live.targets(), expected);
        live.has(&format!("data-of-board=\"{}\" data-of-group=\"{first}\" data-after=\"{item}\"", desk.board))
            .has("Second").has("data-count=\"2\"").lacks("class=\"toast\"").lacks("name=\"title\"");
        let alone = browser.part("developer", &format!("/items/{item}/live")).await.fragment();
        alone.lacks("data-after").has("Write the news").has("name=\"title\"");

        let doing = [("group_id", desk.groups[1].as_str())];
        browser.post("developer", &format!("/items/{item}/move"), Script, &doing).await.fragment();
        let moved = browser.part("viewer", &path).await.fragment();
        moved.lacks("data-after").has(&format!("id=\"count-{}\" data-count=\"1\"", desk.groups[1]));
    }

    async fn what_is_archived_goes_and_what_is_deleted_is_missing(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let path = format!("/items/{item}");
        browser.post("developer", &format!("{path}/archive"), Script, &[]).await.fragment();
        let archived = browser.part("viewer", &format!("{path}/live")).await.fragment();
        assert_eq!(archived.targets()[..3], [format!("#card-{item}"), format!("#row-{item}"), format!("#item-{item}")]);
        archived.has("hx-swap=\"delete\"").has("This item is archived.").has("id=\"archived-count\">1<").has("data-count=\"0\"");
        browser.delete("admin", &path, Script).await.fragment();
        browser.part("admin", &format!("{path}/live")).await.refused(404, "not_found");
        browser.part("nobody", &format!("{path}/live")).await.refused(401, "unauthenticated");
    }
}
