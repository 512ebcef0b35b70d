//! SQL of sessions.

use kernel::access::{Origin, Role};
use kernel::{Result, SessionId, Timestamp, UserId, WorkspaceId};
use store::{ControlTx, Store, params};

use super::{IDLE, MOST, SEEN, Session};
use crate::token::TokenHash;

store::statements! {
    control LIVE = "SELECT s.id, s.user_id, s.workspace_id, s.created_at, s.last_seen_at, s.expires_at, s.sudo_until,
        s.factor, COALESCE(w.require_2fa, $2) FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN workspaces w ON w.id = s.workspace_id WHERE s.token_hash = $1 AND u.disabled = $2";
    control INSERT = "INSERT INTO sessions (id, token_hash, user_id, workspace_id, created_at, last_seen_at,
        expires_at, sudo_until, ip, user_agent) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)";
    control OF_USER = "SELECT id, workspace_id, created_at, last_seen_at, expires_at, ip, user_agent
        FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC, id DESC LIMIT $2";
    control OWN = "SELECT id, workspace_id, created_at, last_seen_at, expires_at, ip, user_agent
        FROM sessions WHERE user_id = $1 AND id = $2";
    control IN_WORKSPACE = "SELECT id, workspace_id, created_at, last_seen_at, expires_at, ip, user_agent
        FROM sessions WHERE user_id = $1 AND workspace_id = $2 ORDER BY id LIMIT $3";
    control LAST_WORKSPACE = "SELECT workspace_id FROM sessions WHERE user_id = $1 AND workspace_id IS NOT NULL
        ORDER BY last_seen_at DESC, id DESC LIMIT $2";
    control LAST_SEEN = "SELECT user_id, max(last_seen_at) FROM sessions WHERE workspace_id = $1
        GROUP BY user_id ORDER BY user_id LIMIT $2";
    control END = "DELETE FROM sessions WHERE id = $1";
    control SEEN_NOW = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at <= $3";
    control SET_SUDO = "UPDATE sessions SET sudo_until = $2 WHERE id = $1";
    control ROTATE = "UPDATE sessions SET token_hash = $2, workspace_id = $3 WHERE id = $1";
    control SET_WORKSPACE = "UPDATE sessions SET workspace_id = $2 WHERE id = $1 AND workspace_id IS NULL";
    control DROP_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2";
    tenant ROLE = "SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2 AND status = 'active'";
}

store::row!(Session {
    id,
    user,
    workspace,
    created_at,
    last_seen_at,
    expires_at,
    sudo_until,
    factor,
    needs_factor
});

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) id: SessionId,
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) created_at: Timestamp,
    pub(crate) last_seen_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) ip: Option<String>,
    pub(crate) user_agent: Option<String>,
}

store::row!(Listed { id, workspace, created_at, last_seen_at, expires_at, ip, user_agent });

/// The session behind a token, unless its account is disabled; it may have expired.
pub(crate) async fn by_token(store: &Store, token: &TokenHash) -> Result<Option<Session>> {
    store.control().first(&LIVE, params![token, false]).await
}

/// The same, inside a transaction.
pub(crate) async fn find_by_token(tx: &mut ControlTx, token: &TokenHash) -> Result<Option<Session>> {
    tx.first(&LIVE, params![token, false]).await
}

/// What somebody is in a workspace now; none when they are not, or no longer, in it.
pub(crate) async fn role(store: &Store, workspace: WorkspaceId, user: UserId) -> Result<Option<Role>> {
    let door = store.system_tenant(workspace, kernel::access::Actor::system());
    let row: Option<(String,)> = door.first(&ROLE, params![workspace, user]).await?;
    Ok(row.and_then(|(name,)| Role::from_name(&name)))
}

/// [`by_token`] and [`role`] at once.
pub(crate) async fn by_token_with_role(
    store: &Store,
    token: &TokenHash,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<(Option<Session>, Option<Role>)> {
    let (live, role): (_, Option<(String,)>) = store
        .first_of_both((&LIVE, params![token, false]), workspace, (&ROLE, params![workspace, user]))
        .await?;
    Ok((live, role.and_then(|(name,)| Role::from_name(&name))))
}

pub(crate) async fn insert(
    tx: &mut ControlTx,
    session: &Session,
    token: TokenHash,
    origin: &Origin,
) -> Result<()> {
    let ip = origin.ip.map(|ip| ip.to_string());
    tx.exec(
        &INSERT,
        params![
            session.id,
            &token,
            session.user,
            session.workspace,
            session.created_at,
            session.expires_at,
            session.sudo_until,
            ip.as_deref(),
            origin.user_agent.as_deref()
        ],
    )
    .await
    .map(drop)
}

/// The latest used first.
pub(crate) async fn of_user(store: &Store, user: UserId) -> Result<Vec<Listed>> {
    store.control().all(&OF_USER, params![user, MOST + 1]).await
}

pub(crate) async fn find_of_user(tx: &mut ControlTx, user: UserId) -> Result<Vec<Listed>> {
    tx.all(&OF_USER, params![user, MOST + 1]).await
}

pub(crate) async fn find_own(tx: &mut ControlTx, user: UserId, id: SessionId) -> Result<Option<Listed>> {
    tx.first(&OWN, params![user, id]).await
}

pub(crate) async fn find_in(tx: &mut ControlTx, user: UserId, workspace: WorkspaceId) -> Result<Vec<Listed>> {
    tx.all(&IN_WORKSPACE, params![user, workspace, MOST + 1]).await
}

/// Where somebody was last.
pub(crate) async fn last_workspace(store: &Store, user: UserId) -> Result<Option<WorkspaceId>> {
    let row: Option<(WorkspaceId,)> = store.control().first(&LAST_WORKSPACE, params![user, 1_i64]).await?;
    Ok(row.map(|(workspace,)| workspace))
}

/// When each member was last seen in a workspace.
pub(crate) async fn last_seen(store: &Store, workspace: WorkspaceId) -> Result<Vec<(UserId, Timestamp)>> {
    store.control().all(&LAST_SEEN, params![workspace, 10_000_i64]).await
}

pub(crate) async fn end(tx: &mut ControlTx, id: SessionId) -> Result<()> {
    tx.exec(&END, params![id]).await.map(drop)
}

pub(crate) async fn seen(tx: &mut ControlTx, id: SessionId) -> Result<()> {
    let now = tx.now();
    tx.exec(&SEEN_NOW, params![id, now, now.minus(SEEN)]).await.map(drop)
}

pub(crate) async fn set_sudo(tx: &mut ControlTx, id: SessionId, until: Timestamp) -> Result<u64> {
    tx.exec(&SET_SUDO, params![id, until]).await
}

/// Gives a session a new token; 0 when it is over.
pub(crate) async fn rotate(
    tx: &mut ControlTx,
    id: SessionId,
    token: TokenHash,
    workspace: Option<WorkspaceId>,
) -> Result<u64> {
    tx.exec(&ROTATE, params![id, &token, workspace]).await
}

/// For the session of somebody who was in no workspace.
pub(crate) async fn set_workspace(tx: &mut ControlTx, id: SessionId, workspace: WorkspaceId) -> Result<()> {
    tx.exec(&SET_WORKSPACE, params![id, workspace]).await.map(drop)
}

pub(crate) async fn drop_expired(tx: &mut ControlTx) -> Result<()> {
    let now = tx.now();
    tx.exec(&DROP_EXPIRED, params![now, now.minus(IDLE)]).await.map(drop)
}
