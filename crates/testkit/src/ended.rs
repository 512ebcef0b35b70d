//! Runs of the binary that come to an end: commands, and servers that refuse to start.

use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::instance::{Instance, arrange, binary, free_addresses};
use crate::spawner;

const PATIENCE: Duration = Duration::from_secs(30);

/// What a finished run said.
#[derive(Debug)]
pub struct Ended {
    /// None where it had to be killed: it did not end by itself.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Instance {
    /// `serve` with this environment alone, which is expected to refuse; a server that starts all the same is
    /// killed after half a minute.
    pub fn refused(environment: &[(&str, &str)]) -> Ended {
        let own: Vec<(String, String)> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let [address] = free_addresses();
        run(&binary(), &["serve", "--listen", &address.to_string()], &own)
    }

    /// A command of the same binary over the same database, such as `["audit", "verify", "--json"]`.
    pub fn command(&self, arguments: &[&str]) -> Ended {
        run(&self.binary, arguments, &self.environment)
    }
}

fn run(binary: &Path, arguments: &[&str], environment: &[(String, String)]) -> Ended {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut child = spawner::spawn(&binary.to_string_lossy(), |command| {
        arrange(command, environment);
        let output = command.args(arguments).arg("--data").arg(folder.path());
        output.stdout(Stdio::piped()).stderr(Stdio::piped());
    })
    .expect("setpriv starts the binary");
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if child.try_wait().expect("a child can be waited for").is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let output = child.wait_with_output().expect("a child can be waited for");
    Ended {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
