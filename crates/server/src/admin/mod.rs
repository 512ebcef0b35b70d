//! What an operator can have done from the command line, by a running server or without one. A
//! server owns its data directory, so its commands go to it: one line of JSON there, one back, over
//! a Unix socket in that directory.

mod backups;
mod client;
mod identities;
mod perform;
mod socket;
mod workspaces;

pub use client::ask;
pub use perform::{Operations, explain};
pub use socket::Socket;

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use kernel::WorkspaceId;
use kernel::crypto::SecretText;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use store::backup::BackupId;

use crate::backups::Wanted;
use crate::failure::Failure;

const SOCKET: &str = "admin.sock";
/// Bytes of a question; names and passwords are far shorter.
const LONGEST_QUESTION: u64 = 16 * 1024;
/// Bytes of an answer; a line for each workspace is the longest one.
const LONGEST_ANSWER: u64 = 64 * 1024 * 1024;

/// One command. Passwords and keys are in it, so it does not print.
#[derive(Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    CreateUser {
        email: String,
        name: String,
        password: String,
        superadmin: bool,
        workspace: Option<String>,
    },
    RecoverUser {
        email: String,
    },
    ResetFactor {
        email: String,
    },
    VerifyAudit {
        workspace: Option<WorkspaceId>,
    },
    CreateBackup(Wanted),
    ListBackups {
        from: Option<String>,
    },
    VerifyBackup {
        from: Option<String>,
        backup: Option<BackupId>,
        /// What stands in a file of `age-keygen`.
        #[serde(serialize_with = "exposed")]
        identities: Option<SecretText>,
    },
    /// What a page of the interface does: the daily backup, at once.
    BackUpNow,
    /// What erasing it would destroy.
    DescribeWorkspace {
        workspace: WorkspaceId,
    },
    EraseWorkspace {
        workspace: WorkspaceId,
    },
    Doctor,
}

/// The socket is closed to all but the server's own user, as the file is that this was read from.
fn exposed<S: Serializer>(secret: &Option<SecretText>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(SecretText::expose).serialize(serializer)
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done(Value),
    /// A sentence for the operator.
    Refused(String),
    /// The same, where the call itself was wrong.
    Misused(String),
}

impl Answer {
    pub fn into_value(self) -> Result<Value, Failure> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Refused(why) => Err(Failure::Other(why)),
            Self::Misused(why) => Err(Failure::Use(why)),
        }
    }
}

impl From<Result<Value, Failure>> for Answer {
    fn from(outcome: Result<Value, Failure>) -> Self {
        match outcome {
            Ok(value) => Self::Done(value),
            Err(Failure::Other(why)) => Self::Refused(why),
            Err(Failure::Use(why)) => Self::Misused(why),
        }
    }
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
