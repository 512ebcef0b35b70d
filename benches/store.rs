//! Creating an item, durable, with its history, audit record and chain: at the store's door, and
//! beside it the same statements on the bare library, in one run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]

#[path = "store/bare_postgres.rs"]
mod bare_postgres;
#[path = "store/bare_sqlite.rs"]
mod bare_sqlite;
#[path = "store/statements.rs"]
mod statements;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use benches::{at_least, best_of_three, figure};
use kernel::access::{Caller, Credential, Level, Origin, Projects, Role, Tasks};
use kernel::crypto::MasterKey;
use kernel::{UserId, WorkspaceId};
use store::{Engine, Message, Options, Receive, Store, TenantTx};
use tracing_subscriber::filter::LevelFilter;
use work::boards::{BoardId, NewBoard};
use work::groups::{GroupId, NewGroup};
use work::items::NewItem;
use work::projects::NewProject;

const LENGTH: Duration = Duration::from_secs(3);
const TURN: Duration = Duration::from_secs(1);
const TURNS: u32 = 8;

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(
        &'a self,
        _: &'a mut TenantTx,
        _: Message,
    ) -> Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> {
        Box::pin(async { Ok(()) })
    }
}

/// An open store with one workspace, project, board and group.
struct Home {
    store: Store,
    caller: Caller,
    board: BoardId,
    group: GroupId,
}

impl Home {
    async fn open(engine: Engine) -> Self {
        let store = Store::open(Options::new(engine, MasterKey::random()), Arc::new(Nobody)).await.unwrap();
        let now = store.clock().now();
        let (user, workspace) = (UserId::new(now), WorkspaceId::new(now));
        store.create_workspace(workspace).await.unwrap();
        let caller = Caller::authenticated(user, workspace, Role::Admin, Credential::System, origin(), None);
        let permit = caller.permit::<Projects>(Level::Full).unwrap();
        let (board, group) = store
            .tenant(&caller)
            .write(async move |tx: &mut TenantTx| {
                let new: NewProject =
                    serde_json::from_value(serde_json::json!({"name": "P", "key": "PP"})).unwrap();
                let project = work::projects::actions::create(tx, permit, new, None).await?.id;
                let new = NewBoard { name: "B".into() };
                let board = work::boards::actions::create(tx, permit, project, new, None).await?.id;
                let new = NewGroup { name: "G".into(), color: None, wip_limit: None };
                let group = work::groups::actions::create(tx, permit, board, new, None).await?.id;
                Ok((board, group))
            })
            .await
            .unwrap();
        Self { store, caller, board, group }
    }

    /// Items made a second by `clients` at once.
    async fn creates(&self, clients: usize, length: Duration) -> f64 {
        let made = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        let running: Vec<_> = (0..clients)
            .map(|_| {
                let (door, made) = (self.store.tenant(&self.caller), made.clone());
                let permit = self.caller.permit::<Tasks>(Level::Limited).unwrap();
                let (board, group) = (self.board, self.group);
                tokio::spawn(async move {
                    while began.elapsed() < length {
                        let new = NewItem { group_id: Some(group), ..NewItem::titled(TITLE) };
                        door.write(async move |tx: &mut TenantTx| {
                            work::items::actions::create(tx, permit, board, new, None).await
                        })
                        .await
                        .unwrap();
                        made.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for client in running {
            client.await.unwrap();
        }
        made.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
    }
}

pub const TITLE: &str = "Something that has to be done by the end of the week";

pub fn origin() -> Origin {
    Origin {
        ip: "192.0.2.7".parse().ok(),
        user_agent: Some("Mozilla/5.0 (a usual length of it, more or less)".into()),
    }
}

fn main() {
    // What the store has to say when a figure is odd.
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(LevelFilter::WARN).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    println!("-- embedded: creates a second");
    sqlite(&runtime, 1, 0.75);
    sqlite(&runtime, 32, 0.65);
    println!("-- PostgreSQL, one workspace: creates a second");
    postgres(&runtime);
    benches::end();
}

fn sqlite(runtime: &tokio::runtime::Runtime, clients: usize, target: f64) {
    // Short turns on the same two files, so that a change of the disk's mood meets both; the first warms up.
    let folder = tempfile::tempdir().unwrap();
    let home = runtime.block_on(Home::open(Engine::Embedded { data: folder.path().join("data") }));
    let alone = bare_sqlite::Bare::open(&folder.path().join("bare.db"));
    let turns: Vec<(f64, f64)> = (0..=TURNS)
        .map(|_| (runtime.block_on(home.creates(clients, TURN)), alone.creates(clients, TURN)))
        .collect();
    let mean = |pick: fn(&(f64, f64)) -> f64| turns[1..].iter().map(pick).sum::<f64>() / f64::from(TURNS);
    let (ours, bare) = (mean(|turn| turn.0), mean(|turn| turn.1));
    figure(&format!("store, {clients} clients"), ours, "/s");
    figure(&format!("bare rusqlite, groups of {clients}"), bare, "/s");
    at_least("  ratio", ours / bare, target);
}

fn postgres(runtime: &tokio::runtime::Runtime) {
    let database = testkit::postgres().fresh_database();
    let engine =
        Engine::Postgres { serve: database.serve_url.clone(), migrate: Some(database.migrate_url.clone()) };
    let home = runtime.block_on(Home::open(engine));
    let ours = best_of_three(|| runtime.block_on(home.creates(32, LENGTH)));
    let alone = best_of_three(|| runtime.block_on(home.creates(1, LENGTH)));
    let bare =
        best_of_three(|| runtime.block_on(bare_postgres::creates(&database.serve_url, &home, 32, LENGTH)));
    figure("store, 32 clients", ours, "/s");
    figure("store, 1 client", alone, "/s");
    figure("bare tokio-postgres, one transaction each, 32 clients", bare, "/s");
    at_least("  ratio at 32 clients", ours / bare, 2.5);
}
