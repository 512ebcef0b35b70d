//! The same file again, a newer one, and what people did in between.

use kernel::access::Caller;
use store::{TenantTx, params};

use super::content::{assert_rows_agree, content, of};
use super::{FIXTURE, Home, assert_done, both_engines, changed, counts};

store::statements! {
    tenant RENAME = "UPDATE items SET title = $3, version = version + 1 WHERE workspace_id = $1 AND number = $2";
    tenant PURGE = "DELETE FROM items WHERE workspace_id = $1 AND number = $2";
    tenant DROP_PROJECTS = "DELETE FROM projects WHERE workspace_id = $1";
    tenant EMPTY_GROUP = "DELETE FROM board_groups WHERE workspace_id = $1 AND name = $2";
    tenant TAKE_PLACE = "UPDATE items SET position = $3 WHERE workspace_id = $1 AND number = $2";
    tenant PROJECT = "SELECT id FROM projects WHERE workspace_id = $1 ORDER BY id LIMIT $2";
}

async fn write(
    home: &Home,
    caller: &Caller,
    act: impl AsyncFnOnce(&mut TenantTx) -> kernel::Result<u64>
    + for<'a> store::Act<'a, store::Tenant, u64>
    + Send
    + 'static,
) {
    let changed = home.store.tenant(caller).write(act).await.unwrap();
    assert!(changed > 0, "something was changed");
}

/// The fixture a day later: a card, a comment, a checklist entry and a move more, another title.
fn newer() -> String {
    let text = changed(FIXTURE, r#""name": "Order sand""#, r#""name": "Order much sand""#);
    let text = changed(
        &text,
        "\"cards\": [",
        r#""cards": [{"id": "650000000000000000000399", "idShort": 12, "name": "New one", "pos": 50000, "idList": "650000000000000000000202", "idLabels": ["650000000000000000000251"]},"#,
    );
    let text = changed(
        &text,
        r#"{"id": "650000000000000000000502", "name": "Brush", "state": "complete", "pos""#,
        r#"{"id": "650000000000000000000599", "name": "Bucket", "state": "complete", "pos": 1}, {"id": "650000000000000000000502", "name": "Brush", "state": "complete", "pos""#,
    );
    changed(
        &text,
        "\"actions\": [",
        r#""actions": [{"id": "6500000000000000000a0099", "type": "commentCard", "date": "2024-04-01T10:00:00.000Z", "idMemberCreator": "650000000000000000000102", "data": {"card": {"id": "650000000000000000000301"}, "text": "Later words"}},
        {"id": "6500000000000000000a0098", "type": "updateCard", "date": "2024-04-01T11:00:00.000Z", "idMemberCreator": "650000000000000000000102", "data": {"old": {"closed": true}, "card": {"id": "650000000000000000000303", "closed": false}}},"#,
    )
}

both_engines! {
    async fn twice_is_once(home) {
        let caller = home.workspace().await;
        let first = home.run(&caller, FIXTURE).await;
        let before = content(&home, &caller).await;
        let second = home.run(&caller, FIXTURE).await;
        assert_done(&second);
        assert_eq!((second.created, second.skipped), (0, first.created));
        assert_eq!((second.board_id, second.project_id), (first.board_id, first.project_id));
        assert_eq!(content(&home, &caller).await, before);
    }

    async fn a_newer_file_adds_and_overwrites_nothing(home) {
        let caller = home.workspace().await;
        home.run(&caller, FIXTURE).await;
        write(&home, &caller, async |tx: &mut TenantTx| {
            tx.exec(&RENAME, params![tx.workspace(), 3_i64, "Order gravel"]).await
        }).await;
        let before = content(&home, &caller).await;
        let import = home.run(&caller, &newer()).await;
        assert_done(&import);
        assert_eq!((counts(&import, "cards").1, counts(&import, "cards").2), (1, 4));
        assert_eq!((counts(&import, "comments").1, counts(&import, "activity").1), (1, 1));
        assert_eq!(counts(&import, "checklist_entries").1, 1);
        assert_rows_agree(&home, &caller).await;
        let after = content(&home, &caller).await;
        let items = of(&home, &caller, "item").await;
        assert!(items.iter().any(|line| line.contains("Order gravel")), "what a person wrote stays: {items:#?}");
        assert!(items.iter().any(|line| line.contains(r#"("Working", 5, "New one""#)), "{items:#?}");
        let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
        assert!(new.iter().any(|line| line.contains("Bucket")), "{new:#?}");
        assert!(new.iter().any(|line| line.contains("Later words")), "{new:#?}");
        assert!(new.iter().any(|line| line.contains("restored")), "{new:#?}");
        assert!(after.iter().any(|line| line.contains("counts (2, 2, 3, 2, 2, ")), "{after:#?}");
        // And the newer one twice is once.
        let again = home.run(&caller, &newer()).await;
        assert_eq!(again.created, 0);
        assert_eq!(content(&home, &caller).await, after);
    }

    async fn what_was_deleted_here_stays_deleted(home) {
        let caller = home.workspace().await;
        home.run(&caller, FIXTURE).await;
        write(&home, &caller, async |tx: &mut TenantTx| tx.exec(&PURGE, params![tx.workspace(), 2_i64]).await).await;
        let before = content(&home, &caller).await;
        for text in [FIXTURE.to_owned(), newer()] {
            let dry = home.dry_run(&caller, &text).await;
            let wet = home.run(&caller, &text).await;
            assert_done(&wet);
            assert_eq!(dry.report.unwrap(), wet.report.clone().unwrap());
            if text == FIXTURE {
                assert_eq!((wet.created, content(&home, &caller).await), (0, before.clone()));
            } else {
                let orphans = wet.report.unwrap().left_out.into_iter().filter(|left| left.reason == "deleted_here");
                let mut kinds: Vec<_> = orphans.map(|left| (left.kind, left.count)).collect();
                kinds.sort();
                assert_eq!(kinds, [("checklist_entries".into(), 1), ("comments".into(), 1)]);
            }
        }
    }

    async fn a_group_that_a_new_card_needs_comes_again(home) {
        let caller = home.workspace().await;
        home.run(&caller, FIXTURE).await;
        write(&home, &caller, async |tx: &mut TenantTx| {
            tx.exec(&PURGE, params![tx.workspace(), 2_i64]).await?;
            tx.exec(&PURGE, params![tx.workspace(), 3_i64]).await?;
            tx.exec(&EMPTY_GROUP, params![tx.workspace(), "Working"]).await
        }).await;
        home.run(&caller, FIXTURE).await;
        assert_eq!(of(&home, &caller, "group").await.len(), 2, "nothing needs it");
        assert_done(&home.run(&caller, &newer()).await);
        let items = of(&home, &caller, "item").await;
        assert!(items.iter().any(|line| line.contains(r#"("Working", 5, "New one""#)), "{items:#?}");
        assert_eq!(of(&home, &caller, "group").await.len(), 3);
    }

    async fn a_board_that_was_deleted_comes_again_whole(home) {
        let caller = home.workspace().await;
        let first = home.run(&caller, FIXTURE).await;
        let before = content(&home, &caller).await;
        write(&home, &caller, async |tx: &mut TenantTx| tx.exec(&DROP_PROJECTS, params![tx.workspace()]).await).await;
        let dry = home.dry_run(&caller, FIXTURE).await;
        let second = home.run(&caller, FIXTURE).await;
        assert_done(&second);
        assert_eq!((dry.created, dry.skipped), (second.created, second.skipped));
        assert_ne!(second.board_id, first.board_id);
        // People are the workspace's: they were there still.
        let people = counts(&second, "members").2 + counts(&second, "former_members").2;
        assert_eq!(second.skipped, i64::try_from(people).unwrap());
        assert_eq!(content(&home, &caller).await, before);
    }

    async fn an_import_goes_into_the_project_that_is_named(home) {
        let caller = home.workspace().await;
        home.run(&caller, FIXTURE).await;
        let door = home.store.tenant(&caller);
        let (project,): (crate::projects::ProjectId,) =
            door.first(&PROJECT, params![door.workspace(), 1_i64]).await.unwrap().unwrap();
        let other = FIXTURE.replace("650000000000000000000001", "650000000000000000000002").replace("0000a00", "0000b00");
        let other = changed(&other, "Depot plan", "Second board");
        let id = home.queue(&caller, other.as_bytes(), false, Some(project)).await;
        let import = home.finish(&caller, id).await;
        assert_done(&import);
        assert_eq!(import.project_id, Some(project));
        assert_eq!((of(&home, &caller, "board").await.len(), of(&home, &caller, "project").await.len()), (2, 1));
        // One placeholder for each person, whatever board names them; labels of one name and colour once.
        assert_eq!(counts(&import, "members"), (2, 0, 2, 0));
        assert_eq!(counts(&import, "labels"), (3, 0, 3, 0));
        assert_rows_agree(&home, &caller).await;
        let items = of(&home, &caller, "item").await;
        assert!(items.iter().any(|line| line.contains(r#"("Working", 6, "Paint the gate""#)), "{items:#?}");
    }

    async fn a_taken_place_moves_the_newcomer_behind(home) {
        let caller = home.workspace().await;
        home.run(&caller, FIXTURE).await;
        // Somebody put "Paint the gate" where the new card of the newer file belongs.
        write(&home, &caller, async |tx: &mut TenantTx| {
            tx.exec(&TAKE_PLACE, params![tx.workspace(), 2_i64, "W"]).await
        }).await;
        assert_done(&home.run(&caller, &newer()).await);
        let lines = of(&home, &caller, "item").await;
        let positions: Vec<_> = lines.iter().filter(|line| !line.starts_with("(\"")).collect();
        let distinct: std::collections::HashSet<_> = positions.iter().filter_map(|line| line.split('"').nth(1)).collect();
        assert!(distinct.len() >= 3, "{positions:?}");
    }
}
