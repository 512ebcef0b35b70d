//! The commands of one page, run by one shell in a folder of their own.

use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;
use testkit::TestPostgres;

use crate::page::Block;
use crate::table::{self, Page, Table};

const AROUND: &str = include_str!("session.sh");
/// Seconds for all of a page.
const PATIENCE: &str = "180";
/// Bytes of what a page said that a message repeats.
const LONGEST: usize = 6_000;

/// Runs the blocks of a page; says which failed, and how.
pub fn run(name: &str, blocks: &[Block], roles: &str) -> Result<(), String> {
    if !blocks.iter().any(Block::is_run) {
        return Err(format!("{name} has no command that is run"));
    }
    for block in blocks.iter().filter(|block| !block.is_sql()) {
        is_whole(block).map_err(|why| format!("{name}:{}: {why}", block.line))?;
    }
    let page = table::of(name);
    let room = Room::prepare(page, blocks);
    room.write_script(name, blocks, roles);
    let said = room.path().join("said");
    let ended = room.shell(&said).status().expect("bash runs");
    if ended.success() {
        return Ok(());
    }
    let said = fs::read_to_string(&said).unwrap_or_default();
    let begin = said.char_indices().rev().nth(LONGEST).map_or(0, |(at, _)| at);
    Err(format!("{name}: {ended}\n{}", &said[begin..]))
}

/// A block that is open at its end would take the next one for its own.
fn is_whole(block: &Block) -> Result<(), String> {
    let mut bash = Command::new("bash")
        .arg("-n")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash starts");
    bash.stdin.take().expect("stdin is piped").write_all(block.text.as_bytes()).expect("bash reads");
    let ended = bash.wait_with_output().expect("bash ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    // An open here-document is a warning.
    if ended.status.success() && said.is_empty() { Ok(()) } else { Err(said) }
}

/// Where the page's reader sits.
struct Room {
    folder: TempDir,
    port: u16,
    /// A server of the page's own: it makes roles, of which a server has one of a name.
    database: Option<Arc<TestPostgres>>,
    page: &'static Page,
    table: Table,
}

impl Room {
    fn prepare(page: &'static Page, blocks: &[Block]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let inside = table::FOLDERS.iter().map(|folder| folder.trim_start_matches('/'));
        for made in inside.chain(["bin", "home", "sql"]) {
            fs::create_dir_all(path.join(made)).expect("a folder can be made");
        }
        symlink(binary(), path.join("bin/trackhold")).expect("a link can be made");
        File::create(path.join("log")).expect("a file can be made");
        // Whoever is asked for a password types it.
        fs::write(path.join("typed"), "a lake in late october\n".repeat(20)).expect("a file can be made");
        let asks = |block: &Block| block.is_run() && (block.is_sql() || block.text.contains(table::DATABASE));
        let database = (page.has_roles || blocks.iter().any(asks)).then(TestPostgres::private);
        let free = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a free port");
        let port = free.local_addr().expect("a bound address").port();
        let host = database.as_ref().map_or_else(String::new, |server| host(server.superuser_url()));
        let table = table::table(page, path, port, &host);
        Self { folder, port, database, page, table }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// All of the page: what is around it, what it begins with, its blocks, and the end of what it started.
    fn write_script(&self, name: &str, blocks: &[Block], roles: &str) {
        let mut script = AROUND.to_owned();
        if self.database.is_some() {
            script.push_str("serve_tls\n");
        }
        if self.page.has_roles {
            script.push_str(&self.sql("roles", roles));
        }
        script.push_str(&table::replaced(self.page.before, &self.table));
        for block in blocks.iter().filter(|block| block.is_run()) {
            script.push_str(&format!("block='{name}:{}'\n", block.line));
            script.push_str(&match block.is_sql() {
                true => self.sql(&block.line.to_string(), &block.text),
                false => table::replaced(&block.text, &self.table),
            });
        }
        script.push_str("block='the end of the page'\nstop_servers\n");
        fs::write(self.path().join("script"), script).expect("a file can be made");
    }

    /// The line that runs these statements as a superuser.
    fn sql(&self, name: &str, text: &str) -> String {
        let file = self.path().join("sql").join(name);
        fs::write(&file, table::replaced(text, &self.table)).expect("a file can be made");
        format!("sql '{}'\n", file.display())
    }

    /// The shell, which ends with this test however that ends, and with it all that it started.
    fn shell(&self, said: &Path) -> Command {
        let path = self.path();
        let said = File::create(said).expect("a file can be made");
        let also = said.try_clone().expect("a file can be written to twice");
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--", "timeout", "--kill-after=5", PATIENCE])
            .args(["setpriv", "--pdeathsig", "KILL", "--", "bash"])
            .arg(path.join("script"))
            .current_dir(path.join("home"))
            .stdin(File::open(path.join("typed")).expect("the file is there"))
            .stdout(said)
            .stderr(also);
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("TRACKHOLD_") || name.starts_with("PG"))
        {
            command.env_remove(name);
        }
        let superuser = self.database.as_ref().map_or("", |server| server.superuser_url());
        command
            .env("HOME", path.join("home"))
            .env("PATH", search_path(path))
            .env("NO_COLOR", "1")
            .env("TRACKHOLD_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SSL_CERT_FILE", path.join("etc/trackhold/postgres-root.pem"))
            .env("HOWTO_BIN", binary())
            .env("HOWTO_LOG", path.join("log"))
            .env("HOWTO_SUPERUSER", superuser);
        command
    }
}

/// `TRACKHOLD_BIN`, or the binary that was built beside this test.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("TRACKHOLD_BIN") {
        return named.into();
    }
    let test = std::env::current_exe().expect("this test's own path");
    test.ancestors().nth(2).expect("the target directory").join("trackhold")
}

/// Debian keeps some of PostgreSQL's programs beside the server's.
fn search_path(room: &Path) -> String {
    let mut all = vec![room.join("bin").display().to_string(), std::env::var("PATH").unwrap_or_default()];
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    all.extend(versions.map(|version| version.path().join("bin").display().to_string()));
    all.join(":")
}

/// Host and port of a URL.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default().to_owned()
}
