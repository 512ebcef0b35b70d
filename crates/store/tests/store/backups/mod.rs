//! What is saved comes back, whole and on either engine; what is not what was saved is found.

mod checked;
mod erased;
pub mod one;
pub mod saving;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::TenantTx;
use store::backup::{Identities, Restored};

use self::saving::{Saving, ledger, opened};
use crate::both_engines;
use crate::engines::{add, chain, names};

/// Brings it back into both engines, and finds there what was saved.
async fn comes_back(saving: &Saving, expected: &[&str], records: i64) {
    let saved = saving.create().await.unwrap();
    let certificate = saving.verify(None, None).await.unwrap();
    assert!(certificate.full && certificate.rto_seconds_per_gb.is_some(), "{certificate:?}");
    assert_eq!((certificate.backup, certificate.parts), (saved.id, saved.parts.len()));
    for target in [saving.files(), saving.database().await] {
        let restored: Restored = saving.restore(&target, |_| {}).await.unwrap();
        assert_eq!((restored.backup, restored.workspaces), (saved.id, saved.parts.len() - 1));
        assert_eq!(restored.rows, saved.parts.iter().map(|part| part.rows).sum::<u64>());
        let store = opened(&target.options).await;
        let door = store.system_tenant(saving.workspace, kernel::access::Actor::system());
        assert_eq!(names(&door).await, expected);
        // That it was brought back is a record of its own.
        assert_eq!(chain(&door).await, records + 1);
        assert_eq!(ledger(&store).await.last().unwrap(), "instance.restored");
        door.write(async |tx: &mut TenantTx| add(tx, "new").await.map(drop)).await.unwrap();
        // What is saved from there is the same again, but for what came since.
        let again = Saving::beside(saving, store);
        let second = again.create().await.unwrap();
        let grown = ["audit_records", "events", "outbox_seen", "members"];
        for part in &saved.parts {
            let other = second.parts.iter().find(|other| other.scope == part.scope).unwrap();
            for (table, rows) in part.tables.iter().filter(|(table, _)| !grown.contains(&table.as_str())) {
                assert_eq!(other.tables.get(table), Some(rows), "{}.{table}", part.scope);
            }
        }
    }
}

both_engines! {
    async fn what_is_saved_comes_back_on_both_engines(home) {
        let saving = Saving::of(home).await;
        let door = saving.door();
        for name in ["", "a", "é", "\u{1f600}"] {
            door.write(async move |tx: &mut TenantTx| add(tx, name).await.map(drop)).await.unwrap();
        }
        comes_back(&saving, &["", "a", "é", "\u{1f600}"], 4).await;
    }

    async fn writing_goes_on_while_a_backup_is_made(home) {
        let saving = Saving::of(home).await;
        let door = saving.door();
        door.write(async |tx: &mut TenantTx| add(tx, &"x".repeat(4 << 20)).await.map(drop)).await.unwrap();
        let ended = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let (door, ended) = (door.clone(), ended.clone());
                tokio::spawn(async move {
                    let mut written = 0_i64;
                    while !ended.load(Ordering::SeqCst) {
                        door.write(async |tx: &mut TenantTx| add(tx, "y").await.map(drop)).await.unwrap();
                        written += 1;
                    }
                    written
                })
            })
            .collect();
        let manifest = saving.create().await.unwrap();
        saving.verify(None, None).await.unwrap();
        ended.store(true, Ordering::SeqCst);
        let mut written = 0_i64;
        for writer in writers {
            written += writer.await.unwrap();
        }
        let part = &manifest.parts[0];
        // A member and its record are of one transaction.
        assert_eq!(part.records, i64::try_from(part.tables["members"]).unwrap());
        assert!(written > 0 && part.records < written + 2, "{written} {}", part.records);
        let target = saving.files();
        saving.restore(&target, |_| {}).await.unwrap();
        let store = opened(&target.options).await;
        let door = store.system_tenant(saving.workspace, kernel::access::Actor::system());
        assert_eq!(chain(&door).await, part.records + 1);
    }

    async fn a_workspace_that_was_made_meanwhile_is_left_out_again(home) {
        let saving = Saving::of(home).await;
        let late = kernel::WorkspaceId::new(saving.store().clock().now());
        saving.index(late).await;
        // Its name stands in the instance; nothing else of it can be read.
        let refused = saving.create().await.unwrap_err().to_string();
        assert!(refused.contains(&late.to_string()), "{refused}");
        let target = saving.files();
        let restored = saving.restore(&target, |_| {}).await.unwrap();
        assert_eq!(restored.workspaces, 1);
        assert_eq!(opened(&target.options).await.workspaces().await.unwrap(), [saving.workspace]);
    }

    async fn only_who_has_the_identity_opens_what_is_sealed_for_it(home) {
        let mut saving = Saving::of(home).await;
        let (path, recipient) = saving.identity("off.txt");
        saving.sealing = store::backup::Sealing::recipient(&recipient).unwrap();
        saving.create().await.unwrap();
        assert!(!saving.verify(None, None).await.unwrap().full);
        let named = || Identities::read(&path).unwrap();
        assert!(saving.verify(None, Some(named())).await.unwrap().full);
        let (other, _) = saving.identity("other.txt");
        let wrong = saving.verify(None, Some(Identities::read(&other).unwrap())).await.unwrap_err();
        assert!(wrong.to_string().contains("--identity"), "{wrong}");
        let target = saving.files();
        let refused = saving.restore(&target, |_| {}).await.unwrap_err().to_string();
        assert!(refused.contains(&recipient), "{refused}");
        saving.restore(&target, |restore| restore.identities = Some(named())).await.unwrap();
    }
}
