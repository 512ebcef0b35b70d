//! One workspace, brought back into an instance that is there.

use std::time::Duration;

use kernel::access::Actor;
use store::{Engine, Seen, TenantTx};

use super::saving::{Saving, ledger, opened};
use crate::both_engines;
use crate::engines::{add, chain, names};

both_engines! {
    async fn a_workspace_comes_back_over_what_is_there(home) {
        let other = home.workspace().await;
        let mut saving = Saving::of(home).await;
        saving.index(other.workspace()).await;
        saving.door().write(async |tx: &mut TenantTx| add(tx, "before").await.map(drop)).await.unwrap();
        saving.create().await.unwrap();
        for door in [&saving.door(), &other] {
            for _ in 0..3 {
                door.write(async |tx: &mut TenantTx| {
                    tx.event("thing.done", "later", serde_json::Value::Null);
                    add(tx, "after").await.map(drop)
                })
                .await
                .unwrap();
            }
        }
        let seen = saving.door().newest_event().await.unwrap();
        let id = saving.workspace;
        drop(other);
        saving.stop();
        let target = saving.itself();
        let refused = saving.restore(&target, |restore| restore.only = Some(id)).await.unwrap_err();
        assert!(refused.to_string().contains("--replace"), "{refused}");
        let restored = saving
            .restore(&target, |restore| {
                restore.only = Some(id);
                restore.replace = true;
                // The instance has its own keys.
                restore.keyring_from = None;
            })
            .await
            .unwrap();
        assert_eq!(restored.workspaces, 1);
        saving.start().await;
        assert_eq!(names(&saving.door()).await, ["before"]);
        assert_eq!(chain(&saving.door()).await, 2);
        assert_eq!(ledger(saving.store()).await, ["workspace.restored"]);
        let others = saving.store().workspaces().await.unwrap();
        let other = others.into_iter().find(|other| *other != id).unwrap();
        assert_eq!(names(&saving.store().system_tenant(other, Actor::system())).await, ["after"; 3]);
        // Whoever followed what was replaced is told that it is another.
        let mut watch = saving.door().watch(Some(seen)).await.unwrap();
        let told = tokio::time::timeout(Duration::from_secs(30), watch.next()).await.unwrap().unwrap();
        assert!(matches!(told, Seen::Missed), "{told:?}");
        if let Engine::Embedded { data } = &saving.options.engine {
            let aside = std::fs::read_dir(data.join("replaced")).unwrap().next().unwrap().unwrap();
            assert!(aside.path().join(format!("{id}.db")).exists());
            assert!(!data.join("restoring").exists());
        }
    }

    async fn a_backup_of_one_workspace_comes_back_into_another_instance(home) {
        let mut saving = Saving::of(home).await;
        saving.door().write(async |tx: &mut TenantTx| add(tx, "alone").await.map(drop)).await.unwrap();
        saving.only = Some(saving.workspace);
        let manifest = saving.create().await.unwrap();
        assert_eq!(manifest.parts.len(), 2);
        assert_eq!((manifest.parts[1].rows, manifest.parts[1].records), (2, 0));
        let empty = saving.files();
        let whole = saving.restore(&empty, |_| {}).await.unwrap_err();
        assert!(whole.to_string().contains("alone"), "{whole}");
        for target in [saving.files(), saving.database().await] {
            // An instance that has never heard of it.
            drop(opened(&target.options).await);
            let id = saving.workspace;
            saving.restore(&target, |restore| restore.only = Some(id)).await.unwrap();
            let store = opened(&target.options).await;
            assert_eq!(store.workspaces().await.unwrap(), [id]);
            let door = store.system_tenant(id, Actor::system());
            assert_eq!(names(&door).await, ["alone"]);
            door.write(async |tx: &mut TenantTx| add(tx, "new").await.map(drop)).await.unwrap();
            assert_eq!(chain(&door).await, 3);
        }
    }
}
