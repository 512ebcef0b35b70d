//! The data directory that is moved: read, and left as it is.

use std::fs::File as LockFile;
use std::path::PathBuf;

use kernel::WorkspaceId;
use kernel::crypto::{Key, MasterKey};
use uuid::Uuid;

use crate::copy::{CopyError, File, Scope};
use crate::keyring::Keyring;
use crate::sqlite::own;
use crate::start::StartError;

pub(super) struct Source {
    data: PathBuf,
    keyring: Keyring,
    control: Key,
    pub(super) pepper: Key,
    pub(super) master: MasterKey,
    /// No server starts on the folder while it is held.
    _lock: LockFile,
}

impl Source {
    /// Takes the folder's lock and opens its keyring. Blocks.
    pub(super) fn open(data: PathBuf, master: MasterKey) -> Result<Self, CopyError> {
        if !data.join("control.db").is_file() {
            return Err(CopyError::refused(format!("there is no Trackhold data in {}", data.display())));
        }
        let lock = own(&data)?;
        let keyring = Keyring::open(&data, master.clone())?;
        let (control, pepper) = (keyring.existing("control")?, keyring.existing("pepper")?);
        Ok(Self { data, keyring, control, pepper, master, _lock: lock })
    }

    /// Blocks.
    pub(super) fn file(&self, scope: Scope) -> Result<File, CopyError> {
        match scope {
            Scope::Instance => File::untouched(&self.data.join("control.db"), &self.control, scope),
            Scope::Workspace(id) => {
                let path = self.data.join("workspaces").join(format!("{id}.db"));
                File::untouched(&path, &self.key(id)?, scope)
            }
        }
    }

    /// All workspaces of the index, in the order of their ids.
    pub(super) fn workspaces(&self, control: &File) -> Result<Vec<WorkspaceId>, CopyError> {
        let mut statement = control.connection().prepare("SELECT id FROM workspaces ORDER BY id")?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| -> Result<WorkspaceId, CopyError> {
            let id = Uuid::from_slice(&bytes?).map_err(StartError::other)?;
            Ok(WorkspaceId::from_uuid(id))
        })
        .collect()
    }

    /// The keys of workspaces, accounts and backups, each wrapped by the master key, under the names that they have in
    /// `control.keys`.
    pub(super) fn wrapped(&self, ids: &[WorkspaceId]) -> Result<Vec<(String, Vec<u8>)>, CopyError> {
        let wrap = |id: &WorkspaceId| -> Result<(String, Vec<u8>), CopyError> {
            let purpose = id.to_string();
            let wrapped = self.wrap(&purpose, &self.key(*id)?)?;
            Ok((purpose, wrapped))
        };
        let mut all = ids.iter().map(wrap).collect::<Result<Vec<_>, _>>()?;
        // Without them no second factor would be known, and no backup from before the move could be checked, or opened.
        for purpose in ["accounts", "control", "backup", "signing"] {
            if let Some(key) = self.keyring.read(purpose)? {
                all.push((purpose.to_owned(), self.wrap(purpose, &key)?));
            }
        }
        Ok(all)
    }

    pub(super) fn wrap(&self, purpose: &str, key: &Key) -> Result<Vec<u8>, CopyError> {
        Ok(self.master.wrap(purpose, key).map_err(StartError::other)?)
    }

    pub(super) fn key(&self, id: WorkspaceId) -> Result<Key, CopyError> {
        Ok(self.keyring.existing(&id.to_string())?)
    }
}
