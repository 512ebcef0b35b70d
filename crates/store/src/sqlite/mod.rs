//! The embedded engine: one SQLCipher file a workspace and one for control, in a folder that one
//! process owns.

mod connection;
mod database;
pub(crate) mod untouched;
mod workspaces;
mod writers;

pub(crate) use connection::{Mode, SqliteConnection};
pub(crate) use database::Database;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use kernel::{Result, WorkspaceId};

use self::workspaces::Workspaces;
use self::writers::Writers;
use crate::door::{Control, Tenant};
use crate::kept::Answers;
use crate::keyring::{Keyring, make_folder};
use crate::live::Live;
use crate::start::{Options, StartError};

pub(crate) struct Embedded {
    pub(crate) control: Arc<Database<Control>>,
    pub(crate) answers: Answers,
    workspaces: Workspaces,
    pepper: kernel::crypto::Key,
    /// Held for as long as the folder is ours.
    _lock: File,
}

impl Embedded {
    /// Opens the folder, making it if need be. Blocks.
    pub(crate) fn open(data: PathBuf, options: &Options, live: Arc<Live>) -> Result<Self, StartError> {
        make_folder(&data)?;
        let lock = own(&data)?;
        let keyring = Arc::new(Keyring::open(&data, options.master_key.clone())?);
        let writers = Writers::start()?;
        make_folder(&data.join("workspaces"))?;
        // Where there is data, a key that is missing is a loss, which a new one would hide.
        let file = data.join("control.db");
        let key =
            |purpose| if file.exists() { keyring.existing(purpose) } else { keyring.read_or_create(purpose) };
        let (control_key, pepper) = (key("control")?, key("pepper")?);
        let control =
            Database::open(&file, control_key, (), options.clock.clone(), writers.clone(), live.clone())?;
        let opener = workspaces::Opener { data, keyring, clock: options.clock.clone(), writers, live };
        Ok(Self {
            control: Arc::new(control),
            answers: Answers::default(),
            workspaces: Workspaces::new(opener, options.open_workspaces),
            pepper,
            _lock: lock,
        })
    }

    pub(crate) const fn pepper(&self) -> &kernel::crypto::Key {
        &self.pepper
    }

    pub(crate) async fn workspace(&self, id: WorkspaceId) -> Result<Arc<Database<Tenant>>> {
        self.workspaces.get(id).await
    }

    /// Makes the key and the empty file of a new workspace.
    pub(crate) async fn create_workspace(&self, id: WorkspaceId) -> Result<()> {
        self.workspaces.create(id).await
    }
}

/// Takes the folder's lock, which is held until the file is dropped.
pub(crate) fn own(data: &std::path::Path) -> Result<File, StartError> {
    let lock = File::options().create(true).truncate(false).write(true).open(data.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(StartError::InUse(data.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
