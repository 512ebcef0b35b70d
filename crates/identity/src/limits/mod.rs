//! How often somebody may try: failed checks of a secret an account and network (kept in the
//! store, they survive a restart) and registrations an address (in memory).

mod failures;
mod network;
mod refusals;
mod registrations;
mod turns;

pub(crate) use failures::drop_old;
pub(crate) use refusals::Refusals;

use kernel::access::Origin;
use kernel::crypto::{hex, hmac_sha256};
use kernel::Result;
use store::Store;

use self::registrations::Registrations;
use self::turns::Turns;

#[derive(Default)]
pub(crate) struct Limits {
    turns: Turns,
    registrations: Registrations,
    pub(crate) refusals: Refusals,
}

/// Whose secret is tried, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    account: String,
    network: String,
}

impl Attempt {
    /// People mistype passwords into the address's field: only a keyed hash of it is kept.
    pub(crate) fn new(store: &Store, email: &str, origin: &Origin) -> Self {
        let account = hex(&hmac_sha256(store.pepper().bytes(), format!("attempt:{email}").as_bytes()));
        Self { account, network: network::of(origin.ip) }
    }

    pub(crate) fn network(&self) -> &str {
        &self.network
    }
}

impl Limits {
    /// Runs `check` unless there were too many failures, one at a time for this account and network
    /// (many at once would all see the count from before), and counts its failure.
    pub(crate) async fn attempt<F>(&self, store: &Store, attempt: &Attempt, check: F) -> Result<bool>
    where
        F: Future<Output = Result<bool>> + Send,
    {
        let _turn = self.turns.take(attempt).await?;
        failures::refuse_if_too_many(store, attempt).await?;
        let right = check.await?;
        if !right {
            failures::count(store, attempt).await?;
        }
        Ok(right)
    }

    /// Counts a registration, or refuses it.
    pub(crate) fn register(&self, store: &Store, origin: &Origin) -> Result<()> {
        self.registrations.count(network::address_of(origin.ip), store.clock().now())
    }
}
