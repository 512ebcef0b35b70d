//! Backups brought back: whole, one workspace alone, and not where they would do harm.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use testkit::{Engine, Instance, Log};

use crate::backups::{IDENTITY, Places, RECIPIENT, backup, last, places, refused, served, steps};
use crate::commands::{create, login, said};
use crate::moving::{exported, signed_in, work_in};
use crate::process::{BINARY, Ended, KEY, OTHER_KEY, instance, listing, run, trackhold};

/// A running server's backup, with its keyring.
fn saved(instance: &Instance, places: &Places, more: &[&str]) -> Value {
    let arguments = ["create", "--to", places.backups(), "--keyring-to", places.keys()];
    last(&backup(instance.data(), &[&arguments[..], more].concat()))
}

fn restore(data: &Path, places: &Places, more: &[&str]) -> Ended {
    let arguments = ["restore", "--from", places.backups(), "--keyring-from", places.keys()];
    backup(data, &[&arguments[..], more].concat())
}

/// A server of another machine, stopped, with an empty data directory.
fn new_machine() -> Instance {
    let mut instance = instance(&[("TRACKHOLD_MASTER_KEY", KEY)]);
    assert_eq!(instance.stop(), Some(0));
    for entry in fs::read_dir(instance.data()).unwrap() {
        let path = entry.unwrap().path();
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
    assert!(listing(instance.data()).is_empty());
    instance
}

fn whole(data: &Path) -> Value {
    let verify = ["audit", "verify", "--json", "--data", data.to_str().unwrap()];
    said(&run(trackhold(Path::new("/"), &verify).env("TRACKHOLD_MASTER_KEY", KEY)))
}

#[test]
fn a_restored_instance_is_the_one_that_was_saved() {
    let (source, places) = (served(&[]), places());
    said(&create(source.data(), "grace@example.com", &["--workspace", "Compilers"]));
    let people = [("ada@example.com", "ENG"), ("grace@example.com", "COM")];
    let before = people.map(|(email, key)| {
        let mut client = signed_in(&source, email);
        let project = work_in(&mut client, key);
        let export = exported(&mut client, &project);
        (email, project, export)
    });
    let made = saved(&source, &places, &[]);
    let mut target = new_machine();
    let ended = restore(target.data(), &places, &[]);
    let done = last(&ended);
    assert_eq!((&done["backup"], &done["workspaces"]), (&made["backup"], &json!(2)), "{done}");
    assert_eq!(done["rows"], made["rows"], "{done}");
    assert!(done["sha256"].is_string() && done["erased_again"] == 0, "{done}");
    assert_eq!(steps(&ended).iter().filter(|line| line["step"] == "part").count(), 3, "{ended:?}");

    target.restart();
    for (email, project, export) in &before {
        let mut client = signed_in(&target, email);
        assert_eq!(exported(&mut client, project), *export);
    }
    assert_eq!(login(target.address(), "ada@example.com", "not the password"), 401);
    assert_eq!(whole(target.data())["whole"], true);
    assert_eq!(
        signed_in(&source, "ada@example.com").get("/api/v1/projects").status,
        200,
        "the source goes on"
    );
}

#[test]
fn a_restored_database_is_the_one_that_was_saved() {
    let (places, key) = (places(), ("TRACKHOLD_MASTER_KEY", KEY));
    let source = Instance::start_binary(Path::new(BINARY), Engine::Postgres, &[key], Log::Kept);
    let command = |url: &str, arguments: &[&str]| {
        let mut command = trackhold(Path::new("/"), arguments);
        command.envs([key, ("TRACKHOLD_DATABASE_URL", url)]);
        command
    };
    let from = source.database().unwrap();
    let account = ["user", "create", "--email", "ada@example.com", "--name", "Ada", "--password-stdin"];
    let password = format!("{}\n", crate::commands::PASSWORD);
    let ended = crate::process::run_with_input(&mut command(&from.serve_url, &account), &password);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut client = signed_in(&source, "ada@example.com");
    let project = work_in(&mut client, "ENG");
    let export = exported(&mut client, &project);
    let create = ["backup", "create", "--json", "--to", places.backups(), "--keyring-to", places.keys()];
    let made = last(&run(&mut command(&from.serve_url, &create)));

    let into = testkit::postgres().fresh_database();
    let arguments =
        ["backup", "restore", "--json", "--from", places.backups(), "--keyring-from", places.keys()];
    let mut restore = command(&into.serve_url, &arguments);
    let done = last(&run(restore.env("TRACKHOLD_MIGRATE_URL", &into.migrate_url)));
    assert_eq!((&done["rows"], &done["into"]), (&made["rows"], &json!("PostgreSQL")), "{done}");
    // A database that is in use stays as it is.
    let again = run(command(&from.serve_url, &arguments).env("TRACKHOLD_MIGRATE_URL", &from.migrate_url));
    assert_eq!(again.code, Some(1), "{again:?}");

    let all = [
        key,
        ("TRACKHOLD_DATABASE_URL", into.serve_url.as_str()),
        ("TRACKHOLD_MIGRATE_URL", into.migrate_url.as_str()),
    ];
    let restored = Instance::start_binary(Path::new(BINARY), Engine::Postgres, &all, Log::Kept);
    let mut client = signed_in(&restored, "ada@example.com");
    assert_eq!(exported(&mut client, &project), export);
    let verified = said(&run(&mut command(&into.serve_url, &["audit", "verify", "--json"])));
    assert_eq!(verified["whole"], true, "{verified}");
}

#[test]
fn one_workspace_comes_back_and_the_others_stay() {
    let (mut source, places) = (served(&[]), places());
    let other = said(&create(source.data(), "grace@example.com", &["--workspace", "Compilers"]));
    let other = other["workspace"]["id"].as_str().unwrap().to_owned();
    let mut grace = signed_in(&source, "grace@example.com");
    let lost = work_in(&mut grace, "COM");
    let before = exported(&mut grace, &lost);
    saved(&source, &places, &[]);
    let after = work_in(&mut grace, "NEW");
    let kept = work_in(&mut signed_in(&source, "ada@example.com"), "ENG");
    assert_eq!(source.stop(), Some(0));

    let alone = ["--workspace", other.as_str()];
    let over_it = restore(source.data(), &places, &alone);
    assert_eq!(over_it.code, Some(1), "only where that was meant: {over_it:?}");
    let done = last(&restore(source.data(), &places, &[&alone[..], &["--replace"]].concat()));
    assert_eq!(done["workspaces"], 1, "{done}");
    source.restart();
    let mut grace = signed_in(&source, "grace@example.com");
    assert_eq!(exported(&mut grace, &lost), before);
    assert_eq!(grace.get(&after).status, 404, "as it was when it was saved");
    assert_eq!(signed_in(&source, "ada@example.com").get(&kept).status, 200);
    assert_eq!(whole(source.data())["whole"], true);
}

#[test]
fn a_restore_is_refused_where_it_would_do_harm() {
    let (mut source, places) = (served(&[]), places());
    saved(&source, &places, &[]);
    refused(&restore(source.data(), &places, &[]), 1, "another server is using");
    assert_eq!(source.stop(), Some(0));
    let before = listing(source.data());
    let in_use = restore(source.data(), &places, &[]);
    assert_eq!(in_use.code, Some(1), "{in_use:?}");
    assert!(!in_use.err.is_empty() && listing(source.data()) == before, "{in_use:?}");

    let target = new_machine();
    let without = backup(target.data(), &["restore", "--from", places.backups()]);
    refused(&without, 1, "keyring");
    let under = |key: Option<&str>| {
        let mut command = trackhold(Path::new("/"), &["backup", "restore", "--from", places.backups()]);
        command.args(["--keyring-from", places.keys(), "--data", target.data().to_str().unwrap()]);
        run(command.envs(key.map(|key| ("TRACKHOLD_MASTER_KEY", key))))
    };
    refused(&under(Some(OTHER_KEY)), 1, "master key");
    refused(&under(None), 2, "TRACKHOLD_MASTER_KEY");
    let missing = backup(target.data(), &["restore", "--from", "/no/such/place"]);
    refused(&missing, 1, "is not a directory");
    assert!(!target.data().join("control.db").exists(), "no refusal leaves half of it");
    last(&restore(target.data(), &places, &[]));
}

#[test]
fn one_for_a_key_elsewhere_comes_back_with_that_key_alone() {
    let (source, places, mut target) = (served(&[]), places(), new_machine());
    saved(&source, &places, &["--recipient", RECIPIENT]);
    let without = restore(target.data(), &places, &[]);
    assert_eq!(without.code, Some(1), "{without:?}");
    let identity = places.identity(IDENTITY);
    last(&restore(target.data(), &places, &["--identity", &identity]));
    target.restart();
    assert_eq!(login(target.address(), "ada@example.com", crate::commands::PASSWORD), 200);
}
