//! SQL of the index of workspaces.

use kernel::{Result, UserId, WorkspaceId};
use store::{ControlTx, Store, params};

use super::{MOST_JOINED, Workspace};

store::statements! {
    control BY_ID = "SELECT id, name, created_at, require_2fa FROM workspaces WHERE id = $1";
    control BY_NAME = "SELECT id, name, created_at, require_2fa FROM workspaces WHERE name = $1 ORDER BY id LIMIT $2";
    control INSERT = "INSERT INTO workspaces (id, name, created_by, created_at) VALUES ($1, $2, $3, $4)";
    control RENAME = "UPDATE workspaces SET name = $2 WHERE id = $1";
    control SET_REQUIRE_2FA = "UPDATE workspaces SET require_2fa = $2 WHERE id = $1";
    control MADE_BY = "SELECT id FROM workspaces WHERE created_by = $1 ORDER BY id LIMIT $2";
    control OF_USER = "SELECT w.id, w.name, w.created_at, w.require_2fa FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
        WHERE m.user_id = $1 ORDER BY m.joined_at, w.id LIMIT $2";
}

store::row!(Workspace { id, name, created_at, require_2fa });

pub(crate) async fn by_id(store: &Store, id: WorkspaceId) -> Result<Option<Workspace>> {
    store.control().first(&BY_ID, params![id]).await
}

pub(crate) async fn find(tx: &mut ControlTx, id: WorkspaceId) -> Result<Option<Workspace>> {
    tx.first(&BY_ID, params![id]).await
}

/// Names are not unique: at most two of that name, so that the caller can tell.
pub(crate) async fn by_name(store: &Store, name: &str) -> Result<Vec<Workspace>> {
    store.control().all(&BY_NAME, params![name, 2_i64]).await
}

/// The workspaces that somebody is in, in the order of joining.
pub(crate) async fn of_user(store: &Store, user: UserId) -> Result<Vec<Workspace>> {
    store.control().all(&OF_USER, params![user, MOST_JOINED]).await
}

pub(crate) async fn find_of_user(tx: &mut ControlTx, user: UserId) -> Result<Vec<Workspace>> {
    tx.all(&OF_USER, params![user, MOST_JOINED]).await
}

/// How many workspaces somebody made, counted up to `most`.
pub(crate) async fn made_by(tx: &mut ControlTx, user: UserId, most: i64) -> Result<usize> {
    let rows: Vec<(WorkspaceId,)> = tx.all(&MADE_BY, params![user, most]).await?;
    Ok(rows.len())
}

pub(crate) async fn insert(tx: &mut ControlTx, workspace: &Workspace, by: UserId) -> Result<()> {
    tx.exec(&INSERT, params![workspace.id, &workspace.name, by, workspace.created_at]).await.map(drop)
}

pub(crate) async fn rename(tx: &mut ControlTx, id: WorkspaceId, name: &str) -> Result<()> {
    tx.exec(&RENAME, params![id, name]).await.map(drop)
}

pub(crate) async fn set_require_2fa(tx: &mut ControlTx, id: WorkspaceId, required: bool) -> Result<()> {
    tx.exec(&SET_REQUIRE_2FA, params![id, required]).await.map(drop)
}
