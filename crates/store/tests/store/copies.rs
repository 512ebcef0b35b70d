//! Whole workspaces from one engine to the other, every kind of value among their rows.

use std::sync::{Arc, Mutex};

use kernel::WorkspaceId;
use kernel::audit::Entry;
use kernel::crypto::Key;
use store::copy::{CopyError, Database, File, Inspection, Schema, Scope, tables_into_file};
use store::moving::{Move, Phase, Report, State, Step, Watch};
use store::{Engine, StartError, Store, TenantTx, params};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::engines::{Home, Namer, add, chain, names};

store::statements! {
    tenant PROJECT = "INSERT INTO projects (workspace_id, id, key, name, description, lead_id, next_number, archived_at,
        version, created_by, created_at, updated_at) VALUES ($1, $2, 'KEY', $3, '', NULL, $4, $4, $4, $2, $4, 0)";
    tenant BOARD = "INSERT INTO boards (workspace_id, id, project_id, name, position, archived_at, version, created_by,
        created_at, updated_at) VALUES ($1, $2, $2, '', 'a0', NULL, 1, NULL, 0, 0)";
    tenant GROUP = "INSERT INTO board_groups (workspace_id, id, board_id, name, position, color, wip_limit, archived_at,
        version, created_at) VALUES ($1, $2, $2, '', 'a0', NULL, 0, NULL, 1, 0)";
    tenant ITEM = "INSERT INTO items (workspace_id, id, project_id, board_id, group_id, number, title, description, status,
        priority, start_on, due_on, due_key, parent_id, position, labels, assignees, checklist_count, entry_count,
        done_count, update_count, link_count, archived_at, deleted_at, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $3, $3, $4, $5, '', 'todo', 0, NULL, '2024-02-29', '2024-02-29', $6, 'a0', '[]', '[]', 0, 0,
        0, 0, 0, NULL, $4, 1, NULL, 0, 0)";
    tenant PARENT = "UPDATE items SET parent_id = $3 WHERE workspace_id = $1 AND id = $2";
    tenant IMPORT = "INSERT INTO imports (workspace_id, id, source, file_name, file_hash, dry_run, status, phase, done,
        total, created, skipped, report, time_zone, project_id, board_id, spool_id, spool_key, created_by, created_at,
        finished_at) VALUES ($1, $2, 'trello', '', $3, $4, 'done', '', $5, $5, 0, 0, '{}', '', NULL, NULL, NULL, $6,
        NULL, 0, NULL)";
    tenant REFERENCE = "INSERT INTO import_refs (workspace_id, source, kind, source_id, target_id)
        VALUES ($1, 'trello', 'card', $2, $3)";
}

/// Names whose order differs by who sorts: by bytes, by UTF-16, by a language.
const TEXTS: [&str; 9] = ["", " ", "B", "a", "é", "e\u{301}", "\u{ffff}", "\u{1f600}", "\u{202e}\r\n\t\u{1}"];

/// One row of every kind, and items that refer forwards, backwards and in a circle.
async fn fill(tx: &mut TenantTx) -> kernel::Result<()> {
    let ws = tx.workspace();
    for text in TEXTS {
        add(tx, text).await?;
        tx.exec(&REFERENCE, params![ws, text, Uuid::max()]).await?;
    }
    add(tx, &"x".repeat(1 << 20)).await?;
    let project = Uuid::from_u128(9);
    tx.exec(&PROJECT, params![ws, project, "\u{1f600}".repeat(1 << 18).as_str(), i64::MIN]).await?;
    tx.exec(&BOARD, params![ws, project]).await?;
    tx.exec(&GROUP, params![ws, project]).await?;
    // The highest key first: its children come before it in the order of keys.
    for number in (1..=2_500_u32).rev() {
        let id = Uuid::from_u128(u128::from(number) << 64);
        let parent = (number < 2_500).then(|| Uuid::from_u128(u128::from(number + 1) << 64));
        tx.exec(&ITEM, params![ws, id, project, number, "title", parent]).await?;
    }
    let (first, last) = (Uuid::from_u128(1 << 64), Uuid::from_u128(2_500 << 64));
    tx.exec(&PARENT, params![ws, last, first]).await?;
    for (number, (dry_run, count)) in
        [(true, i64::MIN), (false, -1), (true, 0), (false, i64::MAX)].into_iter().enumerate()
    {
        let bytes = vec![0xff; number * 300_000];
        let key = (number > 0).then_some(&bytes);
        tx.exec(&IMPORT, params![ws, Uuid::from_u128(number as u128), &bytes, dry_run, count, key]).await?;
    }
    tx.audit(Entry::new("workspace.filled", ws));
    Ok(())
}

#[derive(Default)]
struct Steps(Mutex<Vec<Step>>);

impl Watch for Steps {
    fn phase(&self, _: Phase, _: Option<u64>) {}
    fn rows(&self, _: u64) {}
    fn step(&self, step: &Step) {
        self.0.lock().unwrap().push(step.clone());
    }
}

/// Moves what a dropped store left, which gives up its folder a moment later.
async fn moved(work: &Move) -> Result<(Report, Vec<Step>), CopyError> {
    for _ in 0..100 {
        let steps = Arc::new(Steps::default());
        match work.run(steps.clone()).await {
            Err(CopyError::Start(StartError::InUse(_))) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            outcome => return outcome.map(|report| (report, steps.0.lock().unwrap().clone())),
        }
    }
    panic!("the folder stays in use");
}

/// A database of its own, and the move of `home` into it.
async fn into_postgres(home: &Home) -> (TestDatabase, Move) {
    let database = tokio::task::spawn_blocking(|| testkit::postgres().fresh_database()).await.unwrap();
    let work = Move {
        from: home.folder.path().join("data"),
        serve: database.serve_url.clone(),
        migrate: Some(database.migrate_url.clone()),
        master_key: home.options.master_key.clone(),
        dry_run: false,
    };
    (database, work)
}

async fn inspected(database: &TestDatabase, id: WorkspaceId) -> Inspection {
    let mut database = Database::connect(&database.serve_url).await.unwrap();
    let tables = database.reading(Scope::Workspace(id)).await.unwrap();
    tables.inspect(&Schema::newest("tenant").unwrap(), |_| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_is_the_same_on_both_engines_and_back() {
    let home = Home::embedded().await;
    let (door, other) = (home.workspace().await, home.workspace().await);
    let id = door.workspace();
    door.write(async |tx: &mut TenantTx| fill(tx).await).await.unwrap();
    other.write(async |tx: &mut TenantTx| add(tx, "of another").await.map(drop)).await.unwrap();
    index(&home, &[id, other.workspace()]).await;
    let (database, work) = into_postgres(&home).await;
    drop((door, other, home.store));
    let (report, steps) = moved(&work).await.unwrap();
    assert!(
        report.moved && report.workspaces == 2 && report.rows > 2_500 && report.bytes > 4 << 20,
        "{report:?}"
    );

    let there = inspected(&database, id).await;
    assert_eq!(there.chain, Ok(11));
    assert_eq!((there.digest.tables["items"].rows, there.digest.tables["members"].rows), (2_500, 10));
    let is_told = |step: &Step| {
        matches!(step, Step::Workspace { id: told, sha256, state: State::Moved, .. }
            if *told == id && *sha256 == there.digest.text())
    };
    assert!(steps.iter().any(is_told), "{steps:?}");

    // Back into a file of its own, under a key of its own.
    let (path, key) = (home.folder.path().join("back.db"), Key::random());
    let (scope, schema) = (Scope::Workspace(id), Schema::newest("tenant").unwrap());
    let mut file = File::create(&path, &key, scope).unwrap();
    let mut connection = Database::connect(&database.serve_url).await.unwrap();
    let tables = connection.reading(scope).await.unwrap();
    tables_into_file(&tables, &schema, &mut file).await.unwrap();
    drop(file);
    let file = File::untouched(&path, &key, scope).unwrap();
    assert_eq!(file.schema().unwrap(), schema);
    assert_eq!(file.inspect(&schema, |_| {}).unwrap(), there);

    // And it is served.
    let mut options = home.options.clone();
    options.engine = Engine::Postgres { serve: database.serve_url.clone(), migrate: None };
    let store = Store::open(options, Arc::new(Namer)).await.unwrap();
    let door = store.system_tenant(id, kernel::access::Actor::system());
    assert_eq!((names(&door).await.len(), chain(&door).await), (10, 11));
    door.write(async |tx: &mut TenantTx| add(tx, "new").await.map(drop)).await.unwrap();
    assert_eq!(chain(&door).await, 12);
}

store::statements! {
    control INDEX = "INSERT INTO workspaces (id, name, created_by, created_at) VALUES ($1, 'W', NULL, 0)";
}

/// Puts workspaces into the instance's index, as signing up does.
async fn index(home: &Home, ids: &[WorkspaceId]) {
    for id in ids.iter().copied() {
        home.store
            .control()
            .write(async move |tx: &mut store::ControlTx| tx.exec(&INDEX, params![id]).await.map(drop))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_value_anywhere_gives_another_digest() {
    let home = Home::embedded().await;
    let door = home.workspace().await;
    let id = door.workspace();
    door.write(async |tx: &mut TenantTx| fill(tx).await).await.unwrap();
    index(&home, &[id]).await;
    let (database, work) = into_postgres(&home).await;
    drop((door, home.store));
    moved(&work).await.unwrap();
    let before = inspected(&database, id).await;
    let (superuser, connection) =
        tokio_postgres::connect(&database.superuser_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    for (change, table) in [
        ("UPDATE tenant.imports SET dry_run = NOT dry_run WHERE done = 0", "imports"),
        ("UPDATE tenant.items SET start_on = '' WHERE number = 7", "items"),
        (
            "DELETE FROM tenant.outbox_seen; UPDATE tenant.members SET role = 'viewer' WHERE name = ''",
            "members",
        ),
        ("UPDATE tenant.audit_head SET seq = seq - 1", "audit_head"),
    ] {
        superuser.batch_execute(&format!("BEGIN; {change}; COMMIT")).await.unwrap();
        let now = inspected(&database, id).await;
        let differing: Vec<&String> = now
            .digest
            .tables
            .iter()
            .filter(|(name, digest)| before.digest.tables[*name] != **digest)
            .map(|(name, _)| name)
            .collect();
        assert!(differing.iter().any(|name| *name == table), "{change}: {differing:?}");
    }
    assert!(inspected(&database, id).await.chain.is_err(), "the chain ends elsewhere than its head says");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_postgresql_cannot_hold_is_said_before_anything_is_written() {
    let home = Home::embedded().await;
    let door = home.workspace().await;
    door.write(async |tx: &mut TenantTx| add(tx, "a\0b").await.map(drop)).await.unwrap();
    index(&home, &[door.workspace()]).await;
    let (database, work) = into_postgres(&home).await;
    drop((door, home.store));
    let refused = moved(&work).await.err().unwrap().to_string();
    assert!(refused.contains("members.name") && refused.contains("NUL"), "{refused}");
    let (superuser, connection) =
        tokio_postgres::connect(&database.superuser_url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let schemas = superuser.query("SELECT FROM pg_namespace WHERE nspname = 'control'", &[]).await.unwrap();
    assert!(schemas.is_empty());
}
