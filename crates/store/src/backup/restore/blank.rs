//! A database in which nothing is, that an instance is brought back into.

use std::path::PathBuf;
use std::sync::Arc;

use kernel::crypto::{Key, MasterKey};

use crate::backup::error::BackupError;
use crate::backup::room::{Passage, Room};
use crate::copy::{CopyError, Database, File, Schema, Scope, Shapes, Tables, file_into_tables};
use crate::migrations;
use crate::moving::{marker, taken_table};
use crate::postgres::setup::{self, FINGERPRINT, MOVING, RESTORING};
use crate::start::StartError;

/// One number for all: two restores into one database would wait for each other's rows.
const RESTORE_LOCK: i64 = 0x7265_7374_6f72;

pub(super) struct Blank {
    /// Holds the lock; a workspace's transactions are not on it.
    control: Database,
    rows: Database,
    serve: String,
    migrate: Option<String>,
    master: MasterKey,
    room: Room,
}

impl Blank {
    pub(super) async fn look(
        serve: &str,
        migrate: Option<&str>,
        master: &MasterKey,
    ) -> Result<Self, BackupError> {
        let blank = Self {
            control: Database::connect(serve).await?,
            rows: Database::connect(serve).await?,
            serve: serve.to_owned(),
            migrate: migrate.map(str::to_owned),
            master: master.clone(),
            room: Room::within(&std::env::temp_dir())?,
        };
        blank.refuse_taken().await?;
        Ok(blank)
    }

    async fn refuse_taken(&self) -> Result<(), BackupError> {
        let client = &self.control.client;
        let shapes = Shapes::read(client, "control").await?;
        if shapes.has("keys") {
            for mark in [MOVING, RESTORING] {
                if marker::read(client, mark).await?.is_some() {
                    return Err(BackupError::refused(
                        "something was begun in the database and not finished; name an empty database",
                    ));
                }
            }
            marker::same_master_key(client, &self.master).await?;
        }
        match taken_table(client, &Schema::newest("control")?, &shapes).await? {
            None => Ok(()),
            Some(table) => Err(BackupError::refused(format!(
                "there is data in the database (control.{table}); name an empty database"
            ))),
        }
    }

    pub(super) async fn begin(&mut self) -> Result<(), BackupError> {
        if let Some(migrate) = &self.migrate {
            setup::migrate(&self.serve, migrate).await?;
        }
        migrations::postgres_is_current(&self.control.client).await?;
        let row = self.control.client.query_one("SELECT pg_try_advisory_lock($1)", &[&RESTORE_LOCK]).await?;
        let is_ours: bool = row.try_get(0)?;
        if !is_ours {
            return Err(BackupError::refused("another restore into this database is under way"));
        }
        // Somebody may have come in between.
        self.refuse_taken().await?;
        let tx = self.control.client.transaction().await?;
        marker::put(&tx, RESTORING, b"restoring").await?;
        marker::put(&tx, FINGERPRINT, self.master.fingerprint().as_bytes()).await?;
        Ok(tx.commit().await?)
    }

    pub(super) fn room(&self, name: &str) -> PathBuf {
        self.room.file(name)
    }

    /// Writes a scope and reads it again before the commit.
    pub(super) async fn take(&mut self, scope: Scope, path: PathBuf, key: Key) -> Result<(), BackupError> {
        let file = Passage(path);
        let tables = self.rows.writing(scope).await?;
        fill(&tables, scope, file.0.clone(), key).await?;
        Ok(tables.commit().await?)
    }

    /// Leaves the keys, and lets servers start.
    pub(super) async fn finish(mut self: Box<Self>, keys: &[(String, Vec<u8>)]) -> Result<(), BackupError> {
        let tx = self.control.client.transaction().await?;
        for (purpose, wrapped) in keys {
            marker::put(&tx, purpose, wrapped).await?;
        }
        tx.execute("DELETE FROM control.keys WHERE purpose = $1", &[&RESTORING]).await?;
        Ok(tx.commit().await?)
    }
}

/// Writes a file's rows into the tables of a transaction, and finds them equal there.
pub(super) async fn fill(
    tables: &Tables<'_>,
    scope: Scope,
    path: PathBuf,
    key: Key,
) -> Result<(), BackupError> {
    let opening = move || -> Result<_, CopyError> {
        let file = File::untouched(&path, &key, scope)?;
        let schema = Arc::new(file.schema()?);
        Ok((file, schema))
    };
    let (file, schema) = tokio::task::spawn_blocking(opening).await??;
    let saved = file_into_tables(file, &schema, tables, |_| {}).await?;
    let there = tables.inspect(&schema, |_| {}).await?;
    if let Some(table) = saved.digest.difference(&there.digest) {
        return Err(BackupError::refused(format!(
            "{table} of {scope} is not the same in the database; does anybody else write there?"
        )));
    }
    there.chain.map(drop).map_err(|broken| {
        StartError::other(format!("the audit chain of {scope} is broken in the database: {broken}")).into()
    })
}
