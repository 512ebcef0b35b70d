//! SQL of members.

use kernel::access::Role;
use kernel::{Error, Result, UserId};
use store::{TenantTx, params};

use super::Member;

store::statements! {
    tenant BY_ID = "SELECT user_id, name, email, role, status, joined_at FROM members
        WHERE workspace_id = $1 AND user_id = $2";
    tenant PAGE = "SELECT user_id, name, email, role, status, joined_at FROM members
        WHERE workspace_id = $1 AND status <> 'removed' AND user_id > $2 ORDER BY user_id LIMIT $3";
    tenant BY_EMAIL = "SELECT user_id, name, email, role, status, joined_at FROM members
        WHERE workspace_id = $1 AND email = $2 AND status = 'active' ORDER BY user_id LIMIT $3";
    tenant ADMINS = "SELECT user_id FROM members WHERE workspace_id = $1 AND role = 'admin' AND status = 'active'
        ORDER BY user_id LIMIT $2";
    tenant INSERT = "INSERT INTO members (workspace_id, user_id, name, email, role, status, joined_at)
        VALUES ($1, $2, $3, $4, $5, 'active', $6)";
    tenant RETURN = "UPDATE members SET name = $3, email = $4, role = $5, status = 'active', joined_at = $6
        WHERE workspace_id = $1 AND user_id = $2";
    tenant SET_ROLE = "UPDATE members SET role = $3 WHERE workspace_id = $1 AND user_id = $2";
    tenant REMOVE = "UPDATE members SET role = NULL, email = NULL, status = 'removed'
        WHERE workspace_id = $1 AND user_id = $2";
    tenant RENAME = "UPDATE members SET name = $3 WHERE workspace_id = $1 AND user_id = $2";
}

store::row!(Member { id, name, email, role, status, joined_at });

pub(crate) async fn find(tx: &mut TenantTx, id: UserId) -> Result<Option<Member>> {
    let workspace = tx.workspace();
    tx.first(&BY_ID, params![workspace, id]).await
}

/// Those behind `after`, placeholders among them.
pub(crate) async fn page(tx: &mut TenantTx, after: Option<UserId>, limit: i64) -> Result<Vec<Member>> {
    let workspace = tx.workspace();
    let after = after.unwrap_or(UserId::from_uuid(uuid::Uuid::nil()));
    tx.all(&PAGE, params![workspace, after, limit]).await
}

pub(crate) async fn is_active(tx: &mut TenantTx, email: &str) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(tx.first::<Member>(&BY_EMAIL, params![workspace, email, 1_i64]).await?.is_some())
}

/// What the acting person is at this moment: the role that the request came with may be over.
pub(crate) async fn own_role(tx: &mut TenantTx) -> Result<Role> {
    let gone = || Error::forbidden("forbidden", "You are no longer a member of this workspace.");
    let Some(user) = tx.user() else { return Err(gone()) };
    find(tx, user).await?.and_then(|member| member.active_role().ok()).ok_or_else(gone)
}

/// Refuses what would leave the workspace without an admin.
pub(crate) async fn keep_an_admin(tx: &mut TenantTx) -> Result<()> {
    let workspace = tx.workspace();
    let admins: Vec<(UserId,)> = tx.all(&ADMINS, params![workspace, 2_i64]).await?;
    if admins.len() > 1 {
        return Ok(());
    }
    Err(Error::conflict("last_admin", "A workspace needs an admin: make somebody else one first."))
}

/// Enters somebody, or lets them return; who is a member already stays what they are. Gives their role.
pub(crate) async fn enter(
    tx: &mut TenantTx,
    user: UserId,
    name: &str,
    email: &str,
    role: Role,
) -> Result<Role> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let known = find(tx, user).await?;
    if let Some(role) = known.as_ref().and_then(|member| member.active_role().ok()) {
        return Ok(role);
    }
    let sql = if known.is_some() { &RETURN } else { &INSERT };
    tx.exec(sql, params![workspace, user, name, email, role.name(), now]).await?;
    Ok(role)
}

pub(crate) async fn set_role(tx: &mut TenantTx, user: UserId, role: Role) -> Result<()> {
    let workspace = tx.workspace();
    tx.exec(&SET_ROLE, params![workspace, user, role.name()]).await.map(drop)
}

/// The name stays, for what they wrote; the address goes.
pub(crate) async fn remove(tx: &mut TenantTx, user: UserId) -> Result<()> {
    let workspace = tx.workspace();
    tx.exec(&REMOVE, params![workspace, user]).await.map(drop)
}

pub(crate) async fn rename(tx: &mut TenantTx, user: UserId, name: &str) -> Result<()> {
    let workspace = tx.workspace();
    tx.exec(&RENAME, params![workspace, user, name]).await.map(drop)
}
