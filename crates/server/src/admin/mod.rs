//! What an operator can have done from the command line, by a running server or without one. A
//! server owns its data directory, so its commands go to it: one line of JSON there, one back, over
//! a Unix socket in that directory.

mod client;
mod perform;
mod socket;

pub use client::ask;
pub use perform::Operations;
pub use socket::Socket;

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use kernel::WorkspaceId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const SOCKET: &str = "admin.sock";
/// Bytes of a question; names and passwords are far shorter.
const LONGEST_QUESTION: u64 = 16 * 1024;
/// Bytes of an answer; a line for each workspace is the longest one.
const LONGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// One command. Passwords are in it, so it does not print.
#[derive(Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    CreateUser { email: String, name: String, password: String, superadmin: bool, workspace: Option<String> },
    RecoverUser { email: String },
    VerifyAudit { workspace: Option<WorkspaceId> },
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done(Value),
    /// A sentence for the operator.
    Refused(String),
}

/// A path of the socket that fits into `sockaddr_un` (108 bytes on Linux): by the folder's open
/// file, where its own path is too long. Valid while the file is open.
fn reach(folder: &Path) -> std::io::Result<(PathBuf, Option<File>)> {
    let path = folder.join(SOCKET);
    if path.as_os_str().len() < 100 {
        return Ok((path, None));
    }
    let open = File::open(folder)?;
    Ok((format!("/proc/self/fd/{}/{SOCKET}", open.as_raw_fd()).into(), Some(open)))
}
