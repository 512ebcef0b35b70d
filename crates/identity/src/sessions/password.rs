//! A new password: whoever else was signed in with the old one is not any more.

use std::sync::Arc;

use kernel::access::Caller;
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, SessionId};
use store::ControlTx;

use super::actions::{WRONG, is_unchanged};
use super::{SUDO, Sessions, ending, store as sessions};
use crate::factors::store as factors;
use crate::identity::Identity;
use crate::links::{self, Kind};
use crate::passwords::PasswordHash;
use crate::token;
use crate::users::{self, User};
use crate::workspaces;

impl Identity {
    /// Changes the caller's password. Their session goes on under a new token, all others end.
    pub(crate) async fn change_password(
        &self,
        caller: &Caller,
        current: &SecretText,
        new: &SecretText,
    ) -> Result<SecretText> {
        let (user, id) = self.confirmed(caller, current).await?;
        self.for_the_whole_account(caller).await?;
        if current.expose() == new.expose() {
            return Err(Error::invalid("/new_password", "is the password that you have"));
        }
        let hash = self.passwords.accept("/new_password", new, user.about()).await?;
        let (cache, workspace) = (self.sessions.clone(), caller.workspace());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                users::store::find(tx, user.id).await?.filter(|now| is_unchanged(now, &user)).ok_or(WRONG)?;
                set(tx, &user, &hash, Some(id), "user.password_changed", cache.clone()).await?;
                let (token, hash) = token::issue();
                let until = tx.now().plus(SUDO);
                if sessions::rotate(tx, id, hash, Some(workspace)).await? == 0 {
                    return Err(Error::Unauthenticated { code: "unauthenticated" });
                }
                sessions::set_sudo(tx, id, until).await?;
                tx.after_commit(move || cache.forget(&[id]));
                Ok(token)
            })
            .await
    }
}

/// Sets a password and ends what the old one opened: sessions but `kept`, and links to recover it.
pub(crate) async fn set(
    tx: &mut ControlTx,
    user: &User,
    hash: &PasswordHash,
    kept: Option<SessionId>,
    action: &'static str,
    cache: Arc<Sessions>,
) -> Result<()> {
    users::store::set_password(tx, user.id, hash).await?;
    for kind in [Kind::Recovery, Kind::Factor] {
        links::drop_of(tx, kind, user.id.uuid()).await?;
    }
    factors::drop_offers(tx, user.id).await?;
    let mut others = sessions::find_of_user(tx, user.id).await?;
    others.retain(|session| Some(session.id) != kept);
    ending::end(tx, user.id, others, "password_changed", cache).await?;
    let entry = Entry::new(action, user.id);
    for workspace in workspaces::store::find_of_user(tx, user.id).await? {
        tx.audit_in(workspace.id, &entry).await?;
    }
    tx.audit(entry);
    Ok(())
}
