//! A connection between two of its users: whatever became of the one before, the next is alone with its own.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{Error, Result};
use store::{ControlTx, TenantDoor, TenantTx, params};
use tokio::sync::Barrier;

use crate::engines::{ADD, EVERYBODY, Home, USERS, add, user};
use crate::groups::end_connections;

const ROUNDS: usize = 304;
/// Two are the instance's.
const CONNECTIONS: usize = 5;
const OF_CONTROL: usize = 2;
const OF_TENANTS: usize = 3;

store::statements! {
    /// No name is a number.
    tenant BREAKS = "SELECT CAST(name AS bigint) FROM members WHERE workspace_id = $1";
    tenant STATE = "SELECT coalesce(current_setting('trackhold.workspace', true), ''), CAST(current_user AS text),
        CAST(pg_backend_pid() AS bigint)";
    control CONTROL_STATE = "SELECT coalesce(current_setting('trackhold.workspace', true), ''), CAST(current_user AS text),
        CAST(pg_backend_pid() AS bigint)";
    control STRANGERS = "SELECT name FROM tenant.members ORDER BY name, user_id";
}

type Names = Vec<(String,)>;

/// Looks at it so often, and goes away.
async fn dropped<F: Future>(future: F, polls: usize) {
    let mut future = pin!(future);
    for _ in 0..polls {
        if futures_util::poll!(future.as_mut()).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// That a server's process has ended may come out at the first use of its connection.
async fn patiently<T>(mut ask: impl AsyncFnMut() -> Result<T>) -> T {
    for _ in 0..100 {
        match ask().await {
            Ok(answer) => return answer,
            Err(Error::Unavailable { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("there is no connection any more");
}

/// One way of leaving a connection in a bad state. Members of a workspace all have its `name`.
async fn upset(home: &Home, door: &TenantDoor, name: &'static str, round: usize) {
    let polls = 1 + round * 7 % 23;
    match round % 10 {
        0 => dropped(door.all::<(String,)>(&EVERYBODY, &[]), polls).await,
        1 => {
            let reading = door.read(async |tx: &mut TenantTx| {
                tx.all::<(String,)>(&EVERYBODY, &[]).await?;
                tx.all::<(String,)>(&EVERYBODY, &[]).await
            });
            dropped(reading, polls).await;
        }
        2 => dropped(door.write(async move |tx: &mut TenantTx| add(tx, name).await), polls).await,
        3 => panicking_action(door).await,
        4 => panicking_read(door.clone()).await,
        5 => failing_statements(door).await,
        6 => {
            let (store, workspace) = (&home.store, door.workspace());
            let both =
                store.first_of_both::<(String,), (String,)>((&USERS, &[]), workspace, (&EVERYBODY, &[]));
            dropped(both, polls).await;
        }
        7 => {
            let control = home.store.control();
            dropped(control.all::<(String,)>(&USERS, &[]), polls).await;
            dropped(control.read(async |tx: &mut ControlTx| tx.all::<(String,)>(&USERS, &[]).await), polls)
                .await;
        }
        8 => {
            let control = home.store.control();
            let refused = control.write(async |tx: &mut ControlTx| {
                user(tx, "nobody@mail.example").await?;
                Err::<(), _>(Error::NotFound)
            });
            assert!(refused.await.is_err());
        }
        _ => {
            let busy = async {
                // Whether they are answered depends on when the end comes.
                let _ = door.all::<(String,)>(&EVERYBODY, &[]).await;
                let _ = door.write(async move |tx: &mut TenantTx| add(tx, name).await).await;
            };
            tokio::join!(end_connections(home), busy);
        }
    }
}

async fn panicking_action(door: &TenantDoor) {
    let panicked = door.write(async |tx: &mut TenantTx| {
        add(tx, "half").await?;
        let seen: Names = tx.all(&EVERYBODY, &[]).await?;
        assert!(seen.is_empty(), "as the test wants it");
        Ok(())
    });
    assert!(panicked.await.is_err());
}

async fn panicking_read(door: TenantDoor) {
    let panicked = tokio::spawn(async move {
        let reading = door.read(async |tx: &mut TenantTx| {
            let seen: Names = tx.all(&EVERYBODY, &[]).await?;
            assert!(seen.is_empty(), "as the test wants it");
            Ok(())
        });
        reading.await
    });
    assert!(!matches!(panicked.await, Ok(Ok(()))));
}

async fn failing_statements(door: &TenantDoor) {
    assert!(door.all::<(i64,)>(&BREAKS, params![door.workspace()]).await.is_err());
    let read = door.read(async |tx: &mut TenantTx| {
        let _ = tx.all::<(i64,)>(&BREAKS, params![tx.workspace()]).await;
        tx.all::<(String,)>(&EVERYBODY, &[]).await
    });
    assert!(read.await.is_err());
    let write = door.write(async |tx: &mut TenantTx| {
        add(tx, "half").await?;
        let (workspace, now) = (tx.workspace(), tx.now());
        let _ = tx.exec(&ADD, params![workspace, workspace, None::<&str>, now]).await;
        Ok(())
    });
    assert!(write.await.is_err());
}

/// In all three ways of asking; nobody else's, and nothing that was taken back.
async fn sees_its_own(door: &TenantDoor, name: &str, round: usize) {
    let alone = patiently(async || door.all::<(String,)>(&EVERYBODY, &[]).await).await;
    let read = patiently(async || {
        door.read(async |tx: &mut TenantTx| tx.all::<(String,)>(&EVERYBODY, &[]).await).await
    });
    let write = patiently(async || {
        door.write(async |tx: &mut TenantTx| tx.all::<(String,)>(&EVERYBODY, &[]).await).await
    });
    let (read, write) = (read.await, write.await);
    for seen in [alone, read, write] {
        assert!(!seen.is_empty() && seen.iter().all(|(one,)| one == name), "round {round}, {name}: {seen:?}");
    }
}

/// All connections of the workspaces' pool at the same time, each with a question without a filter.
async fn every_tenant_connection(door: &TenantDoor, name: &str) {
    let together = Arc::new(Barrier::new(OF_TENANTS));
    let asking = (0..OF_TENANTS).map(|_| {
        let (door, together) = (door.clone(), together.clone());
        tokio::spawn(async move {
            let reading = door.read(async move |tx: &mut TenantTx| {
                let state: (String, String, i64) = tx.one(&STATE, &[]).await?;
                meet(&together).await?;
                let seen: Names = tx.all(&EVERYBODY, &[]).await?;
                Ok((state, seen))
            });
            reading.await
        })
    });
    let mut processes = HashSet::new();
    for one in asking.collect::<Vec<_>>() {
        let ((setting, role, process), seen) = one.await.unwrap().unwrap();
        assert_eq!((setting, role.as_str()), (door.workspace().uuid().to_string(), "trackhold_tenant"));
        assert!(!seen.is_empty() && seen.iter().all(|(one,)| one == name), "{name}: {seen:?}");
        processes.insert(process);
    }
    assert_eq!(processes.len(), OF_TENANTS);
}

/// The same of the instance's pool, where there is no workspace to be seen.
async fn every_control_connection(home: &Home) {
    let together = Arc::new(Barrier::new(OF_CONTROL));
    let asking = (0..OF_CONTROL).map(|_| {
        let (door, together) = (home.store.control(), together.clone());
        tokio::spawn(async move {
            let reading = door.read(async move |tx: &mut ControlTx| {
                let state: (String, String, i64) = tx.one(&CONTROL_STATE, &[]).await?;
                meet(&together).await?;
                let seen: Names = tx.all(&STRANGERS, &[]).await?;
                Ok((state, seen))
            });
            reading.await
        })
    });
    let mut processes = HashSet::new();
    for one in asking.collect::<Vec<_>>() {
        let ((setting, role, process), seen) = one.await.unwrap().unwrap();
        assert_eq!((setting.as_str(), role.as_str(), seen), ("", "trackhold_app", Vec::new()));
        processes.insert(process);
    }
    assert_eq!(processes.len(), OF_CONTROL);
}

async fn meet(together: &Barrier) -> Result<()> {
    tokio::time::timeout(Duration::from_secs(20), together.wait()).await.map(drop).map_err(Error::internal)
}

/// None is in a transaction, or in the middle of anything.
async fn all_is_quiet(home: &Home) {
    let superuser = home.superuser().await;
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let restless = "SELECT state || ': ' || query FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'trackhold_app' AND state <> 'idle'";
        let rows = superuser.query(restless, &[]).await.unwrap();
        if rows.is_empty() {
            return;
        }
        let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert!(Instant::now() < deadline, "{found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_carries_anything_over_to_its_next_user() {
    let home = Home::postgres_with(CONNECTIONS).await;
    let (a, b) = (home.workspace().await, home.workspace().await);
    for (door, name) in [(&a, "a"), (&b, "b")] {
        door.write(async move |tx: &mut TenantTx| add(tx, name).await).await.unwrap();
    }
    for round in 0..ROUNDS {
        let (door, name) = if round / 10 % 2 == 0 { (&a, "a") } else { (&b, "b") };
        upset(&home, door, name, round).await;
        sees_its_own(&b, "b", round).await;
        sees_its_own(&a, "a", round).await;
    }
    all_is_quiet(&home).await;
    for (door, name) in [(&a, "a"), (&b, "b")] {
        every_tenant_connection(door, name).await;
    }
    every_control_connection(&home).await;
    all_is_quiet(&home).await;
}
