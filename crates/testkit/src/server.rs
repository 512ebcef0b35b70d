//! One PostgreSQL server for a test run.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use crate::TestDatabase;
use crate::connection::Connection;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/test-postgres");

/// A server on loopback, and a superuser's way into it.
pub struct TestPostgres {
    superuser_url: String,
    // The server ends when this pipe closes, which the kernel does however this process ends.
    _lifeline: Option<ChildStdin>,
    /// One connection at a time makes and drops databases: CREATE DATABASE does not run in parallel anyway.
    pub(crate) superuser: Mutex<Connection>,
}

/// The server of this run: the one that `TRACKHOLD_TEST_POSTGRES` (a superuser's URL) names, or one
/// of this process's own, started at the first call.
pub fn postgres() -> &'static TestPostgres {
    static SERVER: OnceLock<TestPostgres> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TRACKHOLD_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
        Some(url) => TestPostgres::at(url, None),
        None => {
            let (url, lifeline) = start();
            TestPostgres::at(url, Some(lifeline))
        }
    })
}

impl TestPostgres {
    fn at(superuser_url: String, lifeline: Option<ChildStdin>) -> Self {
        let superuser = Mutex::new(Connection::open(&superuser_url));
        Self { superuser_url, _lifeline: lifeline, superuser }
    }

    /// `postgres://…` of a superuser, in the maintenance database.
    pub fn superuser_url(&self) -> &str {
        &self.superuser_url
    }

    /// An empty database with the three roles of an installation; see [`TestDatabase`].
    pub fn fresh_database(&'static self) -> TestDatabase {
        TestDatabase::create(self)
    }
}

#[expect(clippy::zombie_processes, reason = "the script outlives this process: it cleans up after it")]
fn start() -> (String, ChildStdin) {
    let mut script = Command::new(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // A group of its own: a Ctrl-C for the tests must not keep it from cleaning up.
        .process_group(0)
        .spawn()
        .expect("scripts/test-postgres starts");
    let lifeline = script.stdin.take().expect("stdin is piped");
    let mut url = String::new();
    BufReader::new(script.stdout.take().expect("stdout is piped"))
        .read_line(&mut url)
        .expect("scripts/test-postgres answers");
    let url = url.trim();
    assert!(url.starts_with("postgres://"), "scripts/test-postgres started no server; see its message above");
    (url.to_owned(), lifeline)
}
