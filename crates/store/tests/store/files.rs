//! The embedded engine's folder: encrypted, owned by one process, one bad file harming no other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::WorkspaceId;
use kernel::access::Actor;
use kernel::crypto::MasterKey;
use store::{Engine, Options, StartError, Store, TenantTx};

use crate::engines::{Home, Namer, add, chain, names};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    // A log of SQLite's may go between the listing and the reading.
    let read = |path: PathBuf| match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        bytes => Some((path, bytes.unwrap())),
    };
    let mut all: Vec<_> = files(folder).into_iter().filter_map(read).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_lies_about_in_clear() {
    let home = Home::embedded().await;
    let door = home.workspace().await;
    door.write(async |tx: &mut TenantTx| add(tx, "a very secret title").await).await.unwrap();
    let files = contents(&home.folder.path().join("data"));
    assert!(files.iter().any(|(path, _)| path.extension().is_some_and(|e| e == "db-wal")));
    for (path, bytes) in files {
        assert!(!bytes.starts_with(b"SQLite format 3"), "{path:?}");
        assert!(!bytes.windows(11).any(|part| part == b"very secret"), "{path:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_master_key_touches_nothing() {
    let home = Home::embedded().await;
    let door = home.workspace().await;
    door.write(async |tx: &mut TenantTx| add(tx, "kept").await).await.unwrap();
    let (mut options, folder) = (home.options.clone(), home.folder);
    drop((door, home.store));
    let right = std::mem::replace(&mut options.master_key, MasterKey::random());
    let before = settled(folder.path()).await;
    let error = reopen(options.clone()).await.err().expect("it does not open");
    assert!(matches!(error, StartError::WrongMasterKey { .. }), "{error}");
    assert!(error.to_string().contains("Nothing was touched"));
    assert!(contents(folder.path()) == before, "nothing was touched");
    options.master_key = right;
    reopen(options).await.unwrap();
}

/// The writer threads close their files a moment after the store is dropped.
async fn settled(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut before = contents(folder);
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        let now = contents(folder);
        if now == before {
            return now;
        }
        before = now;
    }
}

/// Opens again; a dropped store gives up its folder a moment later.
async fn reopen(options: Options) -> Result<Store, StartError> {
    for _ in 0..100 {
        match Store::open(options.clone(), Arc::new(Namer)).await {
            Err(StartError::InUse(_)) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            other => return other,
        }
    }
    panic!("the folder stays in use");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_is_refused() {
    let home = Home::embedded().await;
    let second = Store::open(home.options.clone(), Arc::new(Namer)).await.err().unwrap();
    assert!(matches!(second, StartError::InUse(_)), "{second}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_open_files_serve_many_workspaces() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(Engine::Embedded { data: folder.path().into() }, MasterKey::random());
    options.open_workspaces = 3;
    let store = Store::open(options, Arc::new(Namer)).await.unwrap();
    let mut doors = Vec::new();
    for _ in 0..12 {
        let id = WorkspaceId::new(store.clock().now());
        store.create_workspace(id).await.unwrap();
        doors.push(store.system_tenant(id, Actor::system()));
    }
    for round in 0..5 {
        for door in &doors {
            door.write(async move |tx: &mut TenantTx| add(tx, &format!("{round}")).await).await.unwrap();
        }
    }
    for door in &doors {
        assert_eq!(names(door).await, ["0", "1", "2", "3", "4"]);
        assert_eq!(chain(door).await, 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_workspace_is_unavailable_alone() {
    let home = Home::embedded().await;
    let (bad, good) = (home.workspace().await, home.workspace().await);
    for door in [&bad, &good] {
        door.write(async |tx: &mut TenantTx| add(tx, "here").await).await.unwrap();
    }
    let (options, folder) = (home.options.clone(), home.folder);
    let ids = (bad.workspace(), good.workspace());
    drop((bad, good, home.store));
    settled(folder.path()).await;
    let path = folder.path().join("data/workspaces").join(format!("{}.db", ids.0));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let store = reopen(options).await.unwrap();
    let bad = store.system_tenant(ids.0, Actor::system());
    let error = bad.write(async |tx: &mut TenantTx| add(tx, "x").await).await.unwrap_err();
    assert_eq!(error.status(), 503, "{error:?}");
    let good = store.system_tenant(ids.1, Actor::system());
    good.write(async |tx: &mut TenantTx| add(tx, "more").await).await.unwrap();
    assert_eq!(names(&good).await, ["here", "more"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_without_a_key_does_not_open() {
    let home = Home::embedded().await;
    let unknown = home.store.system_tenant(WorkspaceId::new(home.store.clock().now()), Actor::system());
    let error = unknown.write(async |tx: &mut TenantTx| add(tx, "x").await).await.unwrap_err();
    assert_eq!(error.status(), 503);
    assert!(files(&home.folder.path().join("data/workspaces")).is_empty());
}
