//! `kill -9` at random moments: what was acknowledged is there, whole, in a chain that verifies.
//!
//! The killed process is this test binary again, told by an environment variable to write. It
//! keeps a ledger outside of the store: a name goes in, and is synced, only after the store said
//! that it was saved.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::future::Future;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::access::Actor;
use kernel::crypto::{MasterKey, random};
use kernel::{UserId, WorkspaceId};
use store::{Engine, Message, Options, Receive, Store, TenantTx, params};

store::statements! {
    tenant ADD = "INSERT INTO members (workspace_id, user_id, name, status, joined_at) VALUES ($1, $2, $3, 'active', 0)";
    tenant ADD_SECOND = "INSERT INTO invitations (workspace_id, id, email, role, created_at, expires_at) VALUES ($1, $2, $3, 'viewer', 0, 0)";
    tenant NAMES = "SELECT name FROM members WHERE workspace_id = $1";
    tenant SECONDS = "SELECT email FROM invitations WHERE workspace_id = $1";
}

/// Kills a round on fresh data; rounds times kills is 200 embedded.
const KILLS: usize = 25;

/// Wherever other suites keep their data: this one is about what a disk is told.
fn on_disk() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

#[test]
fn two_hundred_kills_lose_nothing_embedded() {
    for round in 0..8 {
        let folder = on_disk();
        let data = folder.path().join("data");
        let written = murder(folder.path(), &format!("embedded {}", data.display()), KILLS);
        assert!(written > KILLS, "round {round}: the writers were killed before they wrote anything");
    }
}

#[test]
fn killed_clients_lose_nothing_on_postgres() {
    let database = testkit::postgres().fresh_database();
    let folder = on_disk();
    let engine = format!("postgres {} {}", database.serve_url, database.migrate_url);
    let written = murder(folder.path(), &engine, KILLS);
    assert!(written > KILLS, "the writers were killed before they wrote anything");
}

/// Starts and kills the writer; each start checks what the last one left. Gives the number of
/// acknowledged writes.
fn murder(folder: &Path, engine: &str, kills: usize) -> usize {
    let key = MasterKey::random().to_hex();
    let start = |last: bool| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--nocapture"])
            .env("CRASH_FOLDER", folder)
            .env("CRASH_ENGINE", engine)
            .env("CRASH_KEY", key.as_str())
            .env("CRASH_LAST", last.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for kill in 0..kills {
        let mut child = start(false);
        assert!(says(&mut child, "writing"), "start {kill} found something wrong");
        let [moment] = random::<1>();
        std::thread::sleep(Duration::from_millis(u64::from(moment)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = start(true).wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&last.stdout);
    assert!(last.status.success() && said.contains("all there"), "something is wrong in the end: {said}");
    ledger(folder).len()
}

fn says(child: &mut Child, words: &str) -> bool {
    let out = BufReader::new(child.stdout.take().unwrap());
    out.lines().map_while(Result::ok).any(|line| line.contains(words))
}

fn ledger(folder: &Path) -> HashSet<String> {
    let text = std::fs::read_to_string(folder.join("ledger")).unwrap_or_default();
    // A name that the kill cut off was not yet counted as acknowledged.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(str::to_owned).collect()
}

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

/// Not a test of its own: the process that gets killed.
#[test]
fn writer() {
    let Ok(folder) = std::env::var("CRASH_FOLDER") else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(write_until_killed(&PathBuf::from(folder)));
}

async fn write_until_killed(folder: &Path) {
    let engine = std::env::var("CRASH_ENGINE").unwrap();
    let words: Vec<&str> = engine.split(' ').collect();
    let engine = match words[..] {
        ["embedded", data] => Engine::Embedded { data: data.into() },
        ["postgres", serve, migrate] => {
            Engine::Postgres { serve: serve.into(), migrate: Some(migrate.into()) }
        }
        _ => panic!("unknown engine"),
    };
    let master = MasterKey::from_hex(&std::env::var("CRASH_KEY").unwrap()).unwrap();
    let store = Store::open(Options::new(engine, master), Arc::new(Nobody)).await.unwrap();
    let workspace = workspace(folder, &store).await;
    let door = store.system_tenant(workspace, Actor::system());
    check(folder, &door).await;
    if std::env::var("CRASH_LAST").unwrap() == "true" {
        println!("all there");
        return;
    }
    let ledger = OpenOptions::new().create(true).append(true).open(folder.join("ledger")).unwrap();
    let ledger = Arc::new(Mutex::new(ledger));
    println!("writing");
    for _ in 0..8 {
        tokio::spawn(keep_writing(door.clone(), ledger.clone()));
    }
    std::future::pending().await
}

async fn keep_writing(door: store::TenantDoor, ledger: Arc<Mutex<File>>) {
    loop {
        let name = kernel::crypto::hex(&random::<16>());
        let saved = name.clone();
        if let Err(error) = door.write(async move |tx: &mut TenantTx| add(tx, &name).await).await {
            println!("a write failed: {error}");
            std::process::exit(1);
        }
        acknowledge(&ledger, &saved);
    }
}

async fn add(tx: &mut TenantTx, name: &str) -> kernel::Result<()> {
    let id: UserId = tx.new_id();
    tx.exec(&ADD, params![tx.workspace(), id, name]).await?;
    tx.exec(&ADD_SECOND, params![tx.workspace(), id, name]).await?;
    tx.audit(kernel::audit::Entry::new("member.added", id).personal("name", name, Some(id)));
    Ok(())
}

fn acknowledge(ledger: &Mutex<File>, name: &str) {
    let mut ledger = ledger.lock().unwrap();
    ledger.write_all(format!("{name}\n").as_bytes()).unwrap();
    ledger.sync_data().unwrap();
}

async fn workspace(folder: &Path, store: &Store) -> WorkspaceId {
    let path = folder.join("workspace");
    if let Ok(id) = std::fs::read_to_string(&path) {
        return id.parse().unwrap();
    }
    let id = WorkspaceId::new(store.clock().now());
    store.create_workspace(id).await.unwrap();
    std::fs::write(&path, id.to_string()).unwrap();
    id
}

/// Everything acknowledged is there; nothing is half there; every row has its record.
async fn check(folder: &Path, door: &store::TenantDoor) {
    let id = door.workspace();
    let names: Vec<(String,)> = door.all(&NAMES, params![id]).await.unwrap();
    let seconds: Vec<(String,)> = door.all(&SECONDS, params![id]).await.unwrap();
    let names: HashSet<String> = names.into_iter().map(|(name,)| name).collect();
    let seconds: HashSet<String> = seconds.into_iter().map(|(name,)| name).collect();
    let lost: Vec<_> = ledger(folder).difference(&names).cloned().collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(names, seconds, "an action is whole or not there");
    let records = door.read(async |tx: &mut TenantTx| tx.verify_chain().await).await.unwrap().unwrap();
    assert_eq!(usize::try_from(records).unwrap(), names.len(), "each has its record");
}
