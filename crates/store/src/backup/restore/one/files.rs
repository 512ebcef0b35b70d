//! Into the data directory of an instance that no server is on.

use std::fs::File as LockFile;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::crypto::{Key, MasterKey, hex, same};
use kernel::{Clock, WorkspaceId};

use super::{Brought, Standing};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::restore::amend;
use crate::backup::restore::empty::sync;
use crate::backup::room::Room;
use crate::copy::Scope;
use crate::erasure::WORKSPACE;
use crate::keyring::{Keyring, make_folder, write_once};
use crate::sqlite::{Mode, SqliteConnection, file, own};

pub(super) struct Folder {
    data: PathBuf,
    keyring: Arc<Keyring>,
    control: Key,
    master: MasterKey,
    room: Room,
    /// No server starts on the folder while it is held.
    _lock: LockFile,
}

impl Folder {
    pub(super) fn open(data: &Path, master: &MasterKey) -> Result<Self, BackupError> {
        if !file(data, None).is_file() {
            return Err(BackupError::refused(format!(
                "there is no instance in {} to bring a workspace back into; bring back all of the backup",
                data.display()
            )));
        }
        let lock = own(data)?;
        let keyring = Keyring::open(data, master.clone())?;
        let control = keyring.existing("control")?;
        let spool = data.join("spool");
        make_folder(&spool)?;
        let room = Room::within(&spool)?;
        let (data, keyring, master) = (data.to_owned(), Arc::new(keyring), master.clone());
        Ok(Self { data, keyring, control, master, room, _lock: lock })
    }

    pub(super) fn keys(&self) -> Keys {
        Keys::Folder(self.keyring.clone())
    }

    /// Goes with this value, and with the next start where this is killed.
    pub(super) fn room(&self, name: &str) -> PathBuf {
        self.room.file(name)
    }

    pub(super) fn standing(&self, id: WorkspaceId) -> Result<Standing, BackupError> {
        let control = file(&self.data, None);
        let (is_indexed, is_erased) = amend::change(&control, &self.control, Scope::Instance, |tx| {
            let bytes = id.uuid();
            let ask = "SELECT EXISTS (SELECT 1 FROM workspaces WHERE id = ?1)";
            let indexed = tx.query_row(ask, [bytes.as_bytes()], |row| row.get(0))?;
            let ask = "SELECT EXISTS (SELECT 1 FROM erasures WHERE id = ?1 AND kind = ?2)";
            Ok((indexed, tx.query_row(ask, (bytes.as_bytes(), WORKSPACE), |row| row.get(0))?))
        })?;
        let is_there = file(&self.data, Some(id)).exists();
        Ok(Standing { is_there, is_indexed, is_erased, events: self.events(id) })
    }

    /// Nothing is known of a file that does not open: it may be why another one is brought back.
    fn events(&self, id: WorkspaceId) -> i64 {
        let path = file(&self.data, Some(id));
        let Ok(Some(key)) = self.keyring.read(&id.to_string()) else { return 0 };
        if !path.exists() {
            return 0;
        }
        let read = SqliteConnection::open(&path, &key, Mode::Read).map(SqliteConnection::into_raw);
        match read.map(|file| file.query_row("SELECT events FROM audit_head", [], |row| row.get(0))) {
            Ok(Ok(events)) => events,
            _ => 0,
        }
    }

    /// What is there is put aside, then the new one in its place, and last the instance knows who is in it. After a
    /// crash in between the same restore, over what is there, does the rest. Blocks for a few renames.
    pub(super) fn put(&self, brought: &Brought) -> Result<(), BackupError> {
        let purpose = brought.id.to_string();
        self.put_aside(brought.id, &brought.key)?;
        self.keyring.put(&purpose, &self.master.wrap(&purpose, &brought.key)?)?;
        let place = file(&self.data, Some(brought.id));
        let workspaces = self.data.join("workspaces");
        make_folder(&workspaces)?;
        std::fs::rename(&brought.path, place)?;
        sync(&workspaces)?;
        self.enter(brought)
    }

    /// Into `replaced`, with the key where that is another one: it may hold what the backup does not.
    fn put_aside(&self, id: WorkspaceId, key: &Key) -> Result<(), BackupError> {
        let place = file(&self.data, Some(id));
        // Also a log alone: it would be taken for that of the file to come.
        if !place.exists() && !place.with_extension("db-wal").exists() {
            return Ok(());
        }
        let now = Clock::system().now().micros();
        let aside = self.data.join("replaced").join(format!("{id}-{now}"));
        make_folder(&aside)?;
        let purpose = id.to_string();
        // One that cannot be read opens nothing.
        if let Ok(Some(known)) = self.keyring.read(&purpose)
            && !same(known.bytes(), key.bytes())
        {
            write_once(&aside.join("key"), hex(&self.master.wrap(&purpose, &known)?).as_bytes())?;
        }
        for ending in ["-wal", "-shm", ""] {
            let name = format!("{id}.db{ending}");
            match std::fs::rename(place.with_file_name(&name), aside.join(&name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(sync(&aside)?)
    }

    /// The index and who is in it, as the workspace itself says; accounts that are gone stay away.
    fn enter(&self, brought: &Brought) -> Result<(), BackupError> {
        let id = brought.id.uuid();
        amend::change(&file(&self.data, None), &self.control, Scope::Instance, |tx| {
            if let Some(row) = &brought.row {
                tx.execute(
                    "INSERT OR IGNORE INTO workspaces (id, name, created_by, created_at) VALUES (?1, ?2, ?3, ?4)",
                    (id.as_bytes(), &row.name, &row.created_by, row.created_at),
                )?;
            }
            tx.execute("DELETE FROM memberships WHERE workspace_id = ?1", [id.as_bytes()])?;
            for (user, joined_at) in &brought.members {
                tx.execute(
                    "INSERT INTO memberships (user_id, workspace_id, joined_at)
                     SELECT id, ?2, ?3 FROM users WHERE id = ?1",
                    (user.as_bytes(), id.as_bytes(), joined_at),
                )?;
            }
            Ok(())
        })
    }
}
