//! Backups of this instance: where they go, the daily one, and what the interface shows of them.

mod daily;
mod due;
mod places;
pub mod told;
mod watching;

pub use ::admin::Overview;
#[cfg(test)]
pub(crate) use due::tests::listed;
pub use places::{Wanted, directory, parse, plan, source};
pub use watching::Kept;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ::admin::Begun;
use kernel::Timestamp;
use store::Store;
use store::backup::{self, BackupId, Listed, Ours, Place};
use tokio::sync::Notify;

use crate::config::Backup;
use crate::failure::Failure;

/// How many the interface shows.
const SHOWN: usize = 30;
/// How long it may show what was there.
const SEEN: Duration = Duration::from_secs(10);

/// What the daily job, the commands and the page share.
pub struct Backups {
    store: Store,
    settings: Backup,
    data: PathBuf,
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
    /// What was found when somebody looked last, until something is done there.
    seen: Option<(Instant, Vec<Listed>)>,
}

impl Backups {
    pub fn new(store: Store, settings: Backup, data: PathBuf) -> Self {
        Self { store, settings, data, state: Mutex::default(), wake: Notify::new() }
    }

    pub const fn settings(&self) -> &Backup {
        &self.settings
    }

    pub async fn overview(&self) -> Overview {
        let listed = self.seen().await;
        let (mut last_error, running) = {
            let state = self.state();
            (state.last_error.clone(), state.running || state.asked)
        };
        let now = self.store.clock().now();
        let (mut last, unread) = match listed {
            Ok(listed) => (listed, None),
            Err(failure) => (Vec::new(), Some(failure.to_string())),
        };
        let newest = backup::whole(&last, now).next().cloned();
        let proven = backup::whole(&last, now).find(|listed| listed.certificate.is_some()).cloned();
        let lacking = newest.as_ref().filter(|newest| !newest.manifest.failed.is_empty());
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
            newest,
            proven,
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

    /// A page that renews itself does not read the place each time.
    async fn seen(&self) -> Result<Vec<Listed>, Failure> {
        if let Some((at, listed)) = &self.state().seen
            && at.elapsed() < SEEN
        {
            return Ok(listed.clone());
        }
        let listed = self.listed().await?;
        self.state().seen = Some((Instant::now(), listed.clone()));
        Ok(listed)
    }

    /// Something was done in the place.
    pub fn look_again(&self) {
        self.state().seen = None;
    }

    /// Notes in the places of the settings what was erased, so that no backup there brings it back; gives those where
    /// it cannot be noted, and why.
    pub async fn note_erasures(&self) -> Vec<(String, String)> {
        let mut not_noted = Vec::new();
        for name in [&self.settings.to, &self.settings.keyring_to].into_iter().flatten() {
            let noted = match Place::parse(name) {
                // A place of its own that the first backup has yet to make holds none.
                Ok(place) if !place.is_there() && Path::new(name).starts_with(&self.data) => continue,
                Ok(place) => backup::note_erasures(&self.store, &place).await,
                Err(error) => Err(error),
            };
            if let Err(error) = noted {
                not_noted.push((name.clone(), error.to_string()));
            }
        }
        not_noted
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
        let mut state = self.0.state();
        state.running = false;
        state.seen = None;
    }
}
