//! One follower of a workspace.

use std::collections::VecDeque;
use std::sync::Arc;

use kernel::event::Event;
use kernel::{Error, Result};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::Following;
use super::feed::PAGE;
use crate::store::TenantDoor;

/// What a follower is told.
#[derive(Debug, Clone)]
pub enum Seen {
    Event(Arc<Event>),
    /// Some events are not there any more: what follows begins now.
    Missed,
}

/// Follows a workspace's events, each once, in order.
pub struct Watch {
    following: Following,
    feed: broadcast::Receiver<Arc<Event>>,
    door: TenantDoor,
    /// The number of the last event that it was told.
    last: i64,
    /// From the journal, to be told before anything else.
    waiting: VecDeque<Arc<Event>>,
    behind: bool,
    missed: bool,
}

impl Watch {
    pub(super) fn new(following: Following, door: TenantDoor, after: Option<i64>) -> Result<Self> {
        let (receiver, told) = following.feed()?.follow();
        // A number that was never given out: the data is another since.
        let missed = after.is_some_and(|after| !(0..=told).contains(&after));
        let last = if missed { told } else { after.unwrap_or(told) };
        Ok(Self {
            following,
            feed: receiver,
            door,
            last,
            waiting: VecDeque::new(),
            behind: last < told,
            missed,
        })
    }

    /// The number of the last event that it was told; that of a page which it began with.
    pub const fn last(&self) -> i64 {
        self.last
    }

    /// The next event, once there is one. Nothing is lost where this is given up half-way.
    pub async fn next(&mut self) -> Result<Seen> {
        loop {
            if std::mem::take(&mut self.missed) {
                return Ok(Seen::Missed);
            }
            if let Some(event) = self.waiting.pop_front() {
                self.last = event.number;
                return Ok(Seen::Event(event));
            }
            if self.behind {
                self.read().await?;
                continue;
            }
            match self.feed.recv().await {
                Ok(event) if event.number <= self.last => {}
                Ok(event) if event.number == self.last + 1 => {
                    self.last = event.number;
                    return Ok(Seen::Event(event));
                }
                Ok(_) | Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return Err(Error::internal("a feed ended before its followers")),
            }
        }
    }

    async fn read(&mut self) -> Result<()> {
        let events = self.door.events_behind(self.last, PAGE).await?;
        match events.first() {
            None => self.behind = false,
            Some(first) if first.number != self.last + 1 => {
                self.last = self.following.feed()?.told();
                self.missed = true;
                self.behind = false;
            }
            Some(_) => self.waiting.extend(events.into_iter().map(Arc::new)),
        }
        Ok(())
    }
}
