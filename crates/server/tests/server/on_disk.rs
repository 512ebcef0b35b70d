//! What lies in the data directory: closed to others, and unreadable.

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::json;

use crate::http::Client;
use crate::master_keys::made;
use crate::process::{KEY, instance, listing, run, set_mode, trackhold};

const TITLE: &str = "Tachyphylaxis of the Zwieback supply";
const ADDRESS: &str = "perpetua.quillfeather@example.com";

#[test]
fn nothing_lies_there_in_clear_or_open_to_others() {
    let mut instance = instance(&[("TRACKHOLD_REGISTRATION", "open")]);
    let mut client = Client::new(instance.address());
    let person = json!({"email": ADDRESS, "password": "a long and unusual one", "name": TITLE, "workspace_name": TITLE});
    client.post("/api/v1/auth/register", &person).expect(201);
    let project = client.post("/api/v1/projects", &json!({"name": TITLE, "key": "ZWB"})).expect(201);
    let boards = format!("/api/v1/projects/{}/boards", project["id"].as_str().unwrap());
    let board = client.post(&boards, &json!({"name": TITLE})).expect(201);
    let items = format!("/api/v1/boards/{}/items", board["id"].as_str().unwrap());
    for _ in 0..20 {
        client.post(&items, &json!({"title": TITLE, "description": TITLE.repeat(50)})).expect(201);
    }
    // While it runs, with its logs; and after it has put them away.
    look(instance.data());
    assert_eq!(instance.stop(), Some(0));
    look(instance.data());
    assert!(!instance.data().join("admin.sock").exists(), "the socket goes with its server");
}

fn look(data: &std::path::Path) {
    let found = listing(data);
    assert!(found.iter().any(|(path, ..)| path.ends_with("control.db")));
    assert!(found.iter().any(|(path, ..)| path.parent().unwrap().ends_with("workspaces")));
    assert_eq!(fs::metadata(data).unwrap().mode() & 0o777, 0o700);
    for (path, mode, content) in found {
        let path = path.display();
        assert_eq!(mode & 0o077, 0, "{path} has mode {mode:o}");
        assert!(!content.starts_with(b"SQLite format 3"), "{path}");
        for clear in [TITLE, ADDRESS, "a long and unusual one", "CREATE TABLE"] {
            let is_there = content.windows(clear.len()).any(|window| window == clear.as_bytes());
            assert!(!is_there, "{path} holds {clear:?}");
        }
    }
}

#[test]
fn a_folder_that_others_can_enter_is_closed_when_empty_and_refused_when_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    set_mode(&data, 0o755);
    made(folder.path());
    assert_eq!(fs::metadata(&data).unwrap().mode() & 0o777, 0o700);

    set_mode(&data, 0o750);
    for arguments in
        [&["audit", "verify", "--data", "data"][..], &["serve", "--listen", "127.0.0.1:0", "--data", "data"]]
    {
        let ended = run(trackhold(folder.path(), arguments).env("TRACKHOLD_MASTER_KEY", KEY));
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains("run: chmod 700 data"), "{ended:?}");
    }
}

#[test]
fn two_servers_never_share_a_folder() {
    let instance = instance(&[]);
    let data = instance.data().to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&mut trackhold(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--data", data]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("another server is using"), "{ended:?}");
}
