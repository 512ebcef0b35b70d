//! PostgreSQL servers: one for a test run, or one of a test's own.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::TestDatabase;
use crate::connection::Connection;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/test-postgres");

/// A server on loopback, and a superuser's way into it.
pub struct TestPostgres {
    superuser_url: String,
    /// None where another process serves it.
    script: Option<Mutex<Script>>,
    /// One connection at a time makes and drops databases: CREATE DATABASE does not run in parallel anyway.
    pub(crate) superuser: Mutex<Connection>,
}

/// What serves it. The server ends when `words` closes, which the kernel does however this process ends.
struct Script {
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// The server of this run: the one that `TRACKHOLD_TEST_POSTGRES` (a superuser's URL) names, or one
/// of this process's own, started at the first call.
pub fn postgres() -> &'static Arc<TestPostgres> {
    static SERVER: OnceLock<Arc<TestPostgres>> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("TRACKHOLD_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
        Some(url) => Arc::new(TestPostgres::at(url, None)),
        None => TestPostgres::private(),
    })
}

impl TestPostgres {
    /// A server of this test's own, which it may end and start again; gone with the last value that uses it.
    pub fn private() -> Arc<Self> {
        let (url, script) = start();
        Arc::new(Self::at(url, Some(Mutex::new(script))))
    }

    fn at(superuser_url: String, script: Option<Mutex<Script>>) -> Self {
        let superuser = Mutex::new(Connection::open(&superuser_url));
        Self { superuser_url, script, superuser }
    }

    /// `postgres://…` of a superuser, in the maintenance database.
    pub fn superuser_url(&self) -> &str {
        &self.superuser_url
    }

    /// An empty database with the three roles of an installation; see [`TestDatabase`].
    pub fn fresh_database(self: &Arc<Self>) -> TestDatabase {
        TestDatabase::create(self)
    }

    /// Ends the server at once, as a crash would, and starts it again on the same port and data. Only for one
    /// that is [`private`](Self::private).
    pub fn restart(&self) {
        let script = self.script.as_ref().expect("only a private server is started again");
        let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(script.words, "restart").expect("scripts/test-postgres listens");
        let mut answer = String::new();
        script.answers.read_line(&mut answer).expect("scripts/test-postgres answers");
        assert_eq!(answer.trim(), "ready", "the server did not start again; see the message above");
        let again = Connection::open(&self.superuser_url);
        *self.superuser.lock().unwrap_or_else(PoisonError::into_inner) = again;
    }
}

#[expect(clippy::zombie_processes, reason = "the script outlives this process: it cleans up after it")]
fn start() -> (String, Script) {
    let mut script = Command::new(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // A group of its own: a Ctrl-C for the tests must not keep it from cleaning up.
        .process_group(0)
        .spawn()
        .expect("scripts/test-postgres starts");
    let words = script.stdin.take().expect("stdin is piped");
    let mut answers = BufReader::new(script.stdout.take().expect("stdout is piped"));
    let mut url = String::new();
    answers.read_line(&mut url).expect("scripts/test-postgres answers");
    let url = url.trim();
    assert!(url.starts_with("postgres://"), "scripts/test-postgres started no server; see its message above");
    (url.to_owned(), Script { words, answers })
}
