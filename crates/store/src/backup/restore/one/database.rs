//! Into PostgreSQL, beside all other workspaces: everything in one transaction.

use std::path::PathBuf;

use kernel::crypto::MasterKey;
use kernel::{Clock, WorkspaceId};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::{Brought, Standing, erased};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::restore::blank::fill;
use crate::backup::room::{Passage, Room};
use crate::copy::{Database, Scope, Tables};
use crate::erasure::WORKSPACE;
use crate::migrations;
use crate::moving::marker;
use crate::postgres::setup;

pub(super) struct Served {
    database: Database,
    serve: String,
    master: MasterKey,
    room: Room,
}

impl Served {
    pub(super) async fn open(
        serve: &str,
        migrate: Option<&str>,
        master: &MasterKey,
    ) -> Result<Self, BackupError> {
        if let Some(migrate) = migrate {
            setup::migrate(serve, migrate).await?;
        }
        let database = Database::connect(serve).await?;
        migrations::postgres_is_current(&database.client).await?;
        marker::same_master_key(&database.client, master).await?;
        let room = Room::within(&std::env::temp_dir())?;
        Ok(Self { database, serve: serve.to_owned(), master: master.clone(), room })
    }

    pub(super) async fn keys(&self) -> Result<Keys, BackupError> {
        let client = setup::connect(&self.serve).await?;
        Ok(Keys::Database { client, master: self.master.clone() })
    }

    pub(super) fn room(&self, name: &str) -> PathBuf {
        self.room.file(name)
    }

    pub(super) async fn standing(&mut self, id: WorkspaceId) -> Result<Standing, BackupError> {
        let row = self
            .database
            .client
            .query_one(
                "SELECT EXISTS (SELECT FROM control.workspaces WHERE id = $1),
                        EXISTS (SELECT FROM control.erasures WHERE id = $1 AND kind = $2)",
                &[&id.uuid(), &WORKSPACE],
            )
            .await?;
        let (is_indexed, is_erased) = (row.try_get(0)?, row.try_get(1)?);
        let tables = self.database.reading(Scope::Workspace(id)).await?;
        let ask = "SELECT events FROM tenant.audit_head WHERE workspace_id = $1";
        let head = tables.transaction().query_opt(ask, &[&id.uuid()]).await?;
        let events: Option<i64> = head.map(|row| row.try_get(0)).transpose()?;
        tables.commit().await?;
        Ok(Standing { is_there: events.is_some(), is_indexed, is_erased, events: events.unwrap_or(0) })
    }

    pub(super) async fn put(&mut self, brought: Brought, is_there: bool) -> Result<(), BackupError> {
        let scope = Scope::Workspace(brought.id);
        let purpose = brought.id.to_string();
        let wrapped = self.master.wrap(&purpose, &brought.key)?;
        let tx = self.database.client.transaction().await?;
        refuse_erased(&tx, brought.id).await?;
        if is_there {
            clear(&tx, brought.id).await?;
        }
        marker::put(&tx, &purpose, &wrapped).await?;
        enter(&tx, &brought).await?;
        let file = Passage(brought.path);
        let tables = Tables::writing(tx, scope).await?;
        fill(&tables, scope, file.0.clone(), brought.key).await?;
        Ok(tables.commit().await?)
    }
}

/// It may have been while the backup was read, on any node; from here on it has to wait.
async fn refuse_erased(tx: &Transaction<'_>, id: WorkspaceId) -> Result<(), BackupError> {
    tx.execute("SELECT FROM control.workspaces WHERE id = $1 FOR UPDATE", &[&id.uuid()]).await?;
    let ask = "SELECT EXISTS (SELECT FROM control.erasures WHERE id = $1 AND kind = $2)";
    let is_erased: bool = tx.query_one(ask, &[&id.uuid(), &WORKSPACE]).await?.try_get(0)?;
    if is_erased { Err(erased(id)) } else { Ok(()) }
}

/// No role that serves can delete audit records but by this, which leaves its line.
async fn clear(tx: &Transaction<'_>, id: WorkspaceId) -> Result<(), BackupError> {
    let now = Clock::system().now().micros();
    let mark = "INSERT INTO control.erasures (id, kind, at) VALUES ($1, 'replaced', $2)";
    tx.execute(mark, &[&id.uuid(), &now]).await?;
    tx.execute("SELECT control.erase_workspace($1)", &[&id.uuid()]).await?;
    Ok(())
}

/// The index and who is in it, as the workspace itself says; accounts that are gone stay away.
async fn enter(tx: &Transaction<'_>, brought: &Brought) -> Result<(), BackupError> {
    let id = brought.id.uuid();
    if let Some(row) = &brought.row {
        let made_by = row.created_by.as_deref().and_then(|bytes| Uuid::from_slice(bytes).ok());
        tx.execute(
            "INSERT INTO control.workspaces (id, name, created_by, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            &[&id, &row.name, &made_by, &row.created_at],
        )
        .await?;
    }
    tx.execute("DELETE FROM control.memberships WHERE workspace_id = $1", &[&id]).await?;
    for (user, joined_at) in &brought.members {
        tx.execute(
            "INSERT INTO control.memberships (user_id, workspace_id, joined_at)
             SELECT id, $2, $3 FROM control.users WHERE id = $1",
            &[user, &id, joined_at],
        )
        .await?;
    }
    Ok(())
}
