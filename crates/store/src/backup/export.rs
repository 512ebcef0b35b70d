//! One moment of a scope as an encrypted file of its own, while everybody goes on writing.

use std::path::PathBuf;
use std::sync::Arc;

use kernel::WorkspaceId;
use kernel::crypto::Key;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::error::BackupError;
use super::progress::Progress;
use crate::copy::{Database, File, Schema, Scope, tables_into_file};
use crate::params;
use crate::sqlite::{self, snapshot};
use crate::store::{Running, Store};

crate::statements! {
    control ROW = "SELECT name, created_by, created_at FROM workspaces WHERE id = $1";
}

/// Writes a scope into a file that is not there yet, under its own key.
pub(super) async fn export(
    store: &Store,
    scope: Scope,
    key: &Key,
    to: PathBuf,
    progress: &Arc<dyn Progress>,
) -> Result<(), BackupError> {
    let (key, progress) = (key.clone(), progress.clone());
    match store.engine() {
        Running::Embedded(embedded) => {
            // Opened as for any request: it has this version's schema then, and is not erased meanwhile.
            let open = match scope.workspace() {
                Some(id) => Some(embedded.workspace(id).await?),
                None => None,
            };
            let from = sqlite::file(embedded.data(), scope.workspace());
            let copying = move || snapshot::take(&from, &to, &key, |bytes| progress.bytes(bytes));
            tokio::task::spawn_blocking(copying).await??;
            drop(open);
            Ok(())
        }
        Running::Postgres(postgres) => {
            let (serve, runtime) = (postgres.serve().to_owned(), Handle::current());
            // Writing the file blocks, and waits for rows in between.
            let copying = move || runtime.block_on(copy_tables(&serve, scope, &key, &to));
            tokio::task::spawn_blocking(copying).await?
        }
    }
}

async fn copy_tables(serve: &str, scope: Scope, key: &Key, to: &std::path::Path) -> Result<(), BackupError> {
    let mut database = Database::connect(serve).await?;
    let tables = database.reading(scope).await?;
    if !tables.has_head().await? {
        return Err(BackupError::refused(format!("{scope} is not there")));
    }
    let mut file = File::create(to, key, scope)?;
    tables_into_file(&tables, &Schema::newest(scope.door())?, &mut file).await?;
    Ok(tables.commit().await?)
}

/// Writes an instance that holds nothing but one workspace's row of the index: its name is kept there.
pub(super) async fn export_row(
    store: &Store,
    id: WorkspaceId,
    key: &Key,
    to: PathBuf,
) -> Result<(), BackupError> {
    let row: Option<(String, Option<Uuid>, i64)> = store.control().first(&ROW, params![id]).await?;
    let missing = || BackupError::refused(format!("there is no workspace {id}; name another one"));
    let (name, made_by, made_at) = row.ok_or_else(missing)?;
    let key = key.clone();
    let writing = move || -> Result<(), BackupError> {
        let file = File::create(&to, &key, Scope::Instance)?;
        let made_by = made_by.map(|id| id.as_bytes().to_vec());
        file.connection().execute(
            "INSERT INTO workspaces (id, name, created_by, created_at) VALUES (?1, ?2, ?3, ?4)",
            (id.uuid().as_bytes(), name, made_by, made_at),
        )?;
        Ok(())
    };
    tokio::task::spawn_blocking(writing).await?
}
