//! What happens in the workspaces that somebody looks at, told in order and without gaps.
//!
//! What this process committed is told at once. What others did is read from the workspace's journal, when
//! they call (`postgres/bell.rs`) or when a number is missed. So nothing hangs on a call that gets lost.

mod feed;
mod watch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use kernel::access::Actor;
use kernel::event::Event;
use kernel::{Error, Result, WorkspaceId};
use tokio::runtime::Handle;
use tokio::sync::broadcast;

pub use self::watch::{Seen, Watch};

use self::feed::Feed;
use crate::store::{Inner, Store, TenantDoor};

/// Events that an automation may fall behind before it is told that it missed some.
const KEPT: usize = 4_096;

/// Tells other nodes that there is something new in a workspace.
pub(crate) trait Call: Send + Sync {
    fn call(&self, workspace: WorkspaceId, number: i64);
}

pub(crate) struct Live {
    feeds: Mutex<HashMap<WorkspaceId, Arc<Feed>>>,
    /// Of all workspaces, as far as this process committed them.
    all: broadcast::Sender<Arc<Event>>,
    call: OnceLock<Box<dyn Call>>,
    store: OnceLock<Weak<Inner>>,
    runtime: Handle,
}

impl Live {
    /// Within a runtime: journals are read by tasks of their own.
    pub(crate) fn new() -> Arc<Self> {
        let (all, _) = broadcast::channel(KEPT);
        Arc::new(Self {
            feeds: Mutex::default(),
            all,
            call: OnceLock::new(),
            store: OnceLock::new(),
            runtime: Handle::current(),
        })
    }

    pub(crate) fn reads_from(&self, store: &Weak<Inner>) {
        let _ = self.store.set(store.clone());
    }

    pub(crate) fn calls_by(&self, call: impl Call + 'static) {
        let _ = self.call.set(Box::new(call));
    }

    pub(crate) fn all(&self) -> broadcast::Receiver<Arc<Event>> {
        self.all.subscribe()
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Arc<Feed>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn feed(&self, workspace: WorkspaceId) -> Option<Arc<Feed>> {
        self.feeds().get(&workspace).cloned()
    }

    fn door(&self, workspace: WorkspaceId) -> Option<TenantDoor> {
        let inner = self.store.get()?.upgrade()?;
        Some(Store::of(inner).system_tenant(workspace, Actor::system()))
    }

    /// Tells what one group of a workspace's changes committed, in order.
    pub(crate) fn tell(self: &Arc<Self>, events: Vec<Event>) {
        let Some((workspace, number)) = events.last().map(|event| (event.workspace, event.number)) else {
            return;
        };
        let events: Vec<Arc<Event>> = events.into_iter().map(Arc::new).collect();
        if let Some(feed) = self.feed(workspace)
            && feed.offer(&events)
        {
            self.catch_up(workspace, feed);
        }
        for event in events {
            // Nobody listening is not an error.
            let _ = self.all.send(event);
        }
        if let Some(call) = self.call.get() {
            call.call(workspace, number);
        }
    }

    /// Another node says that it has committed events up to this number.
    pub(crate) fn hear(self: &Arc<Self>, workspace: WorkspaceId, number: i64) {
        if let Some(feed) = self.feed(workspace)
            && feed.is_behind(number)
        {
            self.catch_up(workspace, feed);
        }
    }

    /// Calls may have been missed: looks into every journal that somebody follows.
    pub(crate) async fn look_again(self: &Arc<Self>) {
        let followed: Vec<WorkspaceId> = self.feeds().keys().copied().collect();
        for workspace in followed {
            let Some(door) = self.door(workspace) else { return };
            match door.newest_event().await {
                Ok(number) => self.hear(workspace, number),
                Err(error) => tracing::debug!(%workspace, %error, "a journal could not be looked into"),
            }
        }
    }

    fn catch_up(self: &Arc<Self>, workspace: WorkspaceId, feed: Arc<Feed>) {
        let live = self.clone();
        self.runtime.spawn(async move {
            if let Some(door) = live.door(workspace) {
                feed.catch_up(&door).await;
            }
            drop(feed);
            live.let_go(workspace);
        });
    }

    /// Follows a workspace from behind number `after`, or from now on.
    pub(crate) async fn watch(self: &Arc<Self>, door: TenantDoor, after: Option<i64>) -> Result<Watch> {
        let workspace = door.workspace();
        let feed = Some(self.feeds().entry(workspace).or_default().clone());
        // Also where it fails, or is given up, the feed goes with its last follower.
        let following = Following { live: self.clone(), workspace, feed };
        let feed = following.feed()?;
        if feed.begin(&door).await? {
            self.catch_up(workspace, feed.clone());
        }
        // A page of another node, or one that was made while a call was on its way, may be ahead of the feed.
        if after.is_some_and(|after| after > feed.told()) && feed.is_behind(door.newest_event().await?) {
            feed.catch_up(&door).await;
        }
        Watch::new(following, door, after)
    }

    /// Nobody follows it any more.
    fn let_go(&self, workspace: WorkspaceId) {
        let mut feeds = self.feeds();
        if feeds.get(&workspace).is_some_and(|feed| Arc::strong_count(feed) == 1) {
            feeds.remove(&workspace);
        }
    }
}

/// Keeps a feed as long as somebody follows it.
struct Following {
    live: Arc<Live>,
    workspace: WorkspaceId,
    feed: Option<Arc<Feed>>,
}

impl Following {
    fn feed(&self) -> Result<&Arc<Feed>> {
        self.feed.as_ref().ok_or_else(|| Error::internal("a feed was let go"))
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        drop(self.feed.take());
        self.live.let_go(self.workspace);
    }
}
