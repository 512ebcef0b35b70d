//! More that want to write than there is room for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt;
use store::{TenantDoor, TenantTx};

use crate::engines::{Home, add, names};
use crate::groups::{Gate, spawn};

/// Writes until it is over, and always sends the next change before the last one is saved.
fn keep_busy(door: &TenantDoor, over: Arc<AtomicBool>) {
    let again = door.clone();
    let writing = door.write(async move |tx: &mut TenantTx| {
        add(tx, "more").await?;
        if !over.load(Ordering::Relaxed) {
            keep_busy(&again, over);
        }
        Ok(())
    });
    // It is in the queue; nobody waits for its answer.
    let _ = std::pin::pin!(writing).now_or_never();
}

/// As many workspaces write without a pause as there are connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn busy_workspaces_leave_connections_to_others() {
    let home = Home::postgres().await;
    let quiet = home.workspace().await;
    let over = Arc::new(AtomicBool::new(false));
    let mut busy = Vec::new();
    for _ in 0..home.options.connections {
        let door = home.workspace().await;
        keep_busy(&door, over.clone());
        busy.push(door);
    }
    for n in 0..20 {
        assert_eq!(names(&quiet).await.len(), n);
        quiet.write(async |tx: &mut TenantTx| add(tx, "quiet").await).await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for door in busy {
        assert!(!names(&door).await.is_empty());
    }
}

/// What waits is bounded; who comes too late is told so, and nothing of his is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_full_refuses_at_once() {
    let home = Home::embedded().await;
    let door = home.workspace().await;
    let gate = Gate::close(&door).await;
    let many: Vec<_> =
        (0..4_100).map(|_| spawn(&door, async |tx: &mut TenantTx| add(tx, "waits").await)).collect();
    gate.open().await;
    let mut refused = 0;
    for one in many {
        match one.await.unwrap() {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.status(), 503);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 4, "4,096 wait");
    assert_eq!(names(&door).await.len(), 1 + 4_096);
}
