//! SQL of accounts and of who is in which workspace.

use kernel::{Result, Timestamp, UserId, WorkspaceId};
use store::{ControlTx, FromRow, Row, Store, params};

use super::User;
use crate::passwords::PasswordHash;

store::statements! {
    control BY_EMAIL = "SELECT id, email, email_verified, name, time_zone, password_hash, superadmin, disabled
        FROM users WHERE email = $1";
    control BY_ID = "SELECT id, email, email_verified, name, time_zone, password_hash, superadmin, disabled
        FROM users WHERE id = $1";
    control FIRST = "SELECT id FROM users ORDER BY id LIMIT $1";
    control INSERT = "INSERT INTO users (id, email, email_verified, name, time_zone, password_hash, superadmin,
        disabled, created_at, password_changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    control RENAME = "UPDATE users SET name = $2, time_zone = $3 WHERE id = $1";
    control SET_PASSWORD = "UPDATE users SET password_hash = $2, password_changed_at = $3 WHERE id = $1";
    control JOIN = "INSERT INTO memberships (user_id, workspace_id, joined_at) VALUES ($1, $2, $3)";
    control LEAVE = "DELETE FROM memberships WHERE user_id = $1 AND workspace_id = $2";
    control IS_IN = "SELECT user_id FROM memberships WHERE user_id = $1 AND workspace_id = $2";
}

impl FromRow for User {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self {
            id: columns.take()?,
            email: columns.take()?,
            email_verified: columns.take()?,
            name: columns.take()?,
            time_zone: columns.take()?,
            password_hash: columns.take::<Option<String>>()?.map(PasswordHash::stored),
            superadmin: columns.take()?,
            disabled: columns.take()?,
        })
    }
}

pub(crate) async fn by_email(store: &Store, email: &str) -> Result<Option<User>> {
    store.control().first(&BY_EMAIL, params![email]).await
}

pub(crate) async fn by_id(store: &Store, id: UserId) -> Result<Option<User>> {
    store.control().first(&BY_ID, params![id]).await
}

pub(crate) async fn exists_any(store: &Store) -> Result<bool> {
    Ok(store.control().first::<(UserId,)>(&FIRST, params![1_i64]).await?.is_some())
}

pub(crate) async fn exists_any_in(tx: &mut ControlTx) -> Result<bool> {
    Ok(tx.first::<(UserId,)>(&FIRST, params![1_i64]).await?.is_some())
}

pub(crate) async fn find_by_email(tx: &mut ControlTx, email: &str) -> Result<Option<User>> {
    tx.first(&BY_EMAIL, params![email]).await
}

pub(crate) async fn find(tx: &mut ControlTx, id: UserId) -> Result<Option<User>> {
    tx.first(&BY_ID, params![id]).await
}

pub(crate) async fn insert(tx: &mut ControlTx, user: &User) -> Result<()> {
    let (now, hash) = (tx.now(), user.password_hash.as_ref().map(PasswordHash::text));
    tx.exec(
        &INSERT,
        params![
            user.id,
            &user.email,
            user.email_verified,
            &user.name,
            &user.time_zone,
            hash,
            user.superadmin,
            user.disabled,
            now
        ],
    )
    .await
    .map(drop)
}

pub(crate) async fn rename(tx: &mut ControlTx, id: UserId, name: &str, time_zone: &str) -> Result<()> {
    tx.exec(&RENAME, params![id, name, time_zone]).await.map(drop)
}

pub(crate) async fn set_password(tx: &mut ControlTx, id: UserId, hash: &PasswordHash) -> Result<()> {
    let now = tx.now();
    tx.exec(&SET_PASSWORD, params![id, hash.text(), now]).await.map(drop)
}

pub(crate) async fn is_in(tx: &mut ControlTx, user: UserId, workspace: WorkspaceId) -> Result<bool> {
    Ok(tx.first::<(UserId,)>(&IS_IN, params![user, workspace]).await?.is_some())
}

/// Enters somebody into the index; twice is as once.
pub(crate) async fn join(tx: &mut ControlTx, user: UserId, workspace: WorkspaceId) -> Result<()> {
    let now: Timestamp = tx.now();
    if is_in(tx, user, workspace).await? {
        return Ok(());
    }
    tx.exec(&JOIN, params![user, workspace, now]).await.map(drop)
}

pub(crate) async fn leave(tx: &mut ControlTx, user: UserId, workspace: WorkspaceId) -> Result<()> {
    tx.exec(&LEAVE, params![user, workspace]).await.map(drop)
}
