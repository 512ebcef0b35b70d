//! A command of the binary, run to its end.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use benches::{process, site};

/// Between two looks at its memory; the kernel keeps the most that it had.
const LOOK: Duration = Duration::from_millis(5);

/// One that ended well.
pub struct Ran {
    pub seconds: f64,
    /// The most memory that it had, in MB.
    pub peak: f64,
    pub said: String,
}

pub fn trackhold(arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let (mut out, mut err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    let mut command = Command::new(site::binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRACKHOLD_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(out.try_clone().unwrap())
        .stderr(err.try_clone().unwrap());
    let began = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut peak = 0.0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        peak = process::peak(child.id()).unwrap_or(peak);
        std::thread::sleep(LOOK);
    };
    let seconds = began.elapsed().as_secs_f64();
    assert!(status.success(), "trackhold {arguments:?}: {status}\n{}", all_of(&mut err));
    Ran { seconds, peak, said: all_of(&mut out) }
}

fn all_of(file: &mut File) -> String {
    file.rewind().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}
