use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn each_field_has_its_form(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let path = format!("/items/{item}");
        for (field, value, read, expected) in [
            ("title", "  Print the news ", "title", json!("Print the news")),
            ("description", "With *care*", "description", json!("With *care*")),
            ("status", "doing", "status", json!("doing")),
            ("priority", "high", "priority", json!("high")),
        ] {
            let changed = browser.post("developer", &format!("{path}/{field}"), Script, &[(field, value)]).await.fragment();
            let targets = [format!("#item-{item}"), format!("#card-{item}"), format!("#row-{item}")];
            assert_eq!(changed.targets(), targets, "{field}");
            assert_eq!(browser.item(&item).await[read], expected);
        }
        browser.part("viewer", &path).await.has("Print the news").has("<em>care</em>").has("Doing").has("prio-high");
        browser.post("developer", &format!("{path}/title"), Hand, &[("title", "Again")]).await.leads_to(&path);
        browser.open("developer", &path).await.ok().has("renamed it from “Print the news” to “Again”").has("changed the status from To do to Doing").has("set the priority to High").has("added a description");
        for (field, value) in [("title", ""), ("status", "waiting"), ("priority", "5")] {
            let wrong = browser.post("developer", &format!("{path}/{field}"), Script, &[(field, value)]).await.refused(422, "invalid");
            wrong.has(&format!("\"/{field}\""));
            browser.post("developer", &format!("{path}/{field}"), Hand, &[(field, value)]).await.is(422).has("<html");
        }
        assert_eq!(browser.item(&item).await["title"], "Again");
    }

    async fn dates_are_set_and_cleared(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let path = format!("/items/{item}/dates");
        let both = [("start_on", "2025-10-01"), ("due_on", "2026-01-02")];
        browser.post("developer", &path, Script, &both).await.fragment().has("2 Jan 2026").has("1 Oct<").has("due-later");
        browser.post("developer", &path, Script, &[("due_on", "2025-10-12")]).await.fragment().has("due-soon");
        let read = browser.item(&item).await;
        assert_eq!((&read["start_on"], &read["due_on"]), (&json!("2025-10-01"), &json!("2025-10-12")));
        browser.part("developer", &format!("/items/{item}/pick/dates")).await.fragment().has("value=\"2025-10-12\"");
        for wrong in ["12.10.2025", "2025-02-30", "soon"] {
            browser.post("developer", &path, Script, &[("due_on", wrong)]).await.refused(422, "invalid").has("\"/due_on\"");
        }
        browser.post("developer", &path, Script, &[("due_on", "2025-09-01")]).await.refused(422, "invalid");
        browser.post("developer", &path, Hand, &[("start_on", ""), ("due_on", "")]).await.leads_to(&format!("/items/{item}"));
        assert_eq!(browser.item(&item).await["due_on"], json!(null));
        browser.part("viewer", &format!("/items/{item}")).await.has("set the due date to 2 Jan 2026").has("removed the due date, which was 12 Oct");
    }

    async fn labels_come_and_go(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let path = format!("/items/{item}/labels");
        browser.post("developer", &path, Script, &[("create", " Bug ")]).await.fragment().has("Bug");
        browser.post("developer", &path, Script, &[("create", "Bug")]).await.fragment();
        let labels = browser.home.get("viewer", &format!("/projects/{}/labels", desk.project)).await.ok();
        assert_eq!(labels.list("name"), ["Bug"]);
        let bug = labels.list("id").remove(0);
        assert_eq!(browser.item(&item).await["labels"], json!([bug]));
        let picker = browser.part("developer", &format!("/items/{item}/pick/labels")).await.fragment();
        picker.has(&format!("aria-checked=\"true\" name=\"remove\" value=\"{bug}\"")).has("data-pick-create");
        browser.post("developer", &path, Script, &[("remove", &bug)]).await.fragment();
        assert_eq!(browser.item(&item).await["labels"], json!([]));
        browser.part("developer", &format!("/items/{item}/pick/labels")).await.has("name=\"add\"");
        browser.post("developer", &path, Hand, &[("add", &bug)]).await.leads_to(&format!("/items/{item}"));
        browser.part("viewer", &format!("/items/{item}")).await.has("added the label Bug").has("removed the label Bug");
        browser.post("developer", &path, Script, &[]).await.refused(422, "invalid");
        browser.post("developer", &path, Script, &[("add", "lbl_00000000000000000000000000")]).await.refused(404, "not_found");
        browser.post("developer", &path, Script, &[("add", "nonsense")]).await.refused(422, "invalid");
    }

    async fn people_are_assigned(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let path = format!("/items/{item}/assignees");
        let tester = crate::home::user("tester").to_string();
        let imported = crate::home::user("placeholder").to_string();
        let gone = crate::home::user("removed").to_string();
        for user in [&tester, &imported] {
            browser.post("developer", &path, Script, &[("add", user)]).await.fragment();
        }
        assert_eq!(browser.item(&item).await["assignees"], json!([tester, imported]));
        browser.post("developer", &path, Script, &[("add", &gone)]).await.refused(404, "not_found");
        let picker = browser.part("developer", &format!("/items/{item}/pick/assignees")).await.fragment();
        picker.has("Plácehölder").has("is-placeholder").lacks("Gone").lacks("example.com");
        browser.post("developer", &path, Script, &[("remove", &tester)]).await.fragment().has("unassigned tester");
        assert_eq!(browser.item(&item).await["assignees"], json!([imported]));
    }

    async fn pickers_show_what_is_chosen(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let pick = |field: &str| format!("/items/{item}/pick/{field}");
        let status = browser.part("tester", &pick("status")).await.fragment();
        let status = status.has(&format!("action=\"/items/{item}/status\"")).has("aria-checked=\"true\" name=\"status\" value=\"todo\"");
        assert_eq!(status.count("menuitemradio"), 4);
        assert_eq!(browser.part("tester", &pick("priority")).await.fragment().count("menuitemradio"), 5);
        let group = browser.part("tester", &pick("group")).await.fragment();
        group.has(&format!("action=\"/items/{item}/move\"")).has(&format!("aria-checked=\"true\" name=\"group_id\" value=\"{}\"", desk.groups[0]));
        browser.part("viewer", &pick("status")).await.refused(403, "forbidden");
    }

    async fn testers_change_the_status_of_all_and_the_rest_of_their_own(home) {
        let browser = Browser::new(home);
        let (desk, item) = browser.desk().await;
        let own = browser.home.item("tester", &desk, 0, "Mine").await;
        browser.post("tester", &format!("/items/{item}/status"), Script, &[("status", "done")]).await.fragment().lacks("name=\"title\"");
        assert_eq!(browser.item(&item).await["status"], "done");
        browser.post("tester", &format!("/items/{item}/title"), Script, &[("title", "x")]).await.refused(403, "not_yours");
        // The row says what one may do on the board, the panel what one may do with the item.
        let changed = browser.post("tester", &format!("/items/{own}/title"), Script, &[("title", "Ours")]).await.fragment();
        changed.has("name=\"title\"").lacks("data-select").lacks("data-edit-cell");
        browser.delete("tester", &format!("/items/{own}"), Script).await.refused(403, "forbidden");
    }
}
