use kernel::access::{Level, Tasks};
use store::TenantTx;
use work::items::NewItem;

use crate::both_engines;
use crate::browser::Browser;
use crate::home::{Desk, Home};

async fn fill(home: &Home, desk: &Desk, group: usize, many: usize) {
    let (board, group): (work::boards::BoardId, work::groups::GroupId) =
        (desk.board.parse().unwrap(), desk.groups[group].parse().unwrap());
    let permit = home.caller("admin").permit::<Tasks>(Level::Full).unwrap();
    home.door("admin")
        .write(async move |tx: &mut TenantTx| {
            for number in 0..many {
                let new = NewItem { group_id: Some(group), ..NewItem::titled(format!("Item {number}")) };
                work::items::actions::create(tx, permit, board, new, None).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

both_engines! {
    async fn ten_thousand_items_are_shown_a_page_at_a_time(home) {
        let browser = Browser::new(home);
        let desk = browser.home.desk("WEB", "").await;
        fill(&browser.home, &desk, 0, 9_000).await;
        fill(&browser.home, &desk, 1, 960).await;
        fill(&browser.home, &desk, 2, 40).await;
        let board = format!("/boards/{}", desk.board);
        let kanban = browser.open("admin", &board).await.ok();
        assert_eq!(kanban.count("<li class=\"card\""), 50 + 50 + 40);
        assert_eq!(kanban.count("class=\"more\""), 2);
        assert!(kanban.text.len() < 400_000, "{} bytes", kanban.text.len());
        let kanban = kanban.has("data-count=\"9000\"").has("data-count=\"960\"").has("data-count=\"40\"");
        assert!(!kanban.text.contains("Item 51<"));

        let table = browser.open("admin", &format!("{board}/table")).await.ok();
        assert_eq!(table.count("<tr class=\"grid-row\""), 200);
        assert_eq!(table.count("class=\"more\""), 3, "what did not fit begins when it is reached");

        let mut more = next(&kanban.text);
        let mut seen = 50;
        for _ in 0..3 {
            let part = browser.part("admin", &more.clone().unwrap()).await.fragment();
            let first = format!(">Item {seen}<");
            assert!(part.text.contains(&first), "{first}");
            assert_eq!(part.count("<li class=\"card\""), 50);
            seen += 50;
            more = next(&part.text);
        }
        let last = table.text.rsplit("class=\"more\" hx-get=\"").next().unwrap().split('"').next().unwrap();
        let last = browser.part("viewer", &last.replace("&#38;", "&")).await.fragment();
        assert_eq!(last.count("<tr class=\"grid-row\""), 40);
        // A hundred groups do not make a page a hundred times as long.
        let (wide, _) = browser.home.board("admin", &desk.project, "Wide").await;
        let mut groups = browser.home.get("admin", &format!("/boards/{wide}/groups")).await.ok().list("id");
        for number in 0..19 {
            let new = serde_json::json!({"name": format!("Group {number}")});
            groups.push(browser.home.post("admin", &format!("/boards/{wide}/groups"), new).await.made());
        }
        let wide = Desk { project: desk.project.clone(), board: wide, groups };
        for group in 0..22 {
            fill(&browser.home, &wide, group, 51).await;
        }
        let shown = browser.open("admin", &format!("/boards/{}", wide.board)).await.ok();
        assert_eq!((shown.count("<li class=\"card\""), shown.count("class=\"more\"")), (1_000, 22));
        let last = shown.text.rsplit("class=\"more\" hx-get=\"").next().unwrap().split('"').next().unwrap();
        let last = browser.part("viewer", &last.replace("&#38;", "&")).await.fragment();
        assert_eq!(last.count("<li class=\"card\""), 50);
        assert!(last.text.contains(">Item 0<"));

        browser.open("admin", &format!("{board}?q=Item+8999")).await.ok().has("Item 8999").has("data-count=\"1\"");
    }
}

fn next(text: &str) -> Option<String> {
    let more = text.split("class=\"more\" hx-get=\"").nth(1)?.split('"').next()?;
    Some(more.replace("&#38;", "&"))
}
