//! Helping somebody who has lost their second factor.

use kernel::access::{Actor, Area, Caller, Level, Permit, Security};
use kernel::audit::Entry;
use kernel::{Error, Result, UserId};
use serde_json::json;

use super::proof::tell;
use super::{Scope, store as factors};
use crate::identity::Identity;
use crate::members;
use crate::sessions::{ending, store as sessions};
use crate::{users, workspaces};

impl Identity {
    /// An admin's: the member's factor is not asked for in this workspace any more, and their sessions there end. What
    /// other workspaces ask for stays as it is.
    pub(crate) async fn reset_member_factor(
        &self,
        caller: &Caller,
        permit: Permit<Security>,
        member: UserId,
    ) -> Result<()> {
        permit.require(Level::Full)?;
        if member == caller.user() {
            return Err(ones_own());
        }
        // Who is no active member of this workspace is missing here.
        self.store
            .tenant(caller)
            .read(async move |tx| {
                let own = members::store::own_role(tx).await?;
                if own.level(Area::Security) < Level::Full {
                    return Err(members::outranked());
                }
                let found = members::store::find(tx, member).await?.ok_or(Error::NotFound)?;
                found.active_role().map(drop)
            })
            .await?;
        let (workspace, cache) = (caller.workspace(), self.sessions.clone());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                if !users::store::is_in(tx, member, workspace).await? {
                    return Err(Error::NotFound);
                }
                let user = users::store::find(tx, member).await?.ok_or(Error::NotFound)?;
                // They run the instance: no workspace may make their way in easier.
                if user.superadmin {
                    return Err(Error::forbidden(
                        "outranked",
                        "This person runs the server; another who does, or its operator, can reset their second factor.",
                    ));
                }
                if !factors::standing(tx, member, Some(workspace)).await?.is_on {
                    return Err(Error::conflict("two_factor_off", "This member has no second factor here."));
                }
                let is_nowhere_else = workspaces::store::find_of_user(tx, member).await?.len() == 1;
                if is_nowhere_else {
                    factors::remove_all(tx, member).await?;
                } else {
                    factors::remove(tx, member, Scope::only(workspace)).await?;
                    let now = tx.now();
                    factors::set_reset(tx, member, workspace, Some(now)).await?;
                }
                let entry = Entry::new("member.two_factor_reset", member)
                    .details(json!({ "everywhere": is_nowhere_else }));
                tx.audit_in(workspace, &entry).await?;
                tx.audit(entry);
                let over = sessions::find_in(tx, member, workspace).await?;
                ending::end(tx, member, over, "two_factor_reset", cache).await
            })
            .await
    }

    /// Of whoever runs the instance: in all workspaces, and all their sessions end. Tells whether there was one.
    pub(crate) async fn reset_factor(&self, actor: &Actor, user: UserId) -> Result<bool> {
        let cache = self.sessions.clone();
        self.store
            .control()
            .by(actor)
            .write(async move |tx| {
                users::store::find(tx, user).await?.ok_or(Error::NotFound)?;
                if !factors::remove_all(tx, user).await? {
                    return Ok(false);
                }
                tell(tx, user, Scope::ACCOUNT, "user.two_factor_reset", json!({})).await?;
                let over = sessions::find_of_user(tx, user).await?;
                ending::end(tx, user, over, "two_factor_reset", cache).await?;
                Ok(true)
            })
            .await
    }
}

/// It would be a way around the code that turning it off takes.
pub(super) fn ones_own() -> Error {
    Error::forbidden("own_factor", "Turn your own second factor off on the page of your account.")
}
