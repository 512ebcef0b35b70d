//! What was erased is gone, and no backup brings it back.

use std::path::Path;

use kernel::WorkspaceId;
use kernel::access::Actor;
use store::backup::{self, Place};
use store::{Engine, TenantTx};

use super::saving::{Saving, ledger, opened};
use crate::both_engines;
use crate::engines::{add, names};

both_engines! {
    async fn an_erased_workspace_is_gone_and_harms_no_other(home) {
        let other = home.workspace().await;
        let saving = Saving::of(home).await;
        for door in [&saving.door(), &other] {
            door.write(async |tx: &mut TenantTx| add(tx, "here").await.map(drop)).await.unwrap();
        }
        saving.store().erase_workspace(saving.workspace, &Actor::system()).await.unwrap();
        assert!(saving.store().workspaces().await.unwrap().is_empty());
        let gone = saving.door().write(async |tx: &mut TenantTx| add(tx, "again").await.map(drop)).await;
        assert!(gone.is_err());
        assert_eq!(names(&other).await, ["here"]);
        assert_eq!(ledger(saving.store()).await, ["workspace.erased"]);
        saving.store().erase_workspace(saving.workspace, &Actor::system()).await.unwrap();
        assert_eq!(ledger(saving.store()).await, ["workspace.erased"], "once more is not another time");
        let never = WorkspaceId::new(saving.store().clock().now());
        let missing = saving.store().erase_workspace(never, &Actor::system()).await.unwrap_err();
        assert_eq!(missing.status(), 404);
        if let Engine::Embedded { data } = &saving.options.engine {
            let name = saving.workspace.to_string();
            assert!(!data.join("keyring").join(&name).exists());
            assert!(!data.join("workspaces").join(format!("{name}.db")).exists());
            assert!(!data.join("workspaces").join(format!("{name}.db-wal")).exists());
        }
    }

    async fn an_older_backup_does_not_bring_back_what_was_erased(home) {
        let other = home.workspace().await;
        let saving = Saving::of(home).await;
        saving.index(other.workspace()).await;
        let before = saving.create().await.unwrap();
        saving.store().erase_workspace(saving.workspace, &Actor::system()).await.unwrap();
        // Its key is gone: what was saved of it can only be looked at from outside.
        assert!(saving.verify(Some(before.id), None).await.unwrap().full);
        saving.create().await.unwrap();
        for target in [saving.files(), saving.database().await] {
            let restored =
                saving.restore(&target, |restore| restore.backup = Some(before.id)).await.unwrap();
            assert_eq!((restored.workspaces, restored.erased_again), (1, 1));
            let store = opened(&target.options).await;
            assert_eq!(store.workspaces().await.unwrap(), [other.workspace()]);
            let door = store.system_tenant(saving.workspace, Actor::system());
            assert!(door.newest_event().await.is_err());
            assert_eq!(ledger(&store).await, ["instance.restored", "workspace.erased"]);
            if let Engine::Embedded { data } = &target.options.engine {
                assert!(!data.join("keyring").join(saving.workspace.to_string()).exists());
            }
        }
    }
}

both_engines! {
    async fn what_is_noted_beside_the_backups_is_not_brought_back(home) {
        let other = home.workspace().await;
        let mut saving = Saving::of(home).await;
        saving.index(other.workspace()).await;
        let keyrings = Place::parse(&saving.keyring_to).unwrap();
        std::fs::create_dir(&saving.keyring_to).unwrap();
        backup::note_erasures(saving.store(), &keyrings).await.unwrap();
        assert_eq!(std::fs::read_dir(&saving.keyring_to).unwrap().count(), 0, "there is no key to sign with yet");
        saving.create().await.unwrap();
        saving.store().erase_workspace(saving.workspace, &Actor::system()).await.unwrap();
        for _ in 0..2 {
            backup::note_erasures(saving.store(), &keyrings).await.unwrap();
        }
        let missing = Place::parse(&format!("{}/none", saving.keyring_to)).unwrap();
        assert!(backup::note_erasures(saving.store(), &missing).await.is_err(), "where nothing is noted, it is said");
        // One that the instance did not write has no weight.
        let note = |place: &str, id: WorkspaceId| Path::new(place).join(format!("erased/{}.json", id.uuid()));
        let written = std::fs::read_to_string(note(&saving.keyring_to, saving.workspace)).unwrap();
        let forged = written.replace(&saving.workspace.uuid().to_string(), &other.workspace().uuid().to_string());
        std::fs::create_dir(Path::new(&saving.to).join("erased")).unwrap();
        std::fs::write(note(&saving.to, other.workspace()), forged).unwrap();
        saving.stop();
        let target = saving.files();
        let restored = saving.restore(&target, |_| {}).await.unwrap();
        assert_eq!((restored.workspaces, restored.erased_again), (1, 1));
        assert_eq!(opened(&target.options).await.workspaces().await.unwrap(), [other.workspace()]);
    }
}

/// In the keyring that is there, the only copy of it: another backup may hold that workspace.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_destroys_no_key_that_nobody_erased() {
    let mut saving = Saving::of(crate::engines::Home::embedded().await).await;
    let first = saving.create().await.unwrap();
    let later = WorkspaceId::new(saving.store().clock().now());
    saving.store().create_workspace(later).await.unwrap();
    saving.index(later).await;
    let door = saving.store().system_tenant(later, Actor::system());
    door.write(async |tx: &mut TenantTx| add(tx, "later").await.map(drop)).await.unwrap();
    drop(door);
    saving.create().await.unwrap();
    saving.stop();
    let Engine::Embedded { data } = saving.options.engine.clone() else { panic!("it is embedded") };
    // Closed to the end before its files are moved.
    drop(opened(&saving.options).await);
    let aside = tempfile::tempdir().unwrap();
    while data.join("control.db-wal").exists() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for name in ["control.db", "workspaces"] {
        std::fs::rename(data.join(name), aside.path().join(name)).unwrap();
    }
    let target = saving.itself();
    let restored = saving.restore(&target, |restore| {
        restore.backup = Some(first.id);
        restore.keyring_from = None;
    });
    assert_eq!(restored.await.unwrap().workspaces, 1);
    let restored = saving.restore(&target, |restore| {
        restore.only = Some(later);
        restore.keyring_from = None;
    });
    restored.await.unwrap();
    let store = opened(&target.options).await;
    assert_eq!(names(&store.system_tenant(later, Actor::system())).await, ["later"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crash_left_of_an_erasure_is_done_at_the_next_start() {
    let mut saving = Saving::of(crate::engines::Home::embedded().await).await;
    let Engine::Embedded { data } = saving.options.engine.clone() else { unreachable!() };
    let name = saving.workspace.to_string();
    let paths = [data.join("keyring").join(&name), data.join("workspaces").join(format!("{name}.db"))];
    let kept = paths.each_ref().map(|path| std::fs::read(path).unwrap());
    saving.store().erase_workspace(saving.workspace, &Actor::system()).await.unwrap();
    saving.stop();
    for (path, bytes) in paths.iter().zip(kept) {
        std::fs::write(path, bytes).unwrap();
    }
    saving.start().await;
    assert!(paths.iter().all(|path| !path.exists()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_deletes_no_workspace_that_is_not_erased() {
    let home = crate::engines::Home::postgres().await;
    let door = home.workspace().await;
    door.write(async |tx: &mut TenantTx| add(tx, "kept").await.map(drop)).await.unwrap();
    let url = &home.database.as_ref().unwrap().serve_url;
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let id = door.workspace().uuid();
    let refused = client.execute("SELECT control.erase_workspace($1)", &[&id]).await.unwrap_err();
    assert!(refused.as_db_error().unwrap().message().contains("not one that is erased"), "{refused:?}");
    // One that was replaced is so in one transaction, and that it was stays written.
    let replaced = "INSERT INTO control.erasures (id, kind, at) VALUES ($1, 'replaced', 7)";
    client.execute(replaced, &[&id]).await.unwrap();
    let refused = client.execute("SELECT control.erase_workspace($1)", &[&id]).await.unwrap_err();
    assert!(refused.as_db_error().unwrap().message().contains("not one that is erased"), "{refused:?}");
    for change in
        ["DELETE FROM control.erasures WHERE id = $1", "UPDATE control.erasures SET at = 0 WHERE id = $1"]
    {
        let denied = client.execute(change, &[&id]).await.unwrap_err();
        assert!(denied.as_db_error().unwrap().message().contains("permission denied"), "{denied:?}");
    }
    client.batch_execute("BEGIN; SET LOCAL ROLE trackhold_tenant").await.unwrap();
    let denied = client.execute("SELECT control.erase_workspace($1)", &[&id]).await.unwrap_err();
    assert!(denied.as_db_error().unwrap().message().contains("permission denied"), "{denied:?}");
    assert_eq!(names(&door).await, ["kept"]);
}
