//! Where parts lie for a moment while they are saved or checked: encrypted files in a folder of this user's alone.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::keyring::make_folder;
use crate::sqlite::BACKUP;
use crate::store::{Running, Store};

/// Goes with all that is in it.
pub(super) struct Room(TempDir);

impl Room {
    /// In the data directory, where what a kill leaves is removed at the next start; on PostgreSQL wherever
    /// temporary files are.
    pub(super) fn of(store: &Store) -> std::io::Result<Self> {
        match store.engine() {
            Running::Embedded(embedded) => {
                let spool = embedded.data().join("spool");
                make_folder(&spool)?;
                Self::within(&spool)
            }
            Running::Postgres(_) => Self::within(&std::env::temp_dir()),
        }
    }

    pub(super) fn within(folder: &Path) -> std::io::Result<Self> {
        let mine = Permissions::from_mode(0o700);
        tempfile::Builder::new().prefix(BACKUP).permissions(mine).tempdir_in(folder).map(Self)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// A file that goes with this value, and what SQLite may have left beside it.
pub(super) struct Passage(pub(super) PathBuf);

impl Drop for Passage {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(ending);
            // Most are not there; the folder goes in the end.
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }
}
