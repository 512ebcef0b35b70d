//! Changing and removing members. Both ask who the acting person is inside the transaction: of two
//! admins who demote each other at the same time, the second is no admin any more.

use kernel::access::{Caller, Level, Members, Permit, Role};
use kernel::audit::Entry;
use kernel::{Error, Result, UserId};
use serde_json::{Value, json};
use store::TenantTx;

use super::{Member, outranked, store as members};
use crate::identity::Identity;
use crate::{sessions, users};

impl Identity {
    pub(crate) async fn change_role(
        &self,
        caller: &Caller,
        permit: Permit<Members>,
        member: UserId,
        role: Role,
    ) -> Result<Member> {
        let (cache, workspace) = (self.sessions.clone(), caller.workspace());
        self.store
            .tenant(caller)
            .write(async move |tx| {
                let changed = change_role(tx, permit, member, role).await?;
                tx.after_commit(move || cache.forget_member(member, workspace));
                Ok(changed)
            })
            .await
    }

    /// Removes a member; the caller too. What they may do ends with the workspace's own
    /// record; their sessions there are ended in control right after it.
    pub(crate) async fn remove_member(
        &self,
        caller: &Caller,
        permit: Permit<Members>,
        member: UserId,
    ) -> Result<()> {
        let (cache, workspace) = (self.sessions.clone(), caller.workspace());
        self.store
            .tenant(caller)
            .write(async move |tx| {
                remove(tx, permit, member).await?;
                tx.after_commit(move || cache.forget_member(member, workspace));
                Ok(())
            })
            .await?;
        let cache = self.sessions.clone();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                users::store::leave(tx, member, workspace).await?;
                let over = sessions::store::find_in(tx, member, workspace).await?;
                sessions::ending::end(tx, member, over, "removed", cache).await
            })
            .await
    }
}

async fn change_role(
    tx: &mut TenantTx,
    permit: Permit<Members>,
    member: UserId,
    role: Role,
) -> Result<Member> {
    permit.require(Level::Full)?;
    let own = members::own_role(tx).await?;
    let mut changed = members::find(tx, member).await?.ok_or(Error::NotFound)?;
    let before = changed.active_role()?;
    if own.level(kernel::access::Area::Members) < Level::Full || !own.governs(before) || !own.governs(role) {
        return Err(outranked());
    }
    if before == role {
        return Ok(changed);
    }
    if before == Role::Admin {
        members::keep_an_admin(tx).await?;
    }
    members::set_role(tx, member, role).await?;
    changed.role = Some(role.name().into());
    tx.audit(Entry::new("member.role_changed", member).details(json!({ "from": before, "to": role })));
    tx.event("member.role_changed", member, json!({ "role": role }));
    Ok(changed)
}

async fn remove(tx: &mut TenantTx, permit: Permit<Members>, member: UserId) -> Result<()> {
    permit.require(Level::Full)?;
    let own = members::own_role(tx).await?;
    let removed = members::find(tx, member).await?.ok_or(Error::NotFound)?;
    let role = removed.active_role()?;
    // Whoever manages members may remove themselves; removing others takes a higher role.
    let leaves = tx.user() == Some(member);
    let may_remove = own.level(kernel::access::Area::Members) >= Level::Full && own.governs(role);
    if !leaves && !may_remove {
        return Err(outranked());
    }
    if role == Role::Admin {
        members::keep_an_admin(tx).await?;
    }
    members::remove(tx, member).await?;
    tx.audit(Entry::new("member.removed", member).details(json!({ "role": role, "left": leaves })));
    tx.event("member.removed", member, Value::Null);
    Ok(())
}
