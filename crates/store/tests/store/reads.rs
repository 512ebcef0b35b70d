//! Reads see one moment and cannot write.

use store::{TenantTx, params};

use crate::both_engines;
use crate::engines::Home;
use crate::engines::{NAMES, add, names};

both_engines! {
    async fn a_read_cannot_write(home) {
        let door = home.workspace().await;
        let refused = door.read(async |tx: &mut TenantTx| add(tx, "smuggled").await).await;
        assert!(refused.is_err());
        assert!(names(&door).await.is_empty());
        door.write(async |tx: &mut TenantTx| add(tx, "written").await).await.unwrap();
        assert_eq!(names(&door).await, ["written"]);
    }

    async fn a_read_sees_one_moment(home) {
        let door = home.workspace().await;
        let other = door.clone();
        let (before, after) = door
            .read(async |tx: &mut TenantTx| {
                let workspace = tx.workspace();
                let before: Vec<(String,)> = tx.all(&NAMES, params![workspace]).await?;
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                        runtime.block_on(other.write(async |tx: &mut TenantTx| add(tx, "meanwhile").await)).unwrap();
                    });
                });
                let after: Vec<(String,)> = tx.all(&NAMES, params![workspace]).await?;
                Ok((before, after))
            })
            .await
            .unwrap();
        assert_eq!(before, after);
        assert_eq!(names(&door).await, ["meanwhile"]);
    }
}

store::statements! {
    control CONTROL_BACKEND = "SELECT CAST(pg_backend_pid() AS bigint)";
    tenant TENANT_BACKEND = "SELECT CAST(pg_backend_pid() AS bigint)";
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_used_again() {
    let home = Home::postgres().await;
    let door = home.workspace().await;
    let mut backends = std::collections::HashSet::new();
    for _ in 0..20 {
        let control: Option<(i64,)> = home.store.control().first(&CONTROL_BACKEND, &[]).await.unwrap();
        let alone: Option<(i64,)> = door.first(&TENANT_BACKEND, &[]).await.unwrap();
        let read: Option<(i64,)> =
            door.read(async |tx: &mut TenantTx| tx.first(&TENANT_BACKEND, &[]).await).await.unwrap();
        let write: Option<(i64,)> =
            door.write(async |tx: &mut TenantTx| tx.first(&TENANT_BACKEND, &[]).await).await.unwrap();
        backends.extend([control, alone, read, write].into_iter().flatten());
    }
    assert!(backends.len() <= 4, "{} connections for one client", backends.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_read_leaves_no_transaction_behind() {
    let home = Home::postgres().await;
    let door = home.workspace().await;
    for _ in 0..20 {
        let cancelled = door.clone();
        let reading =
            tokio::spawn(
                async move { cancelled.all::<(String,)>(&NAMES, params![cancelled.workspace()]).await },
            );
        tokio::task::yield_now().await;
        reading.abort();
        let _ = reading.await;
        // A read in somebody's leftover transaction would see an old moment, or another workspace.
        door.write(async |tx: &mut TenantTx| add(tx, "more").await).await.unwrap();
    }
    assert_eq!(names(&door).await.len(), 20);
}
