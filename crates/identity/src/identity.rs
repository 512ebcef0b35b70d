//! What the slice keeps in memory, and what it is told by the configuration.

use std::sync::Arc;

use kernel::Result;
use kernel::access::Origin;
use kernel::crypto::SecretText;
use store::Store;
use zeroize::Zeroizing;

use crate::limits::{self, Attempt, Limits};
use crate::links;
use crate::passwords::{COST, Passwords};
use crate::sessions::Sessions;
use crate::users::User;

/// Who may make an account without being asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Anybody, with a workspace of their own.
    Open,
    /// Whoever holds an invitation.
    #[default]
    Invite,
    /// Nobody; invitations are for those who have an account already.
    Closed,
}

/// Where the master key is, for the person who claims the instance.
#[derive(Clone)]
pub struct KeyNotice {
    /// A path, or `TRACKHOLD_MASTER_KEY`.
    pub source: String,
    /// Reads the key (64 hexadecimal digits) where this server keeps it itself; none where the
    /// operator does.
    pub reveal: Option<Arc<dyn Fn() -> Zeroizing<String> + Send + Sync>>,
}

impl std::fmt::Debug for KeyNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyNotice").field("source", &self.source).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub registration: Registration,
    /// `https://hold.example.com`, without a slash at the end.
    pub public_url: String,
    pub key: KeyNotice,
}

/// Accounts and sessions of one instance.
pub struct Identity {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) sessions: Arc<Sessions>,
}

impl Identity {
    pub fn new(store: Store, settings: Settings) -> Result<Self> {
        Self::with_cost(store, settings, COST)
    }

    /// For suites that sign in often: bcrypt's cost (4 to 12) is not in the configuration.
    #[doc(hidden)]
    pub fn with_cost(store: Store, settings: Settings, cost: u32) -> Result<Self> {
        let passwords = Arc::new(Passwords::new(store.pepper(), cost)?);
        Ok(Self { store, settings, passwords, limits: Arc::default(), sessions: Arc::default() })
    }

    /// Whether it is the account's password, throttled. Runs to its end even if whoever asks goes
    /// away: a guess that nobody waits for counts as well.
    pub(crate) async fn check_password(
        &self,
        email: &str,
        user: Option<&User>,
        password: &SecretText,
        origin: &Origin,
    ) -> Result<bool> {
        let attempt = Attempt::new(&self.store, email, origin);
        let hash = user.and_then(|user| user.password_hash.clone());
        let (store, passwords, limits) = (self.store.clone(), self.passwords.clone(), self.limits.clone());
        let (password, known) = (password.clone(), attempt.clone());
        let checking = tokio::spawn(async move {
            let check = async { Ok(passwords.verify(&password, hash).await?.then_some(())) };
            limits.attempt(&store, &known, check).await
        });
        let checked = checking.await.map_err(kernel::Error::internal)?;
        if !matches!(checked, Ok(Some(()))) {
            self.limits.refusals.add(user.map(|user| user.id), &attempt, origin);
        }
        Ok(checked?.is_some())
    }

    /// What is to be done once a minute and before the server stops.
    pub async fn housekeeping(&self) -> Result<()> {
        if let Err(error) = self.store.deliver_left_over().await {
            tracing::error!(%error, "messages to workspaces are still waiting");
        }
        self.limits.refusals.write(&self.store).await;
        self.store
            .control()
            .write(async |tx| {
                limits::drop_old(tx).await?;
                limits::drop_old_registrations(tx).await?;
                links::drop_expired(tx).await?;
                crate::factors::store::drop_old_offers(tx).await?;
                crate::sessions::drop_expired(tx).await
            })
            .await
    }
}
