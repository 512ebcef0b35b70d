//! Open workspaces: the least recently used are closed when there are too many, none is ever open
//! twice (two writers would not know of each other), and one that does not open harms no other.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::{Clock, Error, Result, WorkspaceId};
use lru::LruCache;
use tokio::sync::OnceCell;

use super::database::{Database, lock};
use super::threads;
use super::writers::Writers;
use crate::door::Tenant;
use crate::keyring::Keyring;
use crate::live::Live;
use crate::start::StartError;

pub(super) struct Opener {
    pub(super) data: PathBuf,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Clock,
    pub(super) writers: Writers,
    pub(super) live: Arc<Live>,
}

/// How often, and how long apart, a place is looked for.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// A place for one workspace; empty while it is being opened.
type Slot = Arc<OnceCell<Arc<Database<Tenant>>>>;

pub(super) struct Workspaces {
    opener: Arc<Opener>,
    slots: Mutex<LruCache<WorkspaceId, Slot>>,
    /// Erased, or about to be: nobody opens them again.
    closed: Mutex<HashSet<WorkspaceId>>,
    most: usize,
}

impl Workspaces {
    pub(super) fn new(opener: Opener, most: usize) -> Self {
        Self {
            opener: Arc::new(opener),
            slots: Mutex::new(LruCache::unbounded()),
            closed: Mutex::default(),
            most,
        }
    }

    pub(super) async fn get(&self, id: WorkspaceId) -> Result<Arc<Database<Tenant>>> {
        let slot = self.place(id).await?;
        if let Some(open) = slot.get() {
            return Ok(open.clone());
        }
        slot.get_or_try_init(|| self.open(id)).await.cloned()
    }

    pub(super) async fn create(&self, id: WorkspaceId) -> Result<()> {
        let opener = self.opener.clone();
        blocking(move || opener.make(id)).await?;
        self.get(id).await.map(drop)
    }

    /// Waits a moment where all are in use: most are for an instant, by a writer that has just answered.
    async fn place(&self, id: WorkspaceId) -> Result<Slot> {
        for _ in 0..TRIES {
            if let Some(slot) = self.slot(id)? {
                return Ok(slot);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Error::Unavailable { reason: "Too many workspaces are in use; try again." })
    }

    fn slot(&self, id: WorkspaceId) -> Result<Option<Slot>> {
        let mut slots = lock(&self.slots);
        // Under the lock on the slots: whoever closes looks there after it has said so here.
        if lock(&self.closed).contains(&id) {
            return Err(Error::NotFound);
        }
        if let Some(slot) = slots.get(&id) {
            return Ok(Some(slot.clone()));
        }
        if slots.len() >= self.most {
            let idle = slots.iter().rev().find(|(_, slot)| is_idle(slot)).map(|(id, _)| *id);
            let Some(idle) = idle else { return Ok(None) };
            if let Some(slot) = slots.pop(&idle) {
                // Closing writes the log back into the file, which takes a moment. Without a thread it is done here.
                let _ = threads::spawn("closing".into(), move || drop(slot));
            }
        }
        let slot = Slot::default();
        slots.put(id, slot.clone());
        Ok(Some(slot))
    }

    pub(super) async fn close_for_ever(&self, id: WorkspaceId) -> Result<()> {
        lock(&self.closed).insert(id);
        for _ in 0..TRIES {
            if let Some(unused) = self.take_unused(id) {
                // Closing writes the log back into the file: it must not come into being after its deletion.
                return tokio::task::spawn_blocking(move || drop(unused)).await.map_err(Error::internal);
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.open_again(id);
        Err(Error::Unavailable { reason: "The workspace is in use; try again." })
    }

    pub(super) fn open_again(&self, id: WorkspaceId) {
        lock(&self.closed).remove(&id);
    }

    /// The place of a workspace that nobody is in, empty where it was not open. None while somebody is in it.
    fn take_unused(&self, id: WorkspaceId) -> Option<Slot> {
        let mut slots = lock(&self.slots);
        match slots.peek(&id) {
            None => Some(Slot::default()),
            Some(slot) if is_idle(slot) => slots.pop(&id),
            Some(_) => None,
        }
    }

    pub(super) async fn destroy(&self, id: WorkspaceId) -> Result<()> {
        let opener = self.opener.clone();
        blocking(move || opener.destroy(id)).await
    }

    async fn open(&self, id: WorkspaceId) -> Result<Arc<Database<Tenant>>> {
        let opener = self.opener.clone();
        blocking(move || opener.open(id)).await.map(Arc::new)
    }
}

/// Nobody holds the slot or the file, and nothing waits to be written: the queue keeps the file
/// alive while it drains. A slot that stayed empty is of a file that did not open.
fn is_idle(slot: &Slot) -> bool {
    Arc::strong_count(slot) == 1 && slot.get().is_none_or(|open| Arc::strong_count(open) == 1)
}

impl Opener {
    fn path(&self, id: WorkspaceId) -> PathBuf {
        super::file(&self.data, Some(id))
    }

    /// The key first: once it is gone, whatever else is left can be read by nobody. What is gone already is fine.
    fn destroy(&self, id: WorkspaceId) -> Result<(), StartError> {
        self.keyring.destroy(&id.to_string())?;
        self.destroy_replaced(id)?;
        let path = self.path(id);
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            match std::fs::remove_file(Path::new(&name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// What a restore put aside of it, with its key where that was another.
    fn destroy_replaced(&self, id: WorkspaceId) -> Result<(), StartError> {
        let folder = self.data.join("replaced");
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&format!("{id}-")) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// The key, then an empty file: one that is missing later is a loss, which a new one would hide.
    fn make(&self, id: WorkspaceId) -> Result<(), StartError> {
        self.keyring.create_workspace(id)?;
        OpenOptions::new().create(true).append(true).mode(0o600).open(self.path(id))?;
        Ok(())
    }

    fn open(&self, id: WorkspaceId) -> Result<Database<Tenant>, StartError> {
        let path = self.path(id);
        let key = self
            .keyring
            .workspace(id)?
            .ok_or_else(|| StartError::DamagedKey { path: self.data.join("keyring").join(id.to_string()) })?;
        if !path.exists() {
            return Err(StartError::Unreadable { path, cause: "it is missing".into() });
        }
        Database::open(&path, key, id, self.clock.clone(), self.writers.clone(), self.live.clone())
    }
}

/// Runs file work off the async workers; the operator gets the reason, the client none.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StartError> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "a workspace does not open");
            Err(Error::Unavailable { reason: "This workspace cannot be opened; the server's log says why." })
        }
        Err(error) => Err(Error::internal(error)),
    }
}
