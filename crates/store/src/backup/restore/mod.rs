//! Bringing a backup back: the whole instance into an empty home, or one workspace into an instance that is there.

mod after;
mod amend;
mod blank;
mod empty;
mod one;
mod source;
mod whole;

use std::sync::Arc;

use kernel::WorkspaceId;
use kernel::crypto::MasterKey;

use super::error::BackupError;
use super::manifest::BackupId;
use super::place::Place;
use super::progress::Progress;
use super::sealing::Identities;
use crate::outbox::Receive;
use crate::start::Engine;

/// What is brought back, and where to.
pub struct Restore {
    pub from: Place,
    /// None is the newest.
    pub backup: Option<BackupId>,
    /// What opens it, where that is not in the keyring.
    pub identities: Option<Identities>,
    /// Where the keyring was saved. None: the target's own, which has to be there.
    pub keyring_from: Option<Place>,
    /// One workspace, into the instance that is in the target.
    pub only: Option<WorkspaceId>,
    /// Over a workspace that is there.
    pub replace: bool,
    pub into: Engine,
    pub master_key: MasterKey,
    /// For opening the store in the end: what was done stands in its audit log.
    pub receiver: Arc<dyn Receive>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Restored {
    pub backup: BackupId,
    pub workspaces: usize,
    pub rows: u64,
    /// Of the sealed files.
    pub bytes: u64,
    pub seconds: f64,
    /// Workspaces of the backup that were erased after it was made, and were not brought back.
    pub erased_again: usize,
    /// Of the digests of all parts that were brought back, in their order.
    pub sha256: String,
}

/// Brings back what is asked for. Nothing is served before all of it was checked; what a crash leaves half-way is
/// refused by every server.
pub async fn restore(restore: Restore, progress: Arc<dyn Progress>) -> Result<Restored, BackupError> {
    match restore.only {
        None => whole::restore(&restore, &progress).await,
        Some(id) => one::restore(&restore, id, &progress).await,
    }
}
