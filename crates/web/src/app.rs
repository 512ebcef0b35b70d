//! What every handler has at hand.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use kernel::access::{Caller, Origin};
use kernel::{Result, Timestamp, UserId};
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::limits::Limits;
use crate::live::Places;
use crate::page::Page;
use crate::settings::Settings;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Turns a credential into a caller; the slice that keeps credentials implements it.
pub trait Authenticate: Send + Sync + 'static {
    /// `token` is the session cookie's value, at most 256 bytes of visible ASCII. `None`: nobody, or
    /// no longer anybody, is signed in with it.
    fn authenticate<'a>(&'a self, token: &'a str, origin: Origin) -> BoxFuture<'a, Result<Option<Caller>>>;

    /// Whether this token was good before, as far as memory tells. One that is not costs a look into the
    /// store, which the limit on its address has to allow first.
    fn remembers(&self, _token: &str) -> bool {
        false
    }

    /// Whether this account is one of those who run the instance, now.
    fn is_superadmin(&self, _user: UserId) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async { Ok(false) })
    }

    /// As [`Self::authenticate`], for what goes on by itself: the session is not used by it.
    fn look_again<'a>(&'a self, token: &'a str, origin: Origin) -> BoxFuture<'a, Result<Option<Caller>>> {
        self.authenticate(token, origin)
    }
}

/// Fills what surrounds every page (workspaces, person, projects); each slice fills its own part.
pub trait FillFrame: Send + Sync + 'static {
    /// `path` is the address of the page that is being made, for marking what is current.
    fn fill<'a>(
        &'a self,
        store: &'a Store,
        caller: &'a Caller,
        path: &'a str,
        page: &'a mut Page,
    ) -> BoxFuture<'a, Result<()>>;
}

/// The state of the router; cheap to clone. Its fields are reached as `app.store`.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub store: Store,
    pub settings: Arc<Settings>,
    pub auth: Arc<dyn Authenticate>,
    pub(crate) frame: Vec<Arc<dyn FillFrame>>,
    pub(crate) limits: Limits,
    pub(crate) streams: Places,
    /// Cancelled when the server begins to stop: what would never end, ends.
    pub(crate) closing: CancellationToken,
}

impl App {
    /// `frame` is asked in this order.
    pub fn new(
        store: Store,
        settings: Arc<Settings>,
        auth: Arc<dyn Authenticate>,
        frame: Vec<Arc<dyn FillFrame>>,
    ) -> Self {
        let limits = Limits::new(settings.rate_per_minute);
        let streams = Places::new(settings.max_connections / 2);
        let closing = CancellationToken::new();
        Self(Arc::new(Parts { store, settings, auth, frame, limits, streams, closing }))
    }

    pub fn now(&self) -> Timestamp {
        self.store.clock().now()
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App(…)")
    }
}
