//! Backups of this instance: where they go, the daily one, and what the interface shows of them.

mod daily;
mod due;
mod places;
pub mod told;
mod watching;

pub use ::admin::Overview;
pub use due::newest;
#[cfg(test)]
pub(crate) use due::tests::listed;
pub use places::{Wanted, directory, parse, plan, source};
pub use watching::Kept;

use std::sync::{Mutex, MutexGuard, PoisonError};

use ::admin::Begun;
use kernel::Timestamp;
use store::Store;
use store::backup::{BackupId, Listed, Ours};
use tokio::sync::Notify;

use crate::config::Backup;
use crate::failure::Failure;

/// How many the interface shows.
const SHOWN: usize = 30;

/// What the daily job, the commands and the page share.
pub struct Backups {
    store: Store,
    settings: Backup,
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    running: bool,
    /// Somebody asked for one that has not begun yet.
    asked: bool,
    last_error: Option<(Timestamp, String)>,
    /// The newest one, where its check has found it damaged: another is needed, not another look.
    damaged: Option<BackupId>,
}

impl Backups {
    pub fn new(store: Store, settings: Backup) -> Self {
        Self { store, settings, state: Mutex::default(), wake: Notify::new() }
    }

    pub const fn settings(&self) -> &Backup {
        &self.settings
    }

    pub async fn overview(&self) -> Overview {
        let listed = self.listed().await;
        let (mut last_error, running) = {
            let state = self.state();
            (state.last_error.clone(), state.running || state.asked)
        };
        let now = self.store.clock().now();
        let (mut last, unread) = match listed {
            Ok(listed) => (listed, None),
            Err(failure) => (Vec::new(), Some(failure.to_string())),
        };
        let lacking = newest(&last, now).filter(|newest| !newest.manifest.failed.is_empty());
        if last_error.is_none()
            && let Some(newest) = lacking
        {
            let manifest = &newest.manifest;
            last_error = Some((manifest.made_at, format!("{} lacks {}", manifest.id, told::lacks(manifest))));
        }
        last.truncate(SHOWN);
        Overview {
            place: self.settings.to.clone(),
            keyring_place: self.settings.keyring_to.clone(),
            off_machine: self.settings.recipient.is_some(),
            keep_days: self.settings.keep_days,
            last,
            unread,
            last_error,
            running,
        }
    }

    /// Has the daily job make one at once.
    pub fn start_now(&self) -> Begun {
        if self.settings.to.is_none() {
            return Begun::TurnedOff;
        }
        let mut state = self.state();
        if state.running || state.asked {
            return Begun::AlreadyRunning;
        }
        state.asked = true;
        drop(state);
        self.wake.notify_one();
        Begun::Yes
    }

    /// Marks one as being made, until the value is dropped; none where one is already.
    pub fn begin(&self) -> Option<Running<'_>> {
        let mut state = self.state();
        if state.running {
            return None;
        }
        state.running = true;
        Some(Running(self))
    }

    /// Those of the place that the settings name which this instance made, the newest first. What others put there
    /// is no backup of it.
    async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let place = self.settings.to.as_deref().map(places::parse).transpose()?;
        let ours = Ours::of(&self.store).await?;
        match (place, ours) {
            (Some(place), Some(ours)) if place.is_there() => Ok(ours.list(&place).await?),
            _ => Ok(Vec::new()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ::admin::Saving for Backups {
    fn overview(&self) -> web::BoxFuture<'_, kernel::Result<Overview>> {
        Box::pin(async move { Ok(self.overview().await) })
    }

    fn start_now(&self) -> Begun {
        self.start_now()
    }
}

/// See [`Backups::begin`].
pub struct Running<'a>(&'a Backups);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.state().running = false;
    }
}
