//! What happens to the others when one action of a group goes wrong.

use std::sync::mpsc::{Receiver, Sender, channel};

use futures_util::FutureExt;
use kernel::{Error, Result, UserId};
use store::{Step, Tenant, TenantDoor, TenantTx, params};
use tokio::task::JoinHandle;

use crate::both_engines;
use crate::engines::{ADD, NAMES, add, chain, names};

/// Keeps the writer busy until told otherwise, so that what comes next is one group.
pub struct Gate {
    open: Sender<()>,
    first: JoinHandle<Result<()>>,
}

impl Gate {
    pub async fn close(door: &TenantDoor) -> Self {
        let (open, closed) = channel::<()>();
        let (tell, busy) = channel::<()>();
        let first = spawn(door, async move |tx: &mut TenantTx| {
            wait(tell, closed);
            add(tx, "first").await.map(drop)
        });
        tokio::task::spawn_blocking(move || busy.recv().unwrap()).await.unwrap();
        Self { open, first }
    }

    /// Lets the writer go on, once what was sent in the meantime surely waits in the queue.
    pub async fn open(self) {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        self.open.send(()).unwrap();
        self.first.await.unwrap().unwrap();
    }
}

async fn add_all<const N: usize>(tx: &mut TenantTx, ids: [UserId; N]) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = ids.map(|id| [workspace.into(), id.into(), "also".into(), now.into()]);
    let steps: Vec<Step<'_, Tenant>> = rows.iter().map(|row| (&ADD, row.as_slice())).collect();
    tx.exec_all(&steps).await
}

#[expect(clippy::needless_pass_by_value, reason = "both ends move into the action")]
fn wait(tell: Sender<()>, closed: Receiver<()>) {
    tell.send(()).unwrap();
    // The thread may be one that the runtime needs for what ends the waiting.
    tokio::task::block_in_place(|| closed.recv()).unwrap();
}

pub fn spawn<T, F>(door: &TenantDoor, action: F) -> JoinHandle<Result<T>>
where
    T: Send + 'static,
    F: AsyncFnOnce(&mut TenantTx) -> Result<T> + for<'a> store::Act<'a, store::Tenant, T> + Send + 'static,
{
    let door = door.clone();
    let mut writing = Box::pin(async move { door.write(action).await });
    // Sent here and now, so that actions are in the order of these calls.
    let done = (&mut writing).now_or_never();
    tokio::spawn(async move {
        match done {
            Some(done) => done,
            None => writing.await,
        }
    })
}

both_engines! {
    async fn a_failing_action_harms_no_other(home) {
        let door = home.workspace().await;
        let gate = Gate::close(&door).await;
        let good = spawn(&door, async |tx: &mut TenantTx| add(tx, "good").await);
        let bad = spawn(&door, async |tx: &mut TenantTx| {
            add(tx, "half").await?;
            Err::<(), _>(Error::conflict("no", "no"))
        });
        let panics = spawn(&door, async |tx: &mut TenantTx| {
            add(tx, "panicked").await?;
            if tx.user().is_none() {
                panic!("as the test wants it");
            }
            Ok(())
        });
        let last = spawn(&door, async |tx: &mut TenantTx| add(tx, "last").await);
        gate.open().await;
        good.await.unwrap().unwrap();
        assert!(matches!(bad.await.unwrap(), Err(Error::Conflict { code: "no", .. })));
        assert!(matches!(panics.await.unwrap(), Err(Error::Internal(_))));
        last.await.unwrap().unwrap();
        assert_eq!(names(&door).await, ["first", "good", "last"]);
        assert_eq!(chain(&door).await, 3, "no record of what did not happen");
    }

    async fn a_swallowed_failure_fails_its_action_only(home) {
        let door = home.workspace().await;
        let taken = door.write(async |tx: &mut TenantTx| add(tx, "taken").await).await.unwrap();
        let gate = Gate::close(&door).await;
        let swallows = spawn(&door, async move |tx: &mut TenantTx| {
            add(tx, "half").await?;
            let now = tx.now();
            let _ = tx.exec(&ADD, params![tx.workspace(), taken, "again", now]).await;
            // Nothing that follows could be sure not to stand alone.
            assert!(add(tx, "alone").await.is_err());
            Ok(())
        });
        let after = spawn(&door, async |tx: &mut TenantTx| add(tx, "after").await);
        gate.open().await;
        assert!(matches!(swallows.await.unwrap(), Err(Error::Conflict { .. })));
        after.await.unwrap().unwrap();
        assert_eq!(names(&door).await, ["after", "first", "taken"]);
        assert_eq!(chain(&door).await, 3);
    }

    /// On PostgreSQL changes are not waited for: some fail when their action has ended and the next one runs.
    async fn a_change_that_fails_late_fails_its_own_action_alone(home) {
        let door = home.workspace().await;
        let taken = door.write(async |tx: &mut TenantTx| add(tx, "taken").await).await.unwrap();
        let (done, ran) = channel();
        let gate = Gate::close(&door).await;
        let clash = |name: &'static str| {
            let done = done.clone();
            spawn(&door, async move |tx: &mut TenantTx| {
                add(tx, name).await?;
                tx.after_commit(move || done.send(name).unwrap());
                add_all(tx, [taken, taken]).await
            })
        };
        let good = |name: &'static str| {
            let done = done.clone();
            spawn(&door, async move |tx: &mut TenantTx| {
                let id = add(tx, name).await?;
                tx.after_commit(move || done.send(name).unwrap());
                let other = tx.new_id();
                add_all(tx, [other]).await?;
                Ok(id)
            })
        };
        let silent = || spawn(&door, async |_: &mut TenantTx| Ok(7));
        let refused = || spawn(&door, async |tx: &mut TenantTx| {
            add(tx, "refused").await?;
            let other = tx.new_id();
            add_all(tx, [other]).await?;
            Err::<(), _>(Error::conflict("no", "no"))
        });
        // Before one that does well, before another that clashes, before one that says nothing, before one that
        // is refused, and at the end.
        let clashes = [clash("clash 1"), clash("clash 2")];
        let first = good("good 1");
        let third = clash("clash 3");
        let nothing = silent();
        let second = good("good 2");
        let fourth = clash("clash 4");
        let no = refused();
        let goes_on = spawn(&door, async move |tx: &mut TenantTx| {
            add(tx, "goes on").await?;
            add_all(tx, [taken]).await?;
            add(tx, "and on").await
        });
        let fifth = clash("clash 5");
        let last_nothing = silent();
        gate.open().await;
        for clash in clashes.into_iter().chain([third, fourth, fifth]) {
            assert!(matches!(clash.await.unwrap(), Err(Error::Conflict { .. })));
        }
        assert!(matches!(no.await.unwrap(), Err(Error::Conflict { code: "no", .. })));
        assert!(matches!(goes_on.await.unwrap(), Err(Error::Conflict { .. })));
        assert_eq!((nothing.await.unwrap().unwrap(), last_nothing.await.unwrap().unwrap()), (7, 7));
        first.await.unwrap().unwrap();
        second.await.unwrap().unwrap();
        assert_eq!(names(&door).await, ["also", "also", "first", "good 1", "good 2", "taken"]);
        assert_eq!(chain(&door).await, 4, "no record of what did not happen");
        assert_eq!(ran.try_iter().collect::<Vec<_>>(), ["good 1", "good 2"]);
    }

    async fn a_client_that_goes_away_leaves_nothing_half_done(home) {
        let door = home.workspace().await;
        let gate = Gate::close(&door).await;
        let gone = spawn(&door, async |tx: &mut TenantTx| {
            add(tx, "gone 1").await?;
            add(tx, "gone 2").await
        });
        let stays = spawn(&door, async |tx: &mut TenantTx| add(tx, "stays").await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        gate.open().await;
        stays.await.unwrap().unwrap();
        assert_eq!(names(&door).await, ["first", "gone 1", "gone 2", "stays"]);
        assert_eq!(chain(&door).await, 4);
    }

    async fn many_clients_at_once_are_all_right(home) {
        let door = home.workspace().await;
        let clients: Vec<_> = (0..500)
            .map(|n| spawn(&door, async move |tx: &mut TenantTx| add(tx, &format!("client {n:03}")).await))
            .collect();
        for client in clients {
            client.await.unwrap().unwrap();
        }
        let expected: Vec<_> = (0..500).map(|n| format!("client {n:03}")).collect();
        assert_eq!(names(&door).await, expected);
        assert_eq!(chain(&door).await, 500);
    }

    async fn events_and_what_follows_leave_only_after_the_commit(home) {
        let door = home.workspace().await;
        let mut events = home.store.events();
        let failed = door
            .write(async |tx: &mut TenantTx| {
                tx.event("member.added", "x", serde_json::Value::Null);
                tx.after_commit(|| panic!("must not run"));
                Err::<(), _>(Error::NotFound)
            })
            .await;
        assert!(matches!(failed, Err(Error::NotFound)));
        let (done, ran) = channel();
        door.write(async move |tx: &mut TenantTx| {
            tx.event("member.renamed", "y", serde_json::Value::Null);
            tx.after_commit(move || done.send(()).unwrap());
            add(tx, "one").await
        })
        .await
        .unwrap();
        ran.try_recv().expect("it ran before the answer");
        let event = events.recv().await.unwrap();
        assert_eq!((&*event.kind, event.workspace), ("member.renamed", door.workspace()));
    }
}

store::statements! {
    tenant FEW_PAGES = "PRAGMA max_page_count = 1";
    tenant MORE_PAGES = "PRAGMA max_page_count = 1000000";
}

/// The pragma cannot go below the file's present size, so the next new page finds the disk full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_no_answer_and_nothing_acknowledged() {
    let home = crate::engines::Home::embedded().await;
    let door = home.workspace().await;
    door.write(async |tx: &mut TenantTx| add(tx, "before").await).await.unwrap();
    let gate = Gate::close(&door).await;
    let full = spawn(&door, async |tx: &mut TenantTx| {
        tx.all::<(i64,)>(&FEW_PAGES, &[]).await?;
        for n in 0..200 {
            add(tx, &format!("{n}{}", "x".repeat(2_000))).await?;
        }
        Ok(())
    });
    let neighbours: Vec<_> = (0..5)
        .map(|n| spawn(&door, async move |tx: &mut TenantTx| add(tx, &format!("neighbour {n}")).await))
        .collect();
    gate.open.send(()).unwrap();
    let first = gate.first.await.unwrap();
    let full = full.await.unwrap().unwrap_err();
    assert!(matches!(full, Error::Unavailable { .. }), "{full:?}");
    let mut expected = vec!["before".to_owned()];
    expected.extend(first.is_ok().then(|| "first".to_owned()));
    for (n, neighbour) in neighbours.into_iter().enumerate() {
        match neighbour.await.unwrap() {
            Ok(_) => expected.push(format!("neighbour {n}")),
            Err(error) => assert_eq!(error.status(), 503, "{error:?}"),
        }
    }
    door.write(async |tx: &mut TenantTx| tx.all::<(i64,)>(&MORE_PAGES, &[]).await).await.unwrap();
    door.write(async |tx: &mut TenantTx| add(tx, "recovered").await).await.unwrap();
    expected.push("recovered".into());
    expected.sort();
    assert_eq!(names(&door).await, expected);
    assert_eq!(chain(&door).await, i64::try_from(expected.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_lost_connection_is_told_and_the_next_write_has_a_new_one() {
    let home = crate::engines::Home::postgres().await;
    let door = home.workspace().await;
    let (go_on, ended) = channel::<()>();
    let (tell, busy) = channel::<()>();
    let lost = spawn(&door, async move |tx: &mut TenantTx| {
        add(tx, "half").await?;
        wait(tell, ended);
        add(tx, "lost").await.map(drop)
    });
    tokio::task::spawn_blocking(move || busy.recv().unwrap()).await.unwrap();
    let behind = spawn(&door, async |tx: &mut TenantTx| add(tx, "behind").await);
    end_connections(&home).await;
    go_on.send(()).unwrap();
    assert_eq!(lost.await.unwrap().unwrap_err().status(), 503);
    behind.await.unwrap().expect("what was still queued is written over a new connection");
    assert_eq!(names(&door).await, ["behind"]);
    assert_eq!(chain(&door).await, 1);
}

/// A refusal that rests on what another action of the group did says no more than that one's answer does.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_refusal_in_a_group_that_was_lost_is_no_answer() {
    let home = crate::engines::Home::postgres().await;
    let door = home.workspace().await;
    let gate = Gate::close(&door).await;
    let (go_on, ended) = channel::<()>();
    let (tell, busy) = channel::<()>();
    let adds = spawn(&door, async |tx: &mut TenantTx| add(tx, "one").await);
    let refused = spawn(&door, async |tx: &mut TenantTx| {
        let names: Vec<(String,)> = tx.all(&NAMES, params![tx.workspace()]).await?;
        let is_there = names.iter().any(|(name,)| name == "one");
        if is_there { Err(Error::conflict("taken", "There is one.")) } else { Ok(()) }
    });
    let loses = spawn(&door, async move |tx: &mut TenantTx| {
        add(tx, "half").await?;
        wait(tell, ended);
        add(tx, "lost").await.map(drop)
    });
    gate.open().await;
    tokio::task::spawn_blocking(move || busy.recv().unwrap()).await.unwrap();
    end_connections(&home).await;
    go_on.send(()).unwrap();
    assert_eq!(adds.await.unwrap().unwrap_err().status(), 503);
    assert_eq!(refused.await.unwrap().unwrap_err().status(), 503);
    assert_eq!(loses.await.unwrap().unwrap_err().status(), 503);
    assert_eq!(names(&door).await, ["first"]);
}

/// Ends the server's process of every connection that there is.
pub async fn end_connections(home: &crate::engines::Home) {
    let ended = home
        .superuser()
        .await
        .query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'trackhold_app'",
            &[],
        )
        .await
        .unwrap();
    assert!(!ended.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_that_waits_for_something_else_is_an_error_and_holds_nobody_up() {
    let home = crate::engines::Home::embedded().await;
    let door = home.workspace().await;
    let waits = door
        .write(async |tx: &mut TenantTx| {
            add(tx, "half").await?;
            tokio::task::yield_now().await;
            Ok(())
        })
        .await;
    assert!(matches!(waits, Err(Error::Internal(_))));
    door.write(async |tx: &mut TenantTx| add(tx, "next").await).await.unwrap();
    assert_eq!(names(&door).await, ["next"]);
}
