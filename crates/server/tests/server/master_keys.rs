//! The one secret that everything hangs on.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::process::{Ended, KEY, OTHER_KEY, instance, listing, run, run_with_input, set_mode, trackhold};

fn serve(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = trackhold(folder, &["serve", "--listen", "127.0.0.1:0", "--data", "data"]);
    run(command.args(arguments).envs(environment.iter().copied()))
}

/// A stopped instance's data in `folder/data`, made under [`KEY`].
pub fn made(folder: &Path) {
    let arguments = [
        "user",
        "create",
        "--data",
        "data",
        "--email",
        "ada@example.com",
        "--name",
        "Ada",
        "--password-stdin",
    ];
    let mut command = trackhold(folder, &arguments);
    let ended = run_with_input(command.env("TRACKHOLD_MASTER_KEY", KEY), "a long and unusual one\n");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(folder.join("data/control.db").exists());
}

#[test]
fn a_weak_or_open_key_is_refused_before_anything_is_made() {
    let counting: String = (0..32).map(|i| format!("{i:02x}")).collect();
    for (key, message) in [
        (&KEY[..62], "must be exactly 64 hexadecimal digits"),
        (&"0".repeat(64), "is a pattern"),
        (&counting, "is a pattern"),
        (&"deadbeef".repeat(8), "is a pattern"),
        (&KEY.replace('6', "g"), "must be hexadecimal digits"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let by_environment = serve(folder.path(), &[], &[("TRACKHOLD_MASTER_KEY", key)]);
        fs::write(folder.path().join("key"), key).unwrap();
        set_mode(&folder.path().join("key"), 0o600);
        let by_file = serve(folder.path(), &["--master-key-file", "key"], &[]);
        for ended in [by_environment, by_file] {
            assert_eq!(ended.code, Some(2), "{key}: {ended:?}");
            assert!(ended.err.contains(message), "{key}: {ended:?}");
            assert!(!ended.err.contains(key), "{ended:?}");
        }
        assert!(!folder.path().join("data/control.db").exists());
    }
}

#[test]
fn a_key_file_that_others_can_read_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    fs::write(&file, KEY).unwrap();
    for mode in [0o644, 0o640, 0o620, 0o604, 0o601] {
        set_mode(&file, mode);
        let ended = serve(folder.path(), &["--master-key-file", "key"], &[]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains("run: chmod 600 key"), "{ended:?}");
    }
    let missing = serve(folder.path(), &["--master-key-file", "none"], &[]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(missing.err.contains("none does not exist"), "{missing:?}");
    let a_folder = serve(folder.path(), &["--master-key-file", "."], &[]);
    assert!(a_folder.code == Some(2) && a_folder.err.contains("is not a file"), "{a_folder:?}");
}

#[test]
fn a_wrong_key_stops_the_server_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let before = listing(folder.path());
    let wrong = serve(folder.path(), &[], &[("TRACKHOLD_MASTER_KEY", OTHER_KEY)]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.err.contains("this master key (fingerprint "), "{wrong:?}");
    assert!(wrong.err.contains("Nothing was touched"), "{wrong:?}");
    assert!(!wrong.err.contains(OTHER_KEY) && !wrong.err.contains(KEY));
    assert_eq!(listing(folder.path()), before);

    // Without any key, none is made beside data that it could not open.
    let none = serve(folder.path(), &[], &[]);
    assert_eq!(none.code, Some(1), "{none:?}");
    assert!(none.err.contains("master.key is missing"), "{none:?}");
    assert_eq!(listing(folder.path()), before);
}

#[test]
fn a_new_key_is_made_closed_and_announced() {
    let mut instance = instance(&[]);
    let file = instance.data().join("master.key");
    let metadata = fs::metadata(&file).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o600);
    let key = fs::read_to_string(&file).unwrap();
    assert_eq!(key.trim().len(), 64);
    let terminal = instance.terminal();
    assert!(terminal.contains("NEW MASTER KEY") && terminal.contains(file.to_str().unwrap()), "{terminal}");
    assert!(!terminal.contains(key.trim()), "the key itself stays in its file");
    instance.restart();
    assert!(!instance.terminal().contains("NEW MASTER KEY"), "{}", instance.terminal());
    assert_eq!(fs::read_to_string(&file).unwrap(), key);
}

#[test]
fn the_environments_key_is_written_nowhere() {
    let mut instance = instance(&[("TRACKHOLD_MASTER_KEY", KEY), ("TRACKHOLD_LOG_LEVEL", "trace")]);
    assert!(!instance.data().join("master.key").exists());
    for (path, _, content) in listing(instance.data()) {
        assert!(!content.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{}", path.display());
    }
    assert_eq!(instance.stop(), Some(0));
    assert!(!instance.terminal().contains(KEY));
}
