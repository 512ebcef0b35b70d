//! How often somebody may try: failed checks of a secret an account and network, and registrations an address.
//! Both are counted in the store: they survive a restart, and hold on all nodes together.

mod crowds;
mod failures;
mod network;
mod refusals;
mod registrations;
mod turns;

pub(crate) use failures::drop_old;
pub(crate) use refusals::Refusals;
pub(crate) use registrations::drop_old as drop_old_registrations;
pub(crate) use turns::Turn;

use kernel::access::Origin;
use kernel::crypto::{hex, hmac_sha256};
use kernel::{Result, UserId};
use store::Store;

use self::crowds::Crowds;
use self::registrations::Registrations;
use self::turns::Turns;
use crate::token::TokenHash;

#[derive(Default)]
pub(crate) struct Limits {
    turns: Turns,
    crowds: Crowds,
    registrations: Registrations,
    pub(crate) refusals: Refusals,
}

/// Whose secret is tried, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    account: String,
    network: String,
    /// Six digits are soon guessed from many networks at once: so they are counted over all of them as well.
    is_short: bool,
    is_quick: bool,
}

impl Attempt {
    /// People mistype passwords into the address's field: only a keyed hash of it is kept.
    pub(crate) fn new(store: &Store, email: &str, origin: &Origin) -> Self {
        let account = hex(&hmac_sha256(store.pepper().bytes(), format!("attempt:{email}").as_bytes()));
        Self { account, network: network::of(origin.ip), is_short: false, is_quick: false }
    }

    /// Somebody's second factor: a code of six digits, or a recovery code.
    pub(crate) fn of_factor(store: &Store, user: UserId, is_short: bool, origin: &Origin) -> Self {
        let kind = if is_short { "code" } else { "recovery" };
        let account = hex(&hmac_sha256(store.pepper().bytes(), format!("{kind}:{user}").as_bytes()));
        Self { account, network: network::of(origin.ip), is_short, is_quick: true }
    }

    /// All who guess at the same short secret, wherever they are.
    fn everywhere(&self) -> Option<Self> {
        self.is_short.then(|| Self { network: "everywhere".into(), ..self.clone() })
    }

    /// All who use one link.
    fn of_link(token: &TokenHash) -> Self {
        Self { account: hex(token), network: "link".into(), is_short: false, is_quick: true }
    }

    pub(crate) fn network(&self) -> &str {
        &self.network
    }
}

impl Limits {
    /// Runs `check` unless there were too many failures, one at a time for this account and network
    /// (many at once would all see the count from before), and counts its failure: nothing of it was right.
    pub(crate) async fn attempt<T, F>(&self, store: &Store, attempt: &Attempt, check: F) -> Result<Option<T>>
    where
        F: Future<Output = Result<Option<T>>> + Send,
    {
        let _turn = self.turns.take(attempt).await?;
        let _of_all = match attempt.everywhere() {
            Some(everywhere) => Some(self.turns.take(&everywhere).await?),
            None => None,
        };
        failures::refuse_if_too_many(store, attempt).await?;
        // A crowd is of those who wait for slow hashes; a code is checked at once.
        let _place = match attempt.is_quick {
            true => None,
            false => Some(self.crowds.enter(attempt.network()).await?),
        };
        let right = check.await?;
        if right.is_none() {
            failures::count(store, attempt).await?;
        }
        Ok(right)
    }

    /// Lets the holders of one link act one after the other: all but the first find it used, and
    /// no password is hashed in vain. The store lets one of them in, whatever happens here.
    pub(crate) async fn one_by_one(&self, token: &TokenHash) -> Result<Turn> {
        self.turns.take(&Attempt::of_link(token)).await
    }

    /// Counts a registration, or refuses it.
    pub(crate) async fn register(&self, store: &Store, origin: &Origin) -> Result<()> {
        let address = network::address_of(origin.ip);
        // What this process knows of comes first: a flood does not become writes.
        self.registrations.count(address.clone(), store.clock().now())?;
        let address = hex(&hmac_sha256(store.pepper().bytes(), format!("registration:{address}").as_bytes()));
        registrations::count_in(store, address).await
    }
}
