//! Backups through the commands that an operator uses: how fast they are made, checked and restored, and how
//! much memory that takes; the same for moving to PostgreSQL. Rates are of the embedded workspace's file, on
//! both engines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss)]

#[path = "backup/command.rs"]
mod command;
#[path = "backup/content.rs"]
mod content;

use std::path::Path;

use benches::site::Site;
use benches::{at_most, figure};
use testkit::{Engine, TestDatabase};

use command::{Ran, trackhold};

/// MB of the workspace's file.
const SIZE: f64 = 200.0;
/// Seconds for a gigabyte, until it can be served again.
const TO_RESTORE: f64 = 60.0;

type Environment<'a> = &'a [(&'a str, &'a str)];

fn main() {
    let mut site = Site::start(Engine::Embedded);
    let size = content::fill(&site, SIZE);
    assert_eq!(site.instance.stop(), Some(0), "it stops as asked");
    figure("size of the workspace", size, "MB");
    let data = site.instance.data();
    let key = std::fs::read_to_string(data.join("master.key")).unwrap();
    let key = ("TRACKHOLD_MASTER_KEY", key.trim());
    let room = tempfile::tempdir().unwrap();
    let restored = room.path().join("restored");

    println!("-- embedded");
    let from = Place { data, environment: &[key] };
    from.measure(size, &room.path().join("embedded"), &Place { data: &restored, environment: &[key] });

    println!("-- move to PostgreSQL");
    let (moved, empty) = (testkit::postgres().fresh_database(), testkit::postgres().fresh_database());
    let into = urls(&moved, key);
    let ran = trackhold(&["move", "--json", "--from", text(data)], &into);
    show("move", size, &ran);

    println!("-- PostgreSQL");
    let spool = room.path().join("spool");
    let from = Place { data: &spool, environment: &into };
    let target = urls(&empty, key);
    from.measure(size, &room.path().join("postgres"), &Place { data: &spool, environment: &target });
    benches::end();
}

fn urls<'a>(database: &'a TestDatabase, key: (&'a str, &'a str)) -> [(&'a str, &'a str); 3] {
    [
        key,
        ("TRACKHOLD_DATABASE_URL", database.serve_url.as_str()),
        ("TRACKHOLD_MIGRATE_URL", database.migrate_url.as_str()),
    ]
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

/// An instance as a command finds it.
struct Place<'a> {
    data: &'a Path,
    environment: Environment<'a>,
}

impl Place<'_> {
    fn run(&self, arguments: &[&str]) -> Ran {
        trackhold(&[arguments, &["--json", "--data", text(self.data)]].concat(), self.environment)
    }

    /// Backs it up into a folder and restores it elsewhere, where its audit chains are then checked.
    fn measure(&self, size: f64, folder: &Path, into: &Place<'_>) {
        let (backups, keyrings) = (folder.join("backups"), folder.join("keyrings"));
        std::fs::create_dir_all(folder).unwrap();
        let (backups, keyrings) = (text(&backups), text(&keyrings));
        let made = self.run(&["backup", "create", "--to", backups, "--keyring-to", keyrings]);
        show("backup create", size, &made);
        figure("  its size", content::size(Path::new(backups)), "MB");
        show("backup verify", size, &self.run(&["backup", "verify", "--from", backups]));
        let restored = into.run(&["backup", "restore", "--from", backups, "--keyring-from", keyrings]);
        show("backup restore", size, &restored);
        at_most("  to be served again (s/GB)", restored.seconds / (size / 1e3), TO_RESTORE);
        let checked = into.run(&["audit", "verify"]);
        assert!(checked.said.contains("\"whole\": true"), "{}", checked.said);
    }
}

fn show(name: &str, size: f64, ran: &Ran) {
    figure(name, size / ran.seconds, "MB/s");
    figure("  took", ran.seconds, "s");
    figure("  memory, at most", ran.peak, "MB");
}
