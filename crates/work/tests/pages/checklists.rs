use serde_json::json;

use crate::both_engines;
use crate::browser::{Browser, Hand, Script};

both_engines! {
    async fn an_entry_goes_one_place_on(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let lists = format!("/items/{item}/checklists");
        let list = browser.home.post("developer", &lists, json!({"title": "Before"})).await.made();
        let entries = format!("{lists}/{list}/entries");
        let mut ids = Vec::new();
        for text in ["one", "two", "three"] {
            ids.push(browser.home.post("developer", &entries, json!({"text": text})).await.made());
        }
        for (entry, to, texts) in [
            (0, "down", ["two", "one", "three"]),
            (2, "up", ["two", "three", "one"]),
            (2, "up", ["three", "two", "one"]),
            (2, "up", ["three", "two", "one"]),
            (0, "down", ["three", "two", "one"]),
        ] {
            let path = format!("{entries}/{}", ids[entry]);
            browser.post("developer", &path, Script, &[("to", to)]).await.fragment().has(&format!("id=\"entry-{to}-{}\"", ids[entry]));
            let read = browser.item(&item).await;
            let got: Vec<_> = read["checklists"][0]["entries"].as_array().unwrap().iter().map(|entry| entry["text"].clone()).collect();
            assert_eq!(json!(got), json!(texts));
        }
        let path = format!("{entries}/{}", ids[0]);
        browser.post("developer", &path, Script, &[("to", "left")]).await.is(422);
        browser.post("tester", &path, Script, &[("to", "up")]).await.refused(403, "not_yours");
        let missing = format!("{entries}/{}", item.replace("item_", "ent_"));
        browser.post("developer", &missing, Script, &[("to", "up")]).await.refused(404, "not_found");
    }

    async fn a_checklist_is_made_ticked_and_deleted(home) {
        let browser = Browser::new(home);
        let (_, item) = browser.desk().await;
        let lists = format!("/items/{item}/checklists");
        browser.post("developer", &lists, Script, &[("title", "Before")]).await.fragment().has("Before").has("0/0");
        let list = browser.item(&item).await["checklists"][0]["id"].as_str().unwrap().to_owned();
        let entries = format!("{lists}/{list}/entries");
        browser.post("developer", &entries, Script, &[("text", "one")]).await.fragment();
        browser.post("developer", &entries, Hand, &[("text", "two")]).await.leads_to(&format!("/items/{item}"));
        let shown = browser.item(&item).await;
        let entry = |at: usize| format!("{entries}/{}", shown["checklists"][0]["entries"][at]["id"].as_str().unwrap());
        let ticked = browser.post("developer", &entry(0), Script, &[("done", "true")]).await.fragment();
        ticked.has("aria-checked=\"true\"").has("1/2").has("ticked off “one”");
        browser.post("developer", &entry(0), Script, &[("done", "false")]).await.fragment().lacks("aria-checked=\"true\"");
        browser.post("developer", &entry(1), Script, &[("text", "zwei")]).await.fragment().has("zwei");
        browser.post("developer", &format!("{lists}/{list}"), Script, &[("title", "After")]).await.fragment().has("After");
        let expected = json!([["one", false], ["zwei", false]]);
        let read = browser.item(&item).await;
        let got: Vec<_> = read["checklists"][0]["entries"].as_array().unwrap().iter().map(|entry| json!([entry["text"], entry["done"]])).collect();
        assert_eq!((json!(got), &read["checklists"][0]["title"]), (expected, &json!("After")));
        for (path, form) in [(&entries, ("text", "")), (&lists, ("title", ""))] {
            browser.post("developer", path, Script, &[form]).await.refused(422, "invalid").has(&format!("\"/{}\"", form.0));
        }
        browser.delete("developer", &entry(0), Script).await.fragment().lacks(&format!("id=\"entry-{}\"", entry(0)));
        browser.delete("tester", &format!("{lists}/{list}"), Script).await.refused(403, "not_yours");
        browser.delete("developer", &format!("{lists}/{list}"), Script).await.fragment().has("removed the checklist “After”");
        assert_eq!(browser.item(&item).await["checklists"], json!([]));
        browser.delete("developer", &format!("{lists}/{list}"), Script).await.refused(404, "not_found");
    }
}
