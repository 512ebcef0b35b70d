//! The embedded engine: one SQLCipher file a workspace and one for control, in a folder that one
//! process owns.

mod connection;
mod database;
mod left_over;
pub(crate) mod snapshot;
mod threads;
pub(crate) mod untouched;
mod workspaces;
mod writers;

pub(crate) use connection::{Mode, SqliteConnection};
pub(crate) use database::Database;
pub(crate) use left_over::{BACKUP, RESTORING};
pub use threads::wait_for_threads;

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
    accounts: kernel::crypto::Key,
    data: PathBuf,
    keyring: Arc<Keyring>,
    /// Held by whoever saves the instance: one at a time.
    pub(crate) saving: Arc<tokio::sync::Mutex<()>>,
    /// Held for as long as the folder is ours.
    _lock: File,
}

impl Embedded {
    /// Opens the folder, making it if need be. Blocks.
    pub(crate) fn open(data: PathBuf, options: &Options, live: Arc<Live>) -> Result<Self, StartError> {
        make_folder(&data)?;
        let lock = own(&data)?;
        left_over::refuse_unfinished(&data)?;
        let keyring = Arc::new(Keyring::open(&data, options.master_key.clone())?);
        left_over::clear(&data)?;
        let writers = Writers::start()?;
        make_folder(&data.join("workspaces"))?;
        // Where there is data, a key that is missing is a loss, which a new one would hide.
        let file = data.join("control.db");
        let key =
            |purpose| if file.exists() { keyring.existing(purpose) } else { keyring.read_or_create(purpose) };
        let (control_key, pepper) = (key("control")?, key("pepper")?);
        // Younger than the others: where data is from before, it is made now.
        let accounts = keyring.read_or_create("accounts")?;
        let control =
            Database::open(&file, control_key, (), options.clock.clone(), writers.clone(), live.clone())?;
        let (folder, keys) = (data.clone(), keyring.clone());
        let opener = workspaces::Opener { data, keyring, clock: options.clock.clone(), writers, live };
        Ok(Self {
            control: Arc::new(control),
            answers: Answers::default(),
            workspaces: Workspaces::new(opener, options.open_workspaces),
            pepper,
            accounts,
            data: folder,
            keyring: keys,
            saving: Arc::default(),
            _lock: lock,
        })
    }

    pub(crate) const fn pepper(&self) -> &kernel::crypto::Key {
        &self.pepper
    }

    pub(crate) const fn accounts(&self) -> &kernel::crypto::Key {
        &self.accounts
    }

    pub(crate) async fn workspace(&self, id: WorkspaceId) -> Result<Arc<Database<Tenant>>> {
        self.workspaces.get(id).await
    }

    /// Makes the key and the empty file of a new workspace.
    pub(crate) async fn create_workspace(&self, id: WorkspaceId) -> Result<()> {
        self.workspaces.create(id).await
    }

    /// Closes a workspace to everybody, and waits until nobody is in it.
    pub(crate) async fn close_for_ever(&self, id: WorkspaceId) -> Result<()> {
        self.workspaces.close_for_ever(id).await
    }

    /// Takes that back: nothing was erased.
    pub(crate) fn open_again(&self, id: WorkspaceId) {
        self.workspaces.open_again(id);
    }

    /// Destroys the key of a closed workspace, and then its file.
    pub(crate) async fn destroy(&self, id: WorkspaceId) -> Result<()> {
        self.workspaces.destroy(id).await
    }

    pub(crate) fn keyring(&self) -> Arc<Keyring> {
        self.keyring.clone()
    }

    pub(crate) fn data(&self) -> &std::path::Path {
        &self.data
    }
}

/// The file of the instance, or of a workspace.
pub(crate) fn file(data: &std::path::Path, workspace: Option<WorkspaceId>) -> PathBuf {
    workspace.map_or_else(|| data.join("control.db"), |id| data.join("workspaces").join(format!("{id}.db")))
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
