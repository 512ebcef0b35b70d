//! An empty data directory that an instance is brought back into.

use std::fs::File as LockFile;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::crypto::MasterKey;
use kernel::{Clock, WorkspaceId};

use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::copy::Scope;
use crate::keyring::{Keyring, make_folder};
use crate::sqlite::{RESTORING, file, own};

pub(super) struct Empty {
    data: PathBuf,
    master: MasterKey,
    /// Parts that wait in the room for their places.
    parts: Vec<(Scope, PathBuf)>,
    /// No server starts on the folder while it is held.
    _lock: LockFile,
}

impl Empty {
    /// Takes the folder's lock.
    pub(super) fn look(data: &Path, master: &MasterKey) -> Result<Self, BackupError> {
        let taken =
            || BackupError::refused(format!("there is data in {}; name an empty folder", data.display()));
        // A log whose file is gone would be taken for that of the file to come.
        let control = file(data, None);
        if control.exists() || control.with_extension("db-wal").exists() {
            return Err(taken());
        }
        make_folder(data)?;
        let lock = own(data)?;
        let workspaces = data.join("workspaces");
        // Without an instance they are of a restore that was not finished, or somebody's loss.
        let has_files = workspaces.is_dir() && std::fs::read_dir(&workspaces)?.next().is_some();
        if has_files && !data.join(RESTORING).exists() {
            return Err(taken());
        }
        Ok(Self { data: data.to_owned(), master: master.clone(), parts: Vec::new(), _lock: lock })
    }

    pub(super) fn keys(&self) -> Result<Option<Keys>, BackupError> {
        if !self.data.join("keyring").is_dir() {
            return Ok(None);
        }
        Ok(Some(Keys::Folder(Arc::new(Keyring::open(&self.data, self.master.clone())?))))
    }

    /// Begins anew where an earlier restore ended.
    pub(super) fn begin(&self) -> Result<(), BackupError> {
        let restoring = self.data.join(RESTORING);
        let workspaces = self.data.join("workspaces");
        if restoring.exists() {
            if workspaces.exists() {
                let replaced = self.data.join("replaced");
                make_folder(&replaced)?;
                let now = Clock::system().now().micros();
                std::fs::rename(&workspaces, replaced.join(format!("workspaces-{now}")))?;
            }
            // Last: as long as it is there, so may half of the workspaces be.
            std::fs::remove_dir_all(&restoring)?;
        }
        make_folder(&restoring)?;
        Ok(sync(&self.data)?)
    }

    pub(super) fn room(&self, name: &str) -> PathBuf {
        self.data.join(RESTORING).join(name)
    }

    pub(super) fn take(&mut self, scope: Scope, path: PathBuf) {
        self.parts.push((scope, path));
    }

    /// The keys, then the workspaces, the instance last: before it is there, nothing is. Blocks.
    pub(super) fn finish(
        self,
        keys: &[(String, Vec<u8>)],
        erased: &[WorkspaceId],
    ) -> Result<(), BackupError> {
        let keyring = Keyring::open(&self.data, self.master.clone())?;
        for (purpose, wrapped) in keys {
            keyring.put(purpose, wrapped)?;
        }
        // And no other: a workspace that this backup does not hold may stand in another one.
        for id in erased {
            keyring.destroy(&id.to_string())?;
        }
        let workspaces = self.data.join("workspaces");
        make_folder(&workspaces)?;
        sync(&self.data.join(RESTORING))?;
        let (instance, others): (Vec<_>, Vec<_>) =
            self.parts.iter().partition(|(scope, _)| *scope == Scope::Instance);
        for (scope, path) in others {
            std::fs::rename(path, file(&self.data, scope.workspace()))?;
        }
        sync(&workspaces)?;
        sync(&self.data)?;
        for (scope, path) in instance {
            std::fs::rename(path, file(&self.data, scope.workspace()))?;
        }
        sync(&self.data)?;
        Ok(std::fs::remove_dir_all(self.data.join(RESTORING))?)
    }
}

/// Sees the names in a folder written down.
pub(super) fn sync(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
