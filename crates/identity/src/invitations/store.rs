//! SQL of invitations, in their workspace.

use kernel::{Result, UserId};
use store::{TenantTx, params};

use super::{Invitation, InvitationId};

store::statements! {
    tenant OPEN = "SELECT id, email, role, placeholder_id, invited_by, created_at, expires_at FROM invitations
        WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL AND expires_at > $3";
    tenant WAITING = "SELECT id, email, role, placeholder_id, invited_by, created_at, expires_at FROM invitations
        WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL";
    tenant PAGE = "SELECT id, email, role, placeholder_id, invited_by, created_at, expires_at FROM invitations
        WHERE workspace_id = $1 AND accepted_at IS NULL AND expires_at > $2 AND id > $3 ORDER BY id LIMIT $4";
    tenant FOR_EMAIL = "SELECT id FROM invitations
        WHERE workspace_id = $1 AND email = $2 AND accepted_at IS NULL AND expires_at > $3 ORDER BY id LIMIT $4";
    tenant INSERT = "INSERT INTO invitations
        (workspace_id, id, email, role, placeholder_id, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tenant ACCEPT = "UPDATE invitations SET accepted_at = $3 WHERE workspace_id = $1 AND id = $2";
    tenant PLACEHOLDER = "SELECT placeholder_id FROM invitations WHERE workspace_id = $1 AND id = $2
        AND placeholder_id IS NOT NULL";
    tenant DELETE = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL";
    tenant DROP_EXPIRED = "DELETE FROM invitations WHERE workspace_id = $1 AND accepted_at IS NULL AND expires_at <= $2";
}

store::row!(Invitation { id, email, role, placeholder, invited_by, created_at, expires_at });

/// An invitation that may still be accepted.
pub(crate) async fn open(tx: &mut TenantTx, id: InvitationId) -> Result<Option<Invitation>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    tx.first(&OPEN, params![workspace, id, now]).await
}

/// An invitation that nobody accepted yet; it may have run out.
pub(crate) async fn waiting(tx: &mut TenantTx, id: InvitationId) -> Result<Option<Invitation>> {
    let workspace = tx.workspace();
    tx.first(&WAITING, params![workspace, id]).await
}

pub(crate) async fn page(
    tx: &mut TenantTx,
    after: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let after = after.unwrap_or(InvitationId::from_uuid(uuid::Uuid::nil()));
    tx.all(&PAGE, params![workspace, now, after, limit]).await
}

pub(crate) async fn is_invited(tx: &mut TenantTx, email: &str) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(tx.first::<(InvitationId,)>(&FOR_EMAIL, params![workspace, email, now, 1_i64]).await?.is_some())
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &Invitation) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    tx.exec(&DROP_EXPIRED, params![workspace, now]).await?;
    let Invitation { id, email, role, placeholder, invited_by, created_at, expires_at } = new;
    tx.exec(
        &INSERT,
        params![workspace, *id, email, role, *placeholder, *invited_by, *created_at, *expires_at],
    )
    .await
    .map(drop)
}

/// Marks it; gives the placeholder that its person takes over.
pub(crate) async fn accepted(tx: &mut TenantTx, id: InvitationId) -> Result<Option<UserId>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    tx.exec(&ACCEPT, params![workspace, id, now]).await?;
    let row: Option<(UserId,)> = tx.first(&PLACEHOLDER, params![workspace, id]).await?;
    Ok(row.map(|(placeholder,)| placeholder))
}

pub(crate) async fn delete(tx: &mut TenantTx, id: InvitationId) -> Result<u64> {
    let workspace = tx.workspace();
    tx.exec(&DELETE, params![workspace, id]).await
}
