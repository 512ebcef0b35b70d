//! What a board is after it came in.

use super::content::{assert_rows_agree, content, of};
use super::{FIXTURE, assert_done, both_engines, counts};

/// 2024-03-01T00:00:00Z
const MARCH: i64 = 1_709_251_200_000_000;
const HOUR: i64 = 3_600_000_000;

both_engines! {
    async fn everything_of_the_fixture_is_there(home) {
        let caller = home.workspace().await;
        let import = home.run(&caller, FIXTURE).await;
        assert_done(&import);
        assert_eq!(counts(&import, "cards"), (4, 4, 0, 0));
        assert_eq!(counts(&import, "lists"), (3, 3, 0, 0));
        assert_eq!(counts(&import, "labels"), (3, 3, 0, 0));
        assert_eq!(counts(&import, "checklists"), (3, 2, 0, 1));
        assert_eq!(counts(&import, "checklist_entries"), (3, 2, 0, 1));
        assert_eq!(counts(&import, "comments"), (4, 2, 0, 2));
        assert_rows_agree(&home, &caller).await;

        let lines = content(&home, &caller).await;
        let has = |line: &str| assert!(lines.iter().any(|known| known.contains(line)), "{line}\n{lines:#?}");
        has(r#"project ("DP", "Depot plan", "What the depot does\nthis year", 5)"#);
        has(r#"group ("Depot plan", "Inbox", "V", None)"#);
        has(r#"group ("Depot plan", "Working", "W", None)"#);
        has(r#"group ("Depot plan", "Old", "X", Some("#);
        has(r#"label ("DP", "Urgent", 1)"#);
        has(r#"member ("North Desk", "placeholder", None, None)"#);
        has(r#"member ("Old Yard", "placeholder", None, None)"#);
        // In the order of the cards' numbers 5, 7, 8 and none.
        has(r#"item ("Old", 1, "Sweep the yard", "", "todo", None, None, "~")"#);
        has(r#"item ("Working", 2, "Paint the gate", "Use the *green* paint.\nTwo coats.", "done", Some("2024-03-20"), Some("2024-04-01"), "2024-04-01")"#);
        has(r#"item ("Inbox", 4, "Über 🚚", "", "todo", None, None, "~")"#);
        has(r#"on item (2, "Urgent", 1)"#);
        has(r#"assigned (2, "Gate Crew")"#);
        has(r#"entry (2, "V", "Tools", Some("V"), Some("Ladder"), Some(false))"#);
        has(r#"entry (2, "V", "Tools", Some("W"), Some("Brush"), Some(true))"#);
        has(r#"entry (2, "W", "Afterwards", None, None, None)"#);
        has(r#"counts (2, 2, 2, 1, 1, "#);
        let made = MARCH + 9 * HOUR + 250_000;
        has(&format!(r#"activity (2, {made}, Some("Gate Crew"), "created", None, None, None)"#));
        let renamed = MARCH + 10 * HOUR;
        has(&format!(
            r#"activity (2, {renamed}, Some("North Desk"), "changed", Some("title"), Some("\"Paint\""), Some("\"Paint the gate\""))"#
        ));
        has(r#""moved", None, Some("{\"group\":{\"id\":\"grp_\",\"name\":\"Inbox\"}}"), Some("{\"group\":{\"id\":\"grp_\",\"name\":\"Working\"}}"))"#);
        // Archived when the history says so, not when it came in.
        let archived = MARCH + (3 * 24 + 9) * HOUR;
        has(&format!("item (1, \"V\", Some({archived}), "));
        let updates = of(&home, &caller, "update").await;
        assert_eq!(updates.len(), 2);
        assert!(updates[0].contains(&format!("{}, ", MARCH + (4 * 24 + 10) * HOUR + 500_000)), "{updates:?}");
        assert_eq!(home.uploads(), 0);
    }

    async fn a_dry_run_says_the_same_and_writes_nothing(home) {
        let caller = home.workspace().await;
        let before = content(&home, &caller).await;
        let dry = home.dry_run(&caller, FIXTURE).await;
        assert_done(&dry);
        assert_eq!(content(&home, &caller).await, before);
        let wet = home.run(&caller, FIXTURE).await;
        let (dry_report, wet_report) = (dry.report.unwrap(), wet.report.unwrap());
        assert_eq!(dry_report.counts, wet_report.counts);
        assert_eq!(dry_report.left_out, wet_report.left_out);
        let again = home.dry_run(&caller, FIXTURE).await;
        assert_eq!((again.created, again.skipped), (0, wet.created));
        assert_eq!(home.uploads(), 2, "dry runs keep their upload");
    }

    async fn the_chain_of_what_was_done_verifies(home) {
        let caller = home.workspace().await;
        home.run(&caller, FIXTURE).await;
        let door = home.store.tenant(&caller);
        let records = door.read(async |tx: &mut store::TenantTx| tx.verify_chain().await).await.unwrap().unwrap();
        assert!((5..40).contains(&records), "{records}: a record a chunk, not a row");
    }

    async fn a_real_board_reconciles(home) {
        let Some(folder) = std::env::var_os("TRACKHOLD_SAMPLE_DATA") else { return };
        let text = std::fs::read_to_string(std::path::Path::new(&folder).join("trello/board.json")).unwrap();
        let caller = home.workspace().await;
        let import = home.run(&caller, &text).await;
        assert_done(&import);
        assert_rows_agree(&home, &caller).await;
        let items = of(&home, &caller, "item").await;
        assert_eq!(items.len(), 2 * 62);
        let archived = items.iter().filter(|line| !line.starts_with("(\"") && line.contains("\", Some(1"));
        assert_eq!(archived.count(), 5);
        assert_eq!(of(&home, &caller, "group").await.len(), 7);
        assert_eq!(of(&home, &caller, "label").await.len(), 6);
        assert_eq!((counts(&import, "checklists").1, counts(&import, "checklist_entries").1), (17, 66));
        assert_eq!(of(&home, &caller, "update").await.len(), 32);
        assert_eq!(of(&home, &caller, "link").await.len(), 21);
        assert_eq!(of(&home, &caller, "member").await.len(), 1 + 5);
        let again = home.run(&caller, &text).await;
        assert_eq!((again.created, again.skipped), (0, import.created));
    }
}
