//! An instance goes from its data directory into PostgreSQL, and nothing of it is lost on the way.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kernel::WorkspaceId;
use serde_json::{Value, json};
use testkit::{Engine, Instance, Log, TestDatabase};
use tokio::runtime::Runtime;
use tokio_postgres::{Client as Database, NoTls};

use crate::commands::{PASSWORD, create, login, said};
use crate::http::Client;
use crate::master_keys::made;
use crate::process::{BINARY, Ended, KEY, OTHER_KEY, instance, listing, run, trackhold};

fn database() -> TestDatabase {
    testkit::postgres().fresh_database()
}

/// The command, with both addresses in its environment.
fn moving(from: &Path, to: &TestDatabase, more: &[&str]) -> Command {
    let from = from.to_str().unwrap();
    let mut command = trackhold(Path::new("/"), &["move", "--from", from, "--json"]);
    command.args(more).env("TRACKHOLD_DATABASE_URL", &to.serve_url);
    command.env("TRACKHOLD_MIGRATE_URL", &to.migrate_url);
    command
}

fn under(key: &str, command: &mut Command) -> Ended {
    run(command.env("TRACKHOLD_MASTER_KEY", key))
}

/// The lines that a move said, which ended well.
fn lines(ended: &Ended) -> Vec<Value> {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn refused(ended: &Ended, why: &str) {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains(why), "{why}: {ended:?}");
}

/// A connection for whom row-level security does not count.
fn superuser(runtime: &Runtime, of: &TestDatabase) -> Database {
    let (client, connection) = runtime.block_on(tokio_postgres::connect(&of.superuser_url, NoTls)).unwrap();
    runtime.spawn(connection);
    client
}

fn count(runtime: &Runtime, database: &Database, sql: &str) -> i64 {
    runtime.block_on(database.query_one(sql, &[])).unwrap().get(0)
}

/// A stopped instance of two workspaces under [`KEY`]; gives the second one's id.
fn two_workspaces(folder: &Path) -> WorkspaceId {
    made(folder);
    let mut command = trackhold(
        folder,
        &["user", "create", "--data", "data", "--email", "grace@example.com", "--name", "Grace"],
    );
    command.args(["--password-stdin", "--workspace", "Compilers", "--json"]);
    let ended =
        crate::process::run_with_input(command.env("TRACKHOLD_MASTER_KEY", KEY), &format!("{PASSWORD}\n"));
    said(&ended)["workspace"]["id"].as_str().unwrap().parse().unwrap()
}

/// A project with items, one a child of another, an update and a checklist; gives the project's path.
pub fn work_in(client: &mut Client, key: &str) -> String {
    let project = client.post("/api/v1/projects", &json!({"name": "Ünïcode 🦀", "key": key})).expect(201);
    let project = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());
    let board = client.post(&format!("{project}/boards"), &json!({"name": "Board"})).expect(201);
    let items = format!("/api/v1/boards/{}/items", board["id"].as_str().unwrap());
    let parent =
        client.post(&items, &json!({"title": "Parent", "description": "x".repeat(9_000)})).expect(201);
    let parent = parent["id"].as_str().unwrap();
    for number in 0..40 {
        let child = json!({"title": format!("Child {number}"), "parent_id": parent});
        client.post(&items, &child).expect(201);
    }
    client.post(&format!("/api/v1/items/{parent}/updates"), &json!({"body": "**So** far"})).expect(201);
    client.post(&format!("/api/v1/items/{parent}/checklists"), &json!({"title": "List"})).expect(201);
    project
}

/// All of a project but the time at which it was taken out.
pub fn exported(client: &mut Client, project: &str) -> Value {
    let mut all = client.get(&format!("{project}/export")).expect(200);
    all.as_object_mut().unwrap().remove("exported_at").unwrap();
    all
}

pub fn signed_in(instance: &Instance, email: &str) -> Client {
    let mut client = Client::new(instance.address());
    client.post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD})).expect(200);
    client
}

#[test]
fn a_moved_instance_is_the_same_and_its_source_untouched() {
    let mut source = instance(&[]);
    let people = [("ada@example.com", "Engines", "ENG"), ("grace@example.com", "Compilers", "COM")];
    for (email, workspace, _) in people {
        said(&create(source.data(), email, &["--workspace", workspace]));
    }
    let before = people.map(|(email, _, key)| {
        let mut client = signed_in(&source, email);
        let project = work_in(&mut client, key);
        let export = exported(&mut client, &project);
        (email, project, export)
    });
    let database = database();
    refused(&run(&mut moving(source.data(), &database, &[])), "another server is using");
    // What it had not yet written back into its files is in their logs.
    source.kill();
    let files = listing(source.data());
    assert!(files.iter().any(|(path, ..)| path.to_string_lossy().ends_with("-wal")));
    let said_of_it = lines(&run(&mut moving(source.data(), &database, &[])));
    assert!(listing(source.data()) == files, "the source is as it was");
    let (first, last) = (&said_of_it[0], said_of_it.last().unwrap());
    assert_eq!((&first["step"], &first["workspaces"]), (&json!("checked"), &json!(2)), "{said_of_it:?}");
    assert_eq!((&last["step"], &last["rows"]), (&json!("finished"), &first["rows"]), "{said_of_it:?}");
    refused(&run(&mut moving(source.data(), &database, &[])), "has been moved into this database already");

    let key = fs::read_to_string(source.data().join("master.key")).unwrap();
    let environment =
        [("TRACKHOLD_MASTER_KEY", key.trim()), ("TRACKHOLD_DATABASE_URL", database.serve_url.as_str())];
    let mut all = environment.to_vec();
    all.push(("TRACKHOLD_MIGRATE_URL", database.migrate_url.as_str()));
    let moved = Instance::start_binary(Path::new(BINARY), Engine::Postgres, &all, Log::Kept);
    for (email, project, export) in &before {
        let mut client = signed_in(&moved, email);
        assert_eq!(exported(&mut client, project), *export);
        let other = before.iter().find(|(other, ..)| other != email).unwrap();
        assert_eq!(client.get(&other.1).status, 404);
    }
    assert_eq!(login(moved.address(), "ada@example.com", "not the password"), 401);
    let mut verify = trackhold(Path::new("/"), &["audit", "verify", "--json"]);
    assert_eq!(said(&run(verify.envs(environment)))["whole"], true);
    let data = source.data().to_str().unwrap();
    assert_eq!(
        said(&run(&mut trackhold(Path::new("/"), &["audit", "verify", "--json", "--data", data])))["whole"],
        true
    );
}

#[test]
fn a_dry_run_changes_nothing_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    two_workspaces(folder.path());
    let (data, database, runtime) = (folder.path().join("data"), database(), Runtime::new().unwrap());
    let files = listing(&data);
    let said_of_it = lines(&under(KEY, &mut moving(&data, &database, &["--dry-run"])));
    assert_eq!((&said_of_it[0]["step"], &said_of_it[0]["migrates"]), (&json!("checked"), &json!(true)));
    assert_eq!(said_of_it.last().unwrap()["moved"], false);
    let superuser = superuser(&runtime, &database);
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('control', 'tenant')";
    assert_eq!(count(&runtime, &superuser, schemas), 0);
    let mut without_owner = moving(&data, &database, &[]);
    refused(&under(KEY, without_owner.env_remove("TRACKHOLD_MIGRATE_URL")), "give TRACKHOLD_MIGRATE_URL");
    assert!(listing(&data) == files, "the source is as it was");
    let nowhere =
        trackhold(folder.path(), &["move", "--from", "data"]).env("TRACKHOLD_MASTER_KEY", KEY).output();
    assert_eq!(nowhere.unwrap().status.code(), Some(2));
    let nothing = under(KEY, &mut moving(&folder.path().join("none"), &database, &[]));
    refused(&nothing, "there is no Trackhold data");
}

#[test]
fn another_key_or_a_database_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    two_workspaces(folder.path());
    let (data, taken) = (folder.path().join("data"), database());
    let wrong = under(OTHER_KEY, &mut moving(&data, &taken, &[]));
    refused(&wrong, "this master key (fingerprint ");
    // Somebody else's instance: under another key, and under the same one.
    for (key, why) in [(OTHER_KEY, "this master key (fingerprint "), (KEY, "holds another instance's data")] {
        let taken = database();
        let mut user = trackhold(
            folder.path(),
            &["user", "create", "--email", "jean@example.com", "--name", "Jean", "--password-stdin"],
        );
        user.env("TRACKHOLD_MASTER_KEY", key).env("TRACKHOLD_DATABASE_URL", &taken.serve_url);
        let made = crate::process::run_with_input(
            user.env("TRACKHOLD_MIGRATE_URL", &taken.migrate_url),
            &format!("{PASSWORD}\n"),
        );
        assert_eq!(made.code, Some(0), "{made:?}");
        refused(&under(KEY, &mut moving(&data, &taken, &[])), why);
    }
}

#[test]
fn a_move_that_was_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let second = two_workspaces(folder.path());
    let (data, database, runtime) = (folder.path().join("data"), database(), Runtime::new().unwrap());
    let environment = [
        ("TRACKHOLD_MASTER_KEY", KEY),
        ("TRACKHOLD_DATABASE_URL", database.serve_url.as_str()),
        ("TRACKHOLD_MIGRATE_URL", database.migrate_url.as_str()),
    ];
    // Makes the schema, and a pepper that the source's takes the place of.
    said(&run(trackhold(Path::new("/"), &["audit", "verify", "--json"]).envs(environment)));

    // The first workspace arrives whole; the second one's rows wait for somebody else's.
    let (blocking, looking) = (superuser(&runtime, &database), superuser(&runtime, &database));
    runtime.block_on(async {
        blocking.batch_execute("BEGIN").await.unwrap();
        let sql = "INSERT INTO tenant.audit_head (workspace_id, seq, hash) VALUES ($1, 0, '')";
        blocking.execute(sql, &[&second.uuid()]).await.unwrap();
    });
    let mut child = moving(&data, &database, &[])
        .env("TRACKHOLD_MASTER_KEY", KEY)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let steps = BufReader::new(child.stdout.take().unwrap()).lines();
    let arrived = steps.map(Result::unwrap).find(|line| line.contains("\"step\":\"workspace\""));
    assert!(arrived.is_some_and(|line| line.contains("\"moved\"")), "the first workspace");
    let deadline = Instant::now() + Duration::from_secs(20);
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'trackhold' AND wait_event_type = 'Lock'";
    while count(&runtime, &looking, waiting) == 0 {
        assert!(Instant::now() < deadline, "nobody waits");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    runtime.block_on(blocking.batch_execute("ROLLBACK")).unwrap();
    assert_eq!(count(&runtime, &looking, "SELECT count(DISTINCT workspace_id) FROM tenant.members"), 1);
    assert_eq!(count(&runtime, &looking, "SELECT count(*) FROM control.users"), 0);

    let mut serve = trackhold(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--data", "other"]);
    refused(&run(serve.envs(environment)), "was not finished; run the same `trackhold move` again");
    let other = tempfile::tempdir().unwrap();
    made(other.path());
    let another_source = under(KEY, &mut moving(&other.path().join("data"), &database, &[]));
    refused(&another_source, "another instance's move into this database is unfinished");

    let said_of_it = lines(&under(KEY, &mut moving(&data, &database, &[])));
    assert_eq!(said_of_it[0]["resumes"], true, "{said_of_it:?}");
    let states: Vec<&Value> =
        said_of_it.iter().filter(|line| line["state"].is_string()).map(|line| &line["state"]).collect();
    assert_eq!(states, ["there_already", "moved", "moved"], "{said_of_it:?}");
    let whole = said(&run(trackhold(Path::new("/"), &["audit", "verify", "--json"]).envs(environment)));
    assert_eq!((&whole["whole"], whole["chains"].as_array().unwrap().len()), (&json!(true), 3), "{whole}");
}
