//! What is changed in a file that was brought back and checked, before it is put in its place. All of it blocks.

use std::collections::BTreeSet;
use std::path::Path;

use kernel::WorkspaceId;
use kernel::crypto::Key;
use rusqlite::{OptionalExtension, Transaction};
use uuid::Uuid;

use crate::backup::error::BackupError;
use crate::copy::Scope;
use crate::erasure::Erasure;
use crate::migrations;
use crate::sqlite::{Mode, SqliteConnection};

/// Further than anybody follows: numbers of events that were given out after the backup are never given out again,
/// so that whoever followed then is told that something is missing.
const LEAP: i64 = 1 << 32;

/// A row of the index of workspaces.
pub(super) struct IndexRow {
    pub(super) name: String,
    pub(super) created_by: Option<Vec<u8>>,
    pub(super) created_at: i64,
}

/// Brings a file to this version's schema, changes it, and sees it written down.
pub(super) fn change<T>(
    path: &Path,
    key: &Key,
    scope: Scope,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, BackupError>,
) -> Result<T, BackupError> {
    let mut connection = SqliteConnection::open(path, key, Mode::Write)?.into_raw();
    migrations::sqlite(&mut connection, scope.door(), scope.chain(), path)?;
    let tx = connection.transaction()?;
    let made = change(&tx)?;
    tx.commit()?;
    connection.close().map_err(|(_, error)| error)?;
    std::fs::File::open(path)?.sync_all()?;
    Ok(made)
}

/// Lets the numbers of a workspace's events go on far beyond its own and beyond `known`; gives its active members
/// with when they joined.
pub(super) fn workspace(
    path: &Path,
    key: &Key,
    id: WorkspaceId,
    known: i64,
) -> Result<Vec<(Uuid, i64)>, BackupError> {
    change(path, key, Scope::Workspace(id), |tx| {
        tx.execute("UPDATE audit_head SET events = max(events, ?1) + ?2", [known, LEAP])?;
        let mut statement = tx.prepare("SELECT user_id, joined_at FROM members WHERE status = 'active'")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))?;
        rows.map(|row| {
            let (user, joined_at) = row?;
            let user = Uuid::from_slice(&user).map_err(|error| BackupError::damaged(error.to_string()))?;
            Ok((user, joined_at))
        })
        .collect()
    })
}

/// Leaves nothing in an instance of workspaces that are not `there`: some were made while the backup was, some were
/// erased since. What was erased is kept in mind. Nobody is signed in, and no link leads anywhere: they may have been
/// ended since, by somebody who had reason to.
pub(super) fn instance<'a>(
    path: &Path,
    key: &Key,
    there: &BTreeSet<WorkspaceId>,
    erased: impl Iterator<Item = &'a Erasure>,
) -> Result<(), BackupError> {
    change(path, key, Scope::Instance, |tx| {
        tx.execute_batch("DELETE FROM sessions; DELETE FROM link_tokens;")?;
        let mut statement = tx.prepare("SELECT id FROM workspaces")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        let all = rows.collect::<Result<Vec<Vec<u8>>, _>>()?;
        for id in all {
            let known = Uuid::from_slice(&id).map(WorkspaceId::from_uuid);
            if known.is_ok_and(|known| there.contains(&known)) {
                continue;
            }
            for leave in [
                "DELETE FROM memberships WHERE workspace_id = ?1",
                "DELETE FROM outbox WHERE workspace_id = ?1",
                "DELETE FROM workspaces WHERE id = ?1",
            ] {
                tx.execute(leave, [&id])?;
            }
        }
        for Erasure { id, kind, at } in erased {
            tx.execute(
                "INSERT OR IGNORE INTO erasures (id, kind, at) VALUES (?1, ?2, ?3)",
                (id.as_bytes(), kind, at.micros()),
            )?;
        }
        Ok(())
    })
}

/// A workspace's row of an instance that was brought back.
pub(super) fn index_row(path: &Path, key: &Key, id: WorkspaceId) -> Result<IndexRow, BackupError> {
    let found = change(path, key, Scope::Instance, |tx| {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(IndexRow { name: row.get(0)?, created_by: row.get(1)?, created_at: row.get(2)? })
        };
        let ask = "SELECT name, created_by, created_at FROM workspaces WHERE id = ?1";
        Ok(tx.query_row(ask, [id.uuid().as_bytes()], read).optional()?)
    })?;
    found.ok_or_else(|| BackupError::damaged(format!("{id} is not in its index of workspaces")))
}
