//! Reads see one moment and cannot write.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use kernel::access::{Caller, Credential, Origin, Role};
use kernel::{Error, UserId};
use store::{ControlTx, TenantDoor, TenantTx, params};

use crate::both_engines;
use crate::engines::Home;
use crate::engines::{NAMES, add, names, user};

both_engines! {
    async fn a_read_cannot_write(home) {
        let door = home.workspace().await;
        let refused = door.read(async |tx: &mut TenantTx| add(tx, "smuggled").await).await;
        assert!(refused.is_err());
        assert!(names(&door).await.is_empty());
        door.write(async |tx: &mut TenantTx| add(tx, "written").await).await.unwrap();
        assert_eq!(names(&door).await, ["written"]);
    }

    async fn a_kept_answer_is_the_one_that_a_read_would_give(home) {
        let door = home.workspace().await;
        let asker = |role| {
            let user = UserId::new(home.store.clock().now());
            let caller = Caller::authenticated(user, door.workspace(), role, Credential::System, Origin::default(), None);
            home.store.tenant(&caller)
        };
        let reads = AtomicUsize::new(0);
        let ask = async |door: &TenantDoor, question: &str| {
            let answer = door
                .kept(question, async |door| {
                    reads.fetch_add(1, Ordering::SeqCst);
                    Ok(Bytes::from(names(door).await.join(",")))
                })
                .await;
            String::from_utf8(answer.unwrap().to_vec()).unwrap()
        };
        // How often it was read since the last time.
        let fresh = |embedded: usize, always: usize| {
            let expected = if home.store.is_embedded() { embedded } else { always };
            assert_eq!(reads.swap(0, Ordering::SeqCst), expected);
        };
        let (one, other) = (asker(Role::Viewer), asker(Role::Viewer));
        assert_eq!((ask(&one, "names").await, ask(&one, "names").await), (String::new(), String::new()));
        fresh(1, 2);
        ask(&one, "others").await;
        ask(&other, "names").await;
        fresh(2, 2);
        for name in ["a", "b", "c"] {
            door.write(async move |tx: &mut TenantTx| add(tx, name).await).await.unwrap();
            let expected = names(&door).await.join(",");
            assert!(expected.ends_with(name));
            assert_eq!((ask(&one, "names").await, ask(&one, "names").await), (expected.clone(), expected));
            fresh(1, 2);
        }
        // Another workspace's changes are none of this one's.
        let elsewhere = home.workspace().await;
        elsewhere.write(async |tx: &mut TenantTx| add(tx, "elsewhere").await).await.unwrap();
        assert_eq!(ask(&one, "names").await, "a,b,c");
        fresh(0, 1);
        // What the server asks for itself, nobody asks twice.
        assert_eq!((ask(&elsewhere, "names").await, ask(&elsewhere, "names").await), ("elsewhere".into(), "elsewhere".into()));
        fresh(2, 2);
        // A refusal is not kept.
        let refused = one.kept("refused", async |_| Err(Error::NotFound)).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        assert_eq!(ask(&one, "refused").await, "a,b,c");
    }

    /// Whoever has an answer to a change sees that change.
    async fn no_kept_answer_is_older_than_an_answered_change(home) {
        let door = home.workspace().await;
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (user, door) = (UserId::new(home.store.clock().now()), door.clone());
                let caller = Caller::authenticated(user, door.workspace(), Role::Viewer, Credential::System, Origin::default(), None);
                let asks = home.store.tenant(&caller);
                tokio::spawn(async move {
                    for round in 0..50 {
                        let name = format!("{user} {round:02}");
                        let added = name.clone();
                        door.write(async move |tx: &mut TenantTx| add(tx, &added).await).await.unwrap();
                        for _ in 0..3 {
                            let read = async |door: &TenantDoor| Ok(Bytes::from(names(door).await.join(",")));
                            let seen = asks.kept("names", read).await.unwrap();
                            assert!(std::str::from_utf8(&seen).unwrap().contains(&name));
                        }
                    }
                })
            })
            .collect();
        for reader in readers {
            reader.await.unwrap();
        }
        assert_eq!(names(&door).await.len(), 200);
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
        let (store, workspace) = (home.store.clone(), door.workspace());
        let asking = tokio::spawn(async move {
            store
                .first_of_both::<(i64,), (String,)>(
                    (&CONTROL_BACKEND, &[]),
                    workspace,
                    (&NAMES, params![workspace]),
                )
                .await
        });
        tokio::task::yield_now().await;
        reading.abort();
        asking.abort();
        let _ = (reading.await, asking.await);
        // A read in somebody's leftover transaction would see an old moment, or another workspace.
        door.write(async |tx: &mut TenantTx| add(tx, "more").await).await.unwrap();
        home.store
            .control()
            .write(async |tx: &mut ControlTx| {
                user(tx, "a@mail.example").await.and(Err::<(), _>(Error::NotFound))
            })
            .await
            .unwrap_err();
    }
    assert_eq!(names(&door).await.len(), 20);
}
