//! The commands of a page, run as they stand there.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::backups::{IDENTITY, RECIPIENT, places};
use crate::commands::{create, said};
use crate::process::{BINARY, instance};

/// The ```sh blocks of a page, in their order.
fn commands(page: &str) -> String {
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let text = fs::read_to_string(text).unwrap();
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.collect()
}

#[test]
fn backups_go_as_their_page_says() {
    let (instance, places) = (instance(&[]), places());
    let made = said(&create(instance.data(), "ada@example.com", &["--workspace", "Engines"]));
    let database = testkit::postgres().fresh_database();
    let script = commands("how-to/backup-and-restore.md");
    assert!(script.matches("trackhold backup").count() > 7, "{script}");
    let mut bash = Command::new("bash");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRACKHOLD_")) {
        bash.env_remove(name);
    }
    let beside = Path::new(BINARY).parent().unwrap().display();
    let path = format!("{beside}:{}", std::env::var("PATH").unwrap_or_default());
    bash.args(["-euo", "pipefail", "-c", &script]).current_dir("/").env("PATH", path);
    bash.env("TRACKHOLD_DATA", instance.data()).env("BACKUPS", &places.backups).env("KEYS", &places.keys);
    bash.env("DRILL", places.backups.with_file_name("drill"));
    bash.env("RECIPIENT", RECIPIENT).env("IDENTITY", places.identity(IDENTITY));
    bash.env("WORKSPACE", made["workspace"]["id"].as_str().unwrap());
    bash.env("DRILL_DATABASE_URL", &database.serve_url).env("DRILL_MIGRATE_URL", &database.migrate_url);
    let output = bash.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert_eq!(out.matches("Restored bkp_").count(), 3, "{out}\n{err}");
    assert!(out.contains("was erased, and its key destroyed"), "{out}\n{err}");
    assert!(!out.contains("BROKEN"), "{out}");
}
