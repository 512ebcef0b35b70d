//! What is wrong is found, said with the way out, and gone when it is mended.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::{Engine, Instance, Log};

use crate::backups::{backup, last, places, served};
use crate::commands::said;
use crate::http::Client;
use crate::process::{BINARY, KEY, instance, run, set_mode, trackhold};

/// The findings, each with its exit code's word for it.
fn examined(command: &mut Command) -> Value {
    let ended = run(command.arg("--json"));
    let found: Value = serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("not JSON: {ended:?}"));
    let problems = found["problems"].as_u64().unwrap();
    assert_eq!(ended.code, Some(i32::from(problems > 0)), "{ended:?}");
    for check in found["checks"].as_array().unwrap() {
        assert_eq!(check["verdict"] == "ok", check["do"].is_null(), "what to do is said: {check}");
    }
    found
}

fn doctor(data: &Path) -> Value {
    examined(&mut trackhold(Path::new("/"), &["doctor", "--data", data.to_str().unwrap()]))
}

#[track_caller]
fn verdict(found: &Value, check: &str) -> String {
    let checks = found["checks"].as_array().unwrap();
    let check = checks.iter().find(|found| found["check"] == check);
    check.unwrap_or_else(|| panic!("no such check in {found}"))["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_new_instance_has_no_problem_with_a_server_and_without() {
    let mut instance = instance(&[]);
    for with_a_server in [true, false] {
        if !with_a_server {
            assert_eq!(instance.stop(), Some(0));
        }
        let found = doctor(instance.data());
        assert_eq!(found["problems"], 0, "{found}");
        for check in [
            "configuration",
            "data_directory",
            "master_key_file",
            "listen",
            "schema",
            "workspaces",
            "audit_heads",
            "clock",
        ] {
            assert_eq!(verdict(&found, check), "ok", "{found}");
        }
        for check in ["master_key_saved", "backup_age", "keyring_saved", "backup_sealing", "backup_place"] {
            assert_eq!(verdict(&found, check), "warning", "{found}");
        }
        let data = instance.data().to_str().unwrap();
        let words = run(&mut trackhold(Path::new("/"), &["doctor", "--data", data]));
        assert!(words.out.contains("0 problems, ") && words.out.contains("warning"), "{words:?}");
    }
}

#[test]
fn files_that_others_can_read_are_found() {
    let instance = instance(&[]);
    let key = instance.data().join("master.key");
    for (path, open, closed, check) in
        [(instance.data(), 0o755, 0o700, "data_directory"), (key.as_path(), 0o644, 0o600, "master_key_file")]
    {
        set_mode(path, open);
        let found = doctor(instance.data());
        assert_eq!((verdict(&found, check).as_str(), &found["problems"]), ("problem", &1.into()), "{found}");
        assert!(found.to_string().contains(&format!("Run: chmod {closed:o} ")), "{found}");
        set_mode(path, closed);
        assert_eq!(verdict(&doctor(instance.data()), check), "ok");
    }
}

#[test]
fn a_key_that_was_saved_is_no_longer_asked_for() {
    let instance = instance(&[]);
    let link = instance.first_run_link();
    let path = link.strip_prefix(&instance.url()).unwrap();
    let mut client = Client::new(instance.address());
    let claim = [
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("password", "a long and unusual one"),
        ("workspace_name", "Engines"),
    ];
    assert_eq!(client.post_form(path, &claim).status, 303);
    assert_eq!(verdict(&doctor(instance.data()), "master_key_saved"), "warning");
    let saved = client.post_form("/setup/master-key", &[("saved", "on")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(verdict(&doctor(instance.data()), "master_key_saved"), "ok");
}

#[test]
fn backups_count_once_they_are_made_and_checked() {
    let places = places();
    let settings =
        [("TRACKHOLD_BACKUP_TO", places.backups()), ("TRACKHOLD_BACKUP_KEYRING_TO", places.keys())];
    let instance = served(&settings);
    assert_eq!(verdict(&doctor(instance.data()), "backup_age"), "warning");
    last(&backup(instance.data(), &["create"]));
    let made = doctor(instance.data());
    assert_eq!(
        (verdict(&made, "backup_age").as_str(), verdict(&made, "keyring_saved").as_str()),
        ("ok", "ok")
    );
    assert_eq!(verdict(&made, "backup_checked"), "warning", "{made}");
    last(&backup(instance.data(), &["verify"]));
    assert_eq!(verdict(&doctor(instance.data()), "backup_checked"), "ok");
}

#[test]
fn a_workspace_that_does_not_open_is_counted() {
    let mut instance = served(&[]);
    assert_eq!(instance.stop(), Some(0));
    let workspaces = fs::read_dir(instance.data().join("workspaces")).unwrap();
    let file = workspaces
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "db"));
    let file = file.unwrap();
    let whole = fs::read(&file).unwrap();
    let doctor = || {
        let data = instance.data().to_str().unwrap();
        examined(trackhold(Path::new("/"), &["doctor", "--data", data]).env("TRACKHOLD_MASTER_KEY", KEY))
    };
    assert_eq!(verdict(&doctor(), "workspaces"), "ok");
    fs::write(&file, vec![7; whole.len()]).unwrap();
    let found = doctor();
    assert_eq!(verdict(&found, "workspaces"), "problem");
    assert!(found.to_string().contains("1 of 1 workspaces do not open"), "{found}");
    fs::write(&file, whole).unwrap();
    assert_eq!(verdict(&doctor(), "workspaces"), "ok");
}

#[test]
fn settings_that_are_wrong_are_findings_too() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = examined(trackhold(folder.path(), &["doctor"]).env("TRACKHOLD_LISTEN", "here"));
    assert_eq!(verdict(&wrong, "configuration"), "problem");
    let nothing = examined(&mut trackhold(folder.path(), &["doctor"]));
    assert_eq!(verdict(&nothing, "store"), "problem");
    assert!(nothing.to_string().contains("there is no Trackhold data"), "{nothing}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "it makes nothing");

    crate::master_keys::made(folder.path());
    let listening = |settings: &[(&str, &str)]| {
        let mut command = trackhold(folder.path(), &["doctor", "--data", "data"]);
        let found = examined(command.env("TRACKHOLD_MASTER_KEY", KEY).envs(settings.iter().copied()));
        verdict(&found, "listen")
    };
    assert_eq!(listening(&[]), "ok");
    assert_eq!(listening(&[("TRACKHOLD_LISTEN", "0.0.0.0:80")]), "problem");
    let proxy = ("TRACKHOLD_BEHIND_PROXY", "10.0.0.5");
    assert_eq!(listening(&[proxy]), "problem");
    assert_eq!(listening(&[proxy, ("TRACKHOLD_PUBLIC_URL", "https://track.example.org")]), "ok");
}

#[test]
fn an_instance_on_postgresql_is_examined_as_well() {
    let settings = [("TRACKHOLD_MASTER_KEY", KEY)];
    let instance = Instance::start_binary(Path::new(BINARY), Engine::Postgres, &settings, Log::Kept);
    let url = &instance.database().unwrap().serve_url;
    let folder = tempfile::tempdir().unwrap();
    let found =
        examined(trackhold(folder.path(), &["doctor"]).envs(settings).env("TRACKHOLD_DATABASE_URL", url));
    assert_eq!((&found["problems"], verdict(&found, "schema").as_str()), (&0.into(), "ok"), "{found}");
    let verify = ["audit", "verify", "--json"];
    let mut verify = trackhold(Path::new("/"), &verify);
    assert_eq!(said(&run(verify.envs(settings).env("TRACKHOLD_DATABASE_URL", url)))["whole"], true);
}
