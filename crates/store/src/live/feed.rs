//! One workspace's events as they come, for all who follow it in this process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::Result;
use kernel::event::Event;
use tokio::sync::{OnceCell, broadcast};

use crate::store::TenantDoor;

/// Events that a follower may fall behind before they are read from the journal for it.
const KEPT: usize = 256;
pub(super) const PAGE: i64 = 500;
/// Before a journal that could not be read is read again.
const PAUSE: Duration = Duration::from_millis(500);

pub(crate) struct Feed {
    followers: broadcast::Sender<Arc<Event>>,
    begun: OnceCell<()>,
    place: Mutex<Place>,
}

/// How far it has told, and how far it is known to go.
struct Place {
    told: i64,
    newest: i64,
    /// Somebody reads the journal, or is to: what comes meanwhile is found there.
    reading: bool,
}

impl Default for Feed {
    fn default() -> Self {
        let (followers, _) = broadcast::channel(KEPT);
        let place = Mutex::new(Place { told: 0, newest: 0, reading: true });
        Self { followers, begun: OnceCell::new(), place }
    }
}

impl Feed {
    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins where the workspace is now. True where the journal has to be read since.
    pub(super) async fn begin(&self, door: &TenantDoor) -> Result<bool> {
        let mut behind = false;
        self.begun
            .get_or_try_init(async || {
                let newest = door.newest_event().await?;
                let mut place = self.place();
                place.told = newest;
                place.reading = place.newest > newest;
                behind = place.reading;
                Ok::<(), kernel::Error>(())
            })
            .await?;
        Ok(behind)
    }

    /// A new follower, and the number behind which it will hear everything.
    pub(super) fn follow(&self) -> (broadcast::Receiver<Arc<Event>>, i64) {
        let place = self.place();
        (self.followers.subscribe(), place.told)
    }

    pub(super) fn told(&self) -> i64 {
        self.place().told
    }

    /// Tells these if nothing is missing before them. True where the caller has to see to it that the journal
    /// is read.
    pub(super) fn offer(&self, events: &[Arc<Event>]) -> bool {
        let mut place = self.place();
        for event in events {
            if !place.reading && event.number == place.told + 1 {
                place.tell(event.clone(), &self.followers);
            } else {
                place.newest = place.newest.max(event.number);
            }
        }
        place.needs_reading()
    }

    /// Takes in that there are events up to `number`; true as with [`Self::offer`].
    pub(super) fn is_behind(&self, number: i64) -> bool {
        let mut place = self.place();
        place.newest = place.newest.max(number);
        place.needs_reading()
    }

    /// Tells what the journal has, until it is told all that is known of.
    pub(super) async fn catch_up(&self, door: &TenantDoor) {
        let reading = Reading(self);
        loop {
            let read = door.events_behind(self.told(), PAGE).await;
            let mut place = self.place();
            match read {
                Ok(events) => {
                    let nothing = events.is_empty();
                    for event in events {
                        place.tell(Arc::new(event), &self.followers);
                    }
                    if nothing || place.told >= place.newest {
                        // What is not there, though somebody spoke of it, was lost with its database.
                        place.newest = place.told;
                        place.reading = false;
                        // Under the lock: from here on somebody else may read.
                        std::mem::forget(reading);
                        return;
                    }
                }
                Err(error) => {
                    drop(place);
                    tracing::debug!(%error, "a journal could not be read");
                    tokio::time::sleep(PAUSE).await;
                    if self.followers.receiver_count() == 0 {
                        return;
                    }
                }
            }
        }
    }
}

/// However reading ends, whoever finds something missing next begins anew.
struct Reading<'a>(&'a Feed);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.place().reading = false;
    }
}

impl Place {
    fn tell(&mut self, event: Arc<Event>, followers: &broadcast::Sender<Arc<Event>>) {
        self.told = event.number;
        self.newest = self.newest.max(event.number);
        // Followers may all have left.
        let _ = followers.send(event);
    }

    const fn needs_reading(&mut self) -> bool {
        let needs = !self.reading && self.newest > self.told;
        self.reading |= needs;
        needs
    }
}
