//! Backups: made beside a server at work, listed, checked, and by the server on its own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Engine, Instance, Log};

use crate::commands::{create, said};
use crate::http::Client;
use crate::moving::signed_in;
use crate::process::{BINARY, Ended, KEY, instance, listing, run, set_mode, trackhold};

/// A pair that age publishes for tests.
pub const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
pub const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
/// Of another pair.
const OTHER_IDENTITY: &str = "AGE-SECRET-KEY-1EU544TSCU3P5SYWPXQAMJ6DGS8CSVT9L7Z5CS6TYJDDLZQX2U4UQL3ZH0G";

/// Two places that do not lie in one another.
pub struct Places {
    _folder: TempDir,
    pub backups: PathBuf,
    pub keys: PathBuf,
}

pub fn places() -> Places {
    let folder = tempfile::tempdir().unwrap();
    let (backups, keys) = (folder.path().join("backups"), folder.path().join("keys"));
    Places { _folder: folder, backups, keys }
}

impl Places {
    pub fn backups(&self) -> &str {
        self.backups.to_str().unwrap()
    }

    pub fn keys(&self) -> &str {
        self.keys.to_str().unwrap()
    }

    /// A file as `age-keygen` writes it.
    pub fn identity(&self, identity: &str) -> String {
        let path = self.backups.with_file_name(format!("identity-{}", &identity[16..20]));
        fs::write(&path, format!("# created: 2026-01-01T00:00:00Z\n{identity}\n")).unwrap();
        set_mode(&path, 0o600);
        path.to_str().unwrap().to_owned()
    }
}

/// `trackhold backup …` of the embedded instance in `data`, whose master key is [`KEY`].
pub fn backup(data: &Path, arguments: &[&str]) -> Ended {
    let mut command = trackhold(Path::new("/"), &["backup"]);
    command.args(arguments).args(["--json", "--data", data.to_str().unwrap()]);
    run(command.env("TRACKHOLD_MASTER_KEY", KEY))
}

/// The lines of one that ended well.
pub fn steps(ended: &Ended) -> Vec<Value> {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub fn last(ended: &Ended) -> Value {
    let last = steps(ended).pop().unwrap();
    assert_eq!(last["step"], "finished", "{ended:?}");
    last
}

#[track_caller]
pub fn refused(ended: &Ended, code: i32, why: &str) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(ended.err.contains(why), "{why}: {ended:?}");
}

/// A server under [`KEY`] with one person and one workspace.
pub fn served(environment: &[(&str, &str)]) -> Instance {
    let mut all = vec![("TRACKHOLD_MASTER_KEY", KEY)];
    all.extend(environment);
    let instance = instance(&all);
    said(&create(instance.data(), "ada@example.com", &["--workspace", "Engines"]));
    instance
}

/// The path of an empty board's items.
pub fn board(client: &mut Client) -> String {
    let project = client.post("/api/v1/projects", &json!({"name": "Mill", "key": "MIL"})).expect(201);
    let boards = format!("/api/v1/projects/{}/boards", project["id"].as_str().unwrap());
    let board = client.post(&boards, &json!({"name": "Board"})).expect(201);
    format!("/api/v1/boards/{}/items", board["id"].as_str().unwrap())
}

fn ask(data: &Path, question: &str) -> Value {
    let mut stream = UnixStream::connect(data.join("admin.sock")).unwrap();
    stream.write_all(format!("{question}\n").as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn a_backup_is_made_and_checked_beside_a_server_at_work() {
    let (instance, places) = (served(&[]), places());
    let mut client = signed_in(&instance, "ada@example.com");
    let items = board(&mut client);
    let (stop, address) = (AtomicBool::new(false), instance.address());
    let mut writer = signed_in(&instance, "ada@example.com");
    let (made, written) = thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut written = 0;
            while !stop.load(Ordering::SeqCst) {
                writer.post(&items, &json!({"title": format!("Item {written}")})).expect(201);
                written += 1;
            }
            written
        });
        let arguments = ["create", "--to", places.backups(), "--keyring-to", places.keys()];
        let made = backup(instance.data(), &arguments);
        stop.store(true, Ordering::SeqCst);
        (made, writing.join().unwrap())
    });
    assert!(written > 0 && Client::new(address).get("/readyz").status == 200);
    let lines = steps(&made);
    let parts: Vec<&Value> = lines.iter().filter(|line| line["step"] == "part").collect();
    assert_eq!(parts.len(), 2, "{made:?}");
    assert!(
        parts.iter().any(|part| part["scope"] == "instance" && part["rows"].as_u64() > Some(0)),
        "{made:?}"
    );
    let last = last(&made);
    assert!(last["backup"].as_str().unwrap().starts_with("bkp_"), "{last}");
    assert_eq!((&last["keyring_saved"], &last["sealed_for"]), (&json!(true), &json!("keyring")), "{last}");

    let checked = self::last(&backup(instance.data(), &["verify", "--from", places.backups()]));
    assert_eq!((&checked["full"], &checked["backup"]), (&json!(true), &last["backup"]), "{checked}");
    assert_eq!(checked["rows"], last["rows"], "{checked}");
    let listed = steps(&backup(instance.data(), &["list", "--from", places.backups()]));
    assert_eq!((listed.len(), &listed[0]["backup"]), (2, &last["backup"]), "{listed:?}");
    assert_eq!(
        (&listed[0]["checked"]["full"], &listed[1]["backups"]),
        (&json!(true), &json!(1)),
        "{listed:?}"
    );

    let both = [&places.backups, &places.keys];
    for (path, mode, content) in both.iter().flat_map(|place| listing(place)) {
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
        for clear in ["ada@example.com", "Item 0", KEY, "CREATE TABLE"] {
            let is_there = content.windows(clear.len()).any(|window| window == clear.as_bytes());
            assert!(!is_there, "{} holds {clear:?}", path.display());
        }
    }
}

#[test]
fn a_backup_is_made_without_a_server_and_said_in_words() {
    let (mut instance, places) = (served(&[]), places());
    assert_eq!(instance.stop(), Some(0));
    let data = instance.data().to_str().unwrap();
    let words = |arguments: &[&str]| {
        let mut command = trackhold(Path::new("/"), &["backup"]);
        let ended = run(command.args(arguments).args(["--data", data]).env("TRACKHOLD_MASTER_KEY", KEY));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.out
    };
    let made = words(&["create", "--to", places.backups()]);
    assert!(made.contains("instance: ") && made.contains("Made bkp_"), "{made}");
    assert!(made.contains("The keyring was NOT saved"), "{made}");
    assert!(words(&["verify", "--from", places.backups()]).contains("is whole"));
    let listed = words(&["list", "--from", places.backups()]);
    assert!(listed.contains("restored and found whole") && listed.contains("1 backups in"), "{listed}");
    assert!(instance.data().join("control.db").exists());
}

#[test]
fn who_asks_wrongly_is_told_what_is_right() {
    let (instance, places) = (served(&[]), places());
    let (data, place) = (instance.data(), places.backups());
    let inside = format!("{place}/keys");
    for (arguments, why) in [
        (&["create", "--to", place, "--keyring-to", place][..], "name another place in --keyring-to"),
        (&["create", "--to", place, "--keyring-to", &inside], "name another place in --keyring-to"),
        (&["create", "--to", "ftp://there/b"], "--to: must be a directory"),
        (&["create", "--to", place, "--recipient", "age1nobody"], "--recipient: "),
        (&["verify", "--from", place, "--backup", "ws_1"], "--backup"),
        (&["restore", "--from", place, "--replace"], "--workspace"),
    ] {
        refused(&backup(data, arguments), 2, why);
    }
    let nowhere = format!("{place}/none");
    refused(&backup(data, &["list", "--from", &nowhere]), 1, "is not a directory");
    assert!(!places.backups.exists() && !places.keys.exists(), "nothing was made");
    let off = served(&[("TRACKHOLD_BACKUP_TO", "off")]);
    refused(&backup(off.data(), &["create"]), 2, "backup_to is off");
    assert!(ask(off.data(), "{\"command\":\"back_up_now\"}")["refused"].is_string());
}

#[test]
fn one_for_a_key_elsewhere_opens_with_that_key_alone() {
    let (instance, places) = (served(&[]), places());
    let (data, place) = (instance.data(), places.backups());
    let made = last(&backup(data, &["create", "--to", place, "--recipient", RECIPIENT]));
    assert_eq!(made["sealed_for"], RECIPIENT);
    let without = last(&backup(data, &["verify", "--from", place]));
    assert_eq!(without["full"], false, "{without}");
    let (right, wrong) = (places.identity(IDENTITY), places.identity(OTHER_IDENTITY));
    let with = last(&backup(data, &["verify", "--from", place, "--identity", &right]));
    assert_eq!((&with["full"], &with["rows"]), (&json!(true), &made["rows"]), "{with}");
    let other = backup(data, &["verify", "--from", place, "--identity", &wrong]);
    assert_eq!(other.code, Some(1), "{other:?}");
    let text = backup(data, &["verify", "--from", place, "--identity", "/etc/hostname"]);
    refused(&text, 2, "--identity /etc/hostname");
    for ended in [other, text] {
        assert!(!ended.err.contains("AGE-SECRET-KEY"), "{ended:?}");
    }
    assert!(!instance.terminal().contains("AGE-SECRET-KEY"));
}

#[test]
fn what_was_changed_in_its_place_is_found() {
    let (instance, places) = (served(&[]), places());
    last(&backup(instance.data(), &["create", "--to", places.backups()]));
    let largest = listing(&places.backups).into_iter().max_by_key(|(_, _, content)| content.len());
    let (path, _, mut content) = largest.unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    fs::write(&path, content).unwrap();
    let ended = backup(instance.data(), &["verify", "--from", places.backups()]);
    refused(&ended, 1, "error");
}

#[test]
fn the_server_backs_itself_up_and_checks_it() {
    let places = places();
    let settings =
        [("TRACKHOLD_BACKUP_TO", places.backups()), ("TRACKHOLD_BACKUP_KEYRING_TO", places.keys())];
    let instance = served(&settings);
    let started = ask(instance.data(), "{\"command\":\"back_up_now\"}");
    assert_eq!(started, json!({"done": {"started": true}}));
    let deadline = Instant::now() + Duration::from_secs(30);
    // The command asks the server, which knows the place.
    let checked = loop {
        let found = backup(instance.data(), &["list"]);
        if found.code == Some(0) && steps(&found)[0]["checked"].is_object() {
            break steps(&found)[0].clone();
        }
        assert!(Instant::now() < deadline, "{found:?}\n{}", instance.terminal());
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((&checked["checked"]["full"], &checked["keyring_saved"]), (&json!(true), &json!(true)));
    assert!(listing(&places.keys).iter().any(|(_, _, content)| !content.is_empty()));
    let terminal = instance.terminal();
    assert!(terminal.contains("a backup was made"), "{terminal}");
    assert!(!terminal.contains("without the keyring"), "{terminal}");
    let without = served(&[]);
    assert!(without.terminal().contains("without the keyring"), "{}", without.terminal());
}

#[test]
fn a_backup_of_postgresql_is_made_and_checked() {
    let places = places();
    let settings = [("TRACKHOLD_MASTER_KEY", KEY)];
    let instance = Instance::start_binary(Path::new(BINARY), Engine::Postgres, &settings, Log::Kept);
    let database = instance.database().unwrap();
    let backup = |arguments: &[&str]| {
        let mut command = trackhold(Path::new("/"), &["backup"]);
        command.args(arguments).arg("--json").env("TRACKHOLD_MASTER_KEY", KEY);
        run(command.env("TRACKHOLD_DATABASE_URL", &database.serve_url))
    };
    let made = last(&backup(&["create", "--to", places.backups(), "--keyring-to", places.keys()]));
    let checked = last(&backup(&["verify", "--from", places.backups()]));
    assert_eq!((&checked["full"], &checked["rows"]), (&json!(true), &made["rows"]), "{checked}");
}
