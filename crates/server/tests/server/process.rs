//! Runs of the binary, with nothing of this process's own settings.

use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use testkit::{Engine, Instance, Log};

pub const BINARY: &str = env!("CARGO_BIN_EXE_trackhold");
/// Random once, and known to nobody's data.
pub const KEY: &str = "6f1c0e9b73d2a85847bb3c915ee0f27d1a946c38d5f0827be31749ac60528d9f";
pub const OTHER_KEY: &str = "c25b98e4170fd36aa1875e0c43f6922bd8e1703f5c94ab26970d4812fb6e35d1";

/// A running server of this build.
pub fn instance(environment: &[(&str, &str)]) -> Instance {
    Instance::start_binary(Path::new(BINARY), Engine::Embedded, environment, Log::Kept)
}

/// A call of the binary in a folder of its own.
pub fn trackhold(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRACKHOLD_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// What a finished call said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs to the end; a server that starts all the same is killed after a while, and has no code.
pub fn run(command: &mut Command) -> Ended {
    run_with_input(command, "")
}

pub fn run_with_input(command: &mut Command, input: &str) -> Ended {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let out = read(child.stdout.take().unwrap());
    let err = read(child.stderr.take().unwrap());
    // A call that fails early reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let code = wait(&mut child, Duration::from_secs(20));
    Ended { code, out: out.join().unwrap(), err: err.join().unwrap() }
}

/// Reads all the time, or a call that says much would never end.
fn read(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    })
}

/// The exit code; none where it had to be killed.
pub fn wait(child: &mut Child, patience: Duration) -> Option<i32> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// Every path below a folder, with kind, mode and content: what "nothing was touched" compares.
pub fn listing(folder: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let metadata = std::fs::symlink_metadata(&path).unwrap();
            let content = if metadata.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
            if metadata.is_dir() {
                folders.push(path.clone());
            }
            found.push((path, metadata.mode(), content));
        }
    }
    found.sort();
    found
}

pub fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
