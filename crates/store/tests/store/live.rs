//! Whoever follows a workspace is told everything, once, in order, whoever did it.

use std::sync::Arc;
use std::time::Duration;

use kernel::WorkspaceId;
use serde_json::{Value, json};
use store::{Seen, Store, TenantDoor, TenantTx, Watch};

use crate::both_engines;
use crate::engines::{Home, Namer};

async fn tell(door: &TenantDoor, resource: &str) {
    let resource = resource.to_owned();
    door.write(async move |tx: &mut TenantTx| {
        tx.event("thing.done", resource, Value::Null);
        Ok(())
    })
    .await
    .unwrap();
}

async fn next(watch: &mut Watch) -> Seen {
    tokio::time::timeout(Duration::from_secs(30), watch.next()).await.expect("something is told").unwrap()
}

/// The number and the resource of the next event.
async fn event(watch: &mut Watch) -> (i64, String) {
    match next(watch).await {
        Seen::Event(event) => (event.number, event.resource.clone()),
        Seen::Missed => panic!("events are missing"),
    }
}

async fn is_quiet(watch: &mut Watch) -> bool {
    tokio::time::timeout(Duration::from_millis(50), watch.next()).await.is_err()
}

both_engines! {
    async fn a_follower_is_told_what_comes_and_what_it_missed(home) {
        let door = home.workspace().await;
        let other = home.workspace().await;
        tell(&door, "before").await;
        let mut watch = door.watch(None).await.unwrap();
        assert_eq!(watch.last(), 1);
        tell(&other, "elsewhere").await;
        tell(&door, "a").await;
        tell(&door, "b").await;
        assert_eq!(event(&mut watch).await, (2, "a".into()));
        assert_eq!(event(&mut watch).await, (3, "b".into()));
        assert!(is_quiet(&mut watch).await);
        // Somebody else comes back, and goes on.
        let mut again = door.watch(Some(1)).await.unwrap();
        assert_eq!(event(&mut again).await, (2, "a".into()));
        tell(&door, "c").await;
        assert_eq!(event(&mut again).await, (3, "b".into()));
        assert_eq!(event(&mut again).await, (4, "c".into()));
        assert_eq!(event(&mut watch).await, (4, "c".into()));
    }

    async fn what_an_event_says_is_kept(home) {
        let door = home.workspace().await;
        let user = door
            .write(async |tx: &mut TenantTx| {
                tx.event("item.moved", "item_1", json!({ "board": "board_1", "version": 3 }));
                Ok(tx.user())
            })
            .await
            .unwrap();
        let Seen::Event(told) = next(&mut door.watch(Some(0)).await.unwrap()).await else { panic!("it is kept") };
        assert_eq!((&*told.kind, &*told.resource, told.actor), ("item.moved", "item_1", user));
        assert_eq!((told.workspace, told.number), (door.workspace(), 1));
        assert_eq!(told.about, json!({ "board": "board_1", "version": 3 }));
        let age = home.store.clock().now().since(told.at);
        assert!(age < Duration::from_secs(60), "{age:?}");
    }

    async fn what_was_taken_back_is_told_to_nobody(home) {
        let door = home.workspace().await;
        let mut watch = door.watch(None).await.unwrap();
        door.write(async |tx: &mut TenantTx| {
            tx.event("thing.done", "undone", Value::Null);
            Err::<(), _>(kernel::Error::NotFound)
        })
        .await
        .unwrap_err();
        tell(&door, "done").await;
        assert_eq!(event(&mut watch).await, (1, "done".into()));
    }

    async fn many_followers_are_told_all_of_many_writers(home) {
        let door = home.workspace().await;
        let mut watches = Vec::new();
        for _ in 0..20 {
            watches.push(door.watch(None).await.unwrap());
        }
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let door = door.clone();
                tokio::spawn(async move {
                    for n in 0..100 {
                        tell(&door, &format!("{writer}-{n}")).await;
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        // More came than is kept for them in memory: the rest is read from the journal.
        for watch in &mut watches {
            for number in 1..=800 {
                assert_eq!(event(watch).await.0, number);
            }
        }
    }

    async fn old_events_are_forgotten_and_whoever_missed_them_is_told_so(home) {
        let door = home.workspace().await;
        tell(&door, "the first").await;
        for _ in 0..10 {
            door.write(async |tx: &mut TenantTx| {
                for n in 0..1_000 {
                    tx.event("thing.done", n, Value::Null);
                }
                Ok(())
            })
            .await
            .unwrap();
        }
        let mut late = door.watch(Some(0)).await.unwrap();
        assert!(matches!(next(&mut late).await, Seen::Missed));
        assert_eq!(late.last(), 10_001);
        tell(&door, "now").await;
        assert_eq!(event(&mut late).await, (10_002, "now".into()));
        // All of what is promised to be there is.
        let mut recent = door.watch(Some(10_001 - 8_000)).await.unwrap();
        assert_eq!(event(&mut recent).await.0, 2_002);
    }

    async fn a_place_that_never_was_is_no_place(home) {
        let door = home.workspace().await;
        tell(&door, "one").await;
        for nowhere in [99, -1] {
            let mut watch = door.watch(Some(nowhere)).await.unwrap();
            assert!(matches!(next(&mut watch).await, Seen::Missed), "{nowhere}");
            assert!(is_quiet(&mut watch).await, "{nowhere}");
        }
        let mut nobodys = home.store.system_tenant(WorkspaceId::new(home.store.clock().now()), kernel::access::Actor::system()).watch(None).await;
        assert!(nobodys.as_mut().is_err(), "there is no such workspace");
    }
}

/// Another node of the same instance.
async fn another(home: &Home) -> Store {
    Store::open(home.options.clone(), Arc::new(Namer)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_tell_each_other() {
    let home = Home::postgres().await;
    let here = home.workspace().await;
    let there = another(&home).await.system_tenant(here.workspace(), kernel::access::Actor::system());
    let mut watch = there.watch(None).await.unwrap();
    for n in 1..=50 {
        tell(if n % 2 == 0 { &here } else { &there }, &n.to_string()).await;
    }
    for n in 1..=50 {
        assert_eq!(event(&mut watch).await, (n, n.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_called_while_nobody_could_hear_is_caught_up_with() {
    let home = Home::postgres().await;
    let here = home.workspace().await;
    let there = another(&home).await.system_tenant(here.workspace(), kernel::access::Actor::system());
    let mut watch = there.watch(None).await.unwrap();
    tell(&here, "heard").await;
    assert_eq!(event(&mut watch).await, (1, "heard".into()));
    let url = &home.database.as_ref().unwrap().superuser_url;
    let (superuser, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let ended = superuser
        .query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(ended.len(), 2, "both nodes listen");
    tell(&here, "missed").await;
    assert_eq!(event(&mut watch).await, (2, "missed".into()));
    tell(&here, "and on").await;
    assert_eq!(event(&mut watch).await, (3, "and on".into()));
}
