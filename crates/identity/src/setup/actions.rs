//! The first-run link, and the one time that the master key is shown.

use kernel::access::Caller;
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, UserId};
use store::ControlTx;
use zeroize::Zeroizing;

use super::LIFE;
use crate::identity::{Identity, Registration};
use crate::links::{self, Kind, Link};
use crate::token;
use crate::users::store as users;

impl Identity {
    /// The link for whoever claims this server, while it has no user; none where anybody may
    /// register. On the embedded engine an earlier link ends with it; several processes on one
    /// database each print a good one.
    pub async fn first_run_link(&self) -> Result<Option<SecretText>> {
        if self.settings.registration == Registration::Open || users::exists_any(&self.store).await? {
            return Ok(None);
        }
        let (token, hash) = token::issue();
        let alone = self.store.is_embedded();
        self.store
            .control()
            .write(async move |tx| {
                if alone {
                    links::drop_all(tx, Kind::Setup).await?;
                }
                let expires_at = tx.now().plus(LIFE);
                links::put(tx, Kind::Setup, hash, Link { workspace: None, subject: None }, expires_at).await
            })
            .await?;
        Ok(Some(SecretText::new(format!("{}/setup/{}", self.settings.public_url, token.expose()))))
    }

    /// Whether a first-run token is good; anything else is as missing.
    pub(crate) async fn check_setup(&self, token: &str) -> Result<()> {
        let hash = token::hash_of(token).ok_or(Error::NotFound)?;
        let is_good = links::find(&self.store, Kind::Setup, &hash).await?.is_some();
        if is_good && !users::exists_any(&self.store).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The master key for whoever claimed the server, until they have said that it is saved; none
    /// where the operator keeps it. Each look is in the instance's log.
    pub(crate) async fn show_master_key(&self, caller: &Caller) -> Result<Option<Zeroizing<String>>> {
        let user = caller.user();
        self.require_key_notice(user).await?;
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                tx.audit(Entry::new("master_key.shown", user));
                Ok(())
            })
            .await?;
        Ok(self.settings.key.reveal.as_ref().map(|reveal| reveal()))
    }

    pub(crate) async fn require_key_notice(&self, user: UserId) -> Result<()> {
        if links::is_open(&self.store, Kind::MasterKey, user.uuid()).await? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// The key is saved elsewhere: it is not shown again.
    pub(crate) async fn key_is_saved(&self, caller: &Caller) -> Result<()> {
        let user = caller.user();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                if !links::drop_of(tx, Kind::MasterKey, user.uuid()).await? {
                    return Err(Error::NotFound);
                }
                tx.audit(Entry::new("master_key.saved", user));
                Ok(())
            })
            .await
    }
}

/// Lets the first superadmin see the master key. Nobody gets the token: the row itself is the right.
pub(crate) async fn grant_key_notice(tx: &mut ControlTx, user: UserId) -> Result<()> {
    let (_, hash) = token::issue();
    let expires_at = tx.now().plus(LIFE);
    links::put(tx, Kind::MasterKey, hash, Link { workspace: None, subject: Some(user.uuid()) }, expires_at)
        .await
}
