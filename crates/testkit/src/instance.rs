//! A running `trackhold`, seen from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{TestDatabase, postgres, spawner};

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(12);

/// Which store it keeps its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Embedded,
    Postgres,
}

/// What becomes of the lines that it logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// They are part of [`Instance::terminal`].
    Kept,
    /// They are written and read by nobody: reading takes time from what is measured.
    Unread,
}

/// One process with a data directory and, on PostgreSQL, a database of its own. It is killed, and
/// its data removed, with this value; a process that outlives a killed test run does not exist.
pub struct Instance {
    pub(crate) binary: PathBuf,
    address: SocketAddr,
    pub(crate) environment: Vec<(String, String)>,
    child: Child,
    terminal: Arc<Mutex<String>>,
    pub(crate) log: Log,
    data: TempDir,
    /// Nodes share one; it goes with the last of them.
    pub(crate) database: Option<Arc<TestDatabase>>,
}

impl Instance {
    /// Starts the binary that `TRACKHOLD_BIN` names, or the one that was built beside this test, and
    /// returns once `/readyz` answers 200.
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[])
    }

    /// As [`Instance::start`], with further environment: `[("TRACKHOLD_REGISTRATION", "open")]`.
    pub fn start_with(engine: Engine, environment: &[(&str, &str)]) -> Self {
        Self::start_binary(&binary(), engine, environment, Log::Kept)
    }

    /// As [`Instance::start_with`], of another binary: a release build, an older version.
    pub fn start_binary(binary: &Path, engine: Engine, environment: &[(&str, &str)], log: Log) -> Self {
        let database = (engine == Engine::Postgres).then(|| Arc::new(postgres().fresh_database()));
        let all = settings(database.as_deref(), environment);
        let [address] = free_addresses();
        let mut instance = Self::launched(binary, address, database, all, log);
        instance.wait_until_ready();
        instance
    }

    /// A process that need not be ready yet.
    pub(crate) fn launched(
        binary: &Path,
        address: SocketAddr,
        database: Option<Arc<TestDatabase>>,
        environment: Vec<(String, String)>,
        log: Log,
    ) -> Self {
        let data = tempfile::tempdir().expect("a temporary directory");
        let terminal = Arc::new(Mutex::new(String::new()));
        let child = launch(binary, data.path(), address, &environment, &terminal, log);
        Self { binary: binary.to_owned(), address, environment, child, terminal, log, data, database }
    }

    /// `http://localhost:PORT`, without a slash at the end: its public URL.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its database, where it runs on PostgreSQL.
    pub fn database(&self) -> Option<&TestDatabase> {
        self.database.as_deref()
    }

    /// Its process id, to signal and to measure.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// All that it has written to its terminal, both streams.
    pub fn terminal(&self) -> String {
        self.terminal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one-time link of the first run: the first printed URL that has a path.
    pub fn first_run_link(&self) -> String {
        let deadline = Instant::now() + START;
        loop {
            let terminal = self.terminal();
            let link = terminal.split_whitespace().find(|word| {
                word.strip_prefix("http")
                    .and_then(|rest| rest.split_once("://"))
                    .and_then(|(_, rest)| rest.split_once('/'))
                    .is_some_and(|(_, path)| !path.is_empty())
            });
            if let Some(link) = link {
                return link.to_owned();
            }
            assert!(Instant::now() < deadline, "no first-run link in:\n{terminal}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// As a power cut: SIGKILL. The data stays; [`Instance::restart`] goes on with it.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end (SIGTERM) and gives its exit code; `None` where a signal ended it.
    pub fn stop(&mut self) -> Option<i32> {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.wait()
    }

    /// The exit code of one that was asked to end already; `None` where a signal ended it.
    pub fn wait(&mut self) -> Option<i32> {
        let deadline = Instant::now() + STOP;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status.code();
            }
            assert!(Instant::now() < deadline, "trackhold ignores SIGTERM:\n{}", self.terminal());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it again on the same data and address, and returns once it is ready.
    pub fn restart(&mut self) {
        self.kill();
        self.terminal.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.child =
            launch(&self.binary, self.data.path(), self.address, &self.environment, &self.terminal, self.log);
        self.wait_until_ready();
    }

    pub(crate) fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + START;
        while !is_ready(self.address) {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("trackhold ended with {status}:\n{}", self.terminal());
            }
            assert!(Instant::now() < deadline, "trackhold does not get ready:\n{}", self.terminal());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.kill();
    }
}

fn launch(
    binary: &Path,
    data: &Path,
    address: SocketAddr,
    environment: &[(String, String)],
    terminal: &Arc<Mutex<String>>,
    log: Log,
) -> Child {
    let mut child = spawner::spawn(&binary.to_string_lossy(), |command| {
        arrange(command, environment);
        command
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", &address.to_string()])
            .stdout(Stdio::piped())
            .stderr(if log == Log::Kept { Stdio::piped() } else { Stdio::null() });
    })
    .expect("setpriv starts the binary");
    keep(child.stdout.take().expect("stdout is piped"), terminal);
    if let Some(lines) = child.stderr.take() {
        keep(lines, terminal);
    }
    child
}

/// Nothing of this process's own settings.
pub(crate) fn arrange(command: &mut Command, environment: &[(String, String)]) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRACKHOLD_")) {
        command.env_remove(name);
    }
    command
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
}

/// What every server is started with, and then what the test wants.
pub(crate) fn settings(
    database: Option<&TestDatabase>,
    environment: &[(&str, &str)],
) -> Vec<(String, String)> {
    let mut all = vec![("TRACKHOLD_RATE_PER_MINUTE".to_owned(), "1000000".to_owned())];
    if let Some(database) = database {
        // No key is made for PostgreSQL: all nodes of an instance share one.
        all.push(("TRACKHOLD_MASTER_KEY".to_owned(), random_key()));
        all.push(("TRACKHOLD_DATABASE_URL".to_owned(), database.serve_url.clone()));
        all.push(("TRACKHOLD_MIGRATE_URL".to_owned(), database.migrate_url.clone()));
    }
    all.extend(environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    all
}

/// Reads all the time, or the server would block on a full pipe.
fn keep(stream: impl Read + Send + 'static, terminal: &Arc<Mutex<String>>) {
    let terminal = Arc::clone(terminal);
    thread::spawn(move || {
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let mut all = terminal.lock().unwrap_or_else(PoisonError::into_inner);
            all.push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
}

/// `TRACKHOLD_BIN`, or `trackhold` in the folder above this test's (`target/debug/deps`).
pub(crate) fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("TRACKHOLD_BIN") {
        return named.into();
    }
    let test = std::env::current_exe().expect("this test's own path");
    let built = test.ancestors().nth(2).map(|folder| folder.join("trackhold")).unwrap_or_default();
    assert!(built.is_file(), "{} is missing: cargo build -p trackhold", built.display());
    built
}

/// 64 hexadecimal digits.
fn random_key() -> String {
    let mut bytes = [0u8; 32];
    let mut source = std::fs::File::open("/dev/urandom").expect("the system's source of random bytes");
    source.read_exact(&mut bytes).expect("random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All of them held until all are found, so that no two are the same.
pub(crate) fn free_addresses<const N: usize>() -> [SocketAddr; N] {
    let probes: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port"));
    probes.each_ref().map(|probe| probe.local_addr().expect("a bound address"))
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET /readyz HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
            address.port()
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}
