//! The database that is moved into.

use std::sync::Arc;

use kernel::WorkspaceId;
use kernel::crypto::same;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::marker;
use super::report::{State, Watch};
use super::source::Source;
use super::survey::Found;
use crate::copy::{CopyError, Database, Inspection, Schema, Shapes, file_into_tables, postgres_has_rows};
use crate::migrations::{self, KNOWN};
use crate::postgres::setup::{self, FINGERPRINT, MOVING, PEPPER};

/// One number for all: two moves into one database would wait for each other's rows.
const MOVE_LOCK: i64 = 0x6d6f_7665_746f;

pub(super) struct Target {
    /// Holds the lock; a workspace's transactions are not on it.
    control: Database,
    rows: Database,
}

/// What was found there.
pub(super) struct Looked {
    /// The schema is this version's.
    pub(super) is_current: bool,
    /// An earlier move of the same source has begun.
    pub(super) is_unfinished: bool,
}

pub(super) fn not_migrated() -> CopyError {
    CopyError::refused(
        "the database has no schema of this version; give TRACKHOLD_MIGRATE_URL (the owner's address) or --migrate-url, \
         so that it can be made",
    )
}

impl Target {
    pub(super) async fn connect(serve: &str) -> Result<Self, CopyError> {
        Ok(Self { control: Database::connect(serve).await?, rows: Database::connect(serve).await? })
    }

    /// Refuses a database that holds anything but an unfinished move of this source. Changes nothing.
    pub(super) async fn look(&self, source: &Source, instance: &Found) -> Result<Looked, CopyError> {
        let client = &self.control.client;
        let shapes = Shapes::read(client, "control").await?;
        if !shapes.has("migrations") {
            return Ok(Looked { is_current: false, is_unfinished: false });
        }
        let is_current = migrations::postgres_version(client).await? == KNOWN;
        if !shapes.has("keys") {
            return Ok(Looked { is_current, is_unfinished: false });
        }
        marker::same_master_key(client, &source.master).await?;
        if marker::is_unfinished(client, source).await? {
            return Ok(Looked { is_current, is_unfinished: true });
        }
        if let Some(table) = taken_table(client, &instance.schema, &shapes).await? {
            return Err(self.is_taken(source, &table).await?);
        }
        Ok(Looked { is_current, is_unfinished: false })
    }

    async fn is_taken(&self, source: &Source, table: &str) -> Result<CopyError, CopyError> {
        Ok(CopyError::refused(if marker::has_pepper(&self.control.client, source).await? {
            "this instance has been moved into this database already".to_owned()
        } else {
            format!("the database holds another instance's data (control.{table}); name an empty database")
        }))
    }

    pub(super) async fn migrate(&self, serve: &str, migrate: &str) -> Result<(), CopyError> {
        Ok(setup::migrate(serve, migrate).await?)
    }

    /// One move at a time; the connection holds the lock to its end.
    pub(super) async fn lock(&self) -> Result<(), CopyError> {
        let client = &self.control.client;
        // A process that was killed a moment ago may still have it.
        client.batch_execute("SET lock_timeout = '10s'").await?;
        client.execute("SELECT pg_advisory_lock($1)", &[&MOVE_LOCK]).await.map_err(|error| {
            match error.code() {
                Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                    CopyError::refused("another move into this database is under way; wait for its end")
                }
                _ => error.into(),
            }
        })?;
        Ok(client.batch_execute("RESET lock_timeout").await?)
    }

    /// From here on no server starts on it.
    pub(super) async fn begin(&mut self, source: &Source, resumes: bool) -> Result<(), CopyError> {
        if resumes {
            return Ok(());
        }
        let tx = self.control.client.transaction().await?;
        marker::put(&tx, MOVING, &marker::mark(source)).await?;
        marker::put(&tx, FINGERPRINT, source.master.fingerprint().as_bytes()).await?;
        marker::put(&tx, PEPPER, &source.wrap(PEPPER, &source.pepper)?).await?;
        Ok(tx.commit().await?)
    }

    /// Writes one scope, with `keys` beside it, and reads it again before the commit; passes over what an
    /// earlier move wrote.
    pub(super) async fn write(
        &mut self,
        source: &Arc<Source>,
        found: &Found,
        keys: &[(String, Vec<u8>)],
        watch: &Arc<dyn Watch>,
    ) -> Result<State, CopyError> {
        let tables = self.rows.writing(found.scope).await?;
        // Asked first: reading nothing out of a full table takes as long as reading all of it.
        if tables.has_head().await? {
            let there = tables.inspect(&found.schema, |_| {}).await?;
            if there.digest == found.inspection.digest {
                watch.rows(there.digest.rows());
                return Ok(State::ThereAlready);
            }
            if !there.digest.is_blank() {
                return Err(is_another(found));
            }
        }
        let (opened, scope) = (source.clone(), found.scope);
        let file = tokio::task::spawn_blocking(move || opened.file(scope)).await??;
        file_into_tables(file, &found.schema, &tables, |rows| watch.rows(rows)).await?;
        for (purpose, wrapped) in keys {
            marker::put(tables.transaction(), purpose, wrapped).await?;
        }
        equal(found, &tables.inspect(&found.schema, |_| {}).await?)?;
        tables.commit().await?;
        Ok(State::Moved)
    }

    /// Reads one scope as it was committed.
    pub(super) async fn verify(&mut self, found: &Found, watch: &Arc<dyn Watch>) -> Result<(), CopyError> {
        let tables = self.rows.reading(found.scope).await?;
        let there = tables.inspect(&found.schema, |rows| watch.rows(rows)).await?;
        tables.commit().await?;
        equal(found, &there)
    }

    /// Sees that the keys open, and lets servers start.
    pub(super) async fn finish(&self, source: &Source, ids: &[WorkspaceId]) -> Result<(), CopyError> {
        let client = &self.control.client;
        for id in ids {
            let (purpose, own) = (id.to_string(), source.key(*id)?);
            let wrapped = marker::read(client, &purpose).await?;
            let there = wrapped.and_then(|wrapped| source.master.unwrap(&purpose, &wrapped));
            if there.is_none_or(|there| !same(there.bytes(), own.bytes())) {
                return Err(CopyError::refused(format!(
                    "the key of {id} did not arrive; move into an empty database"
                )));
            }
        }
        if !marker::has_pepper(client, source).await? {
            return Err(CopyError::refused("the pepper did not arrive; move into an empty database"));
        }
        client.execute("DELETE FROM control.keys WHERE purpose = $1", &[&MOVING]).await?;
        Ok(())
    }
}

/// The first table of the instance's that has rows.
pub(crate) async fn taken_table(
    client: &Client,
    schema: &Schema,
    shapes: &Shapes,
) -> Result<Option<String>, CopyError> {
    for table in schema.tables.iter().filter(|table| shapes.has(&table.name)) {
        let has_rows = match table.name.as_str() {
            "audit_head" => "SELECT EXISTS (SELECT FROM control.audit_head WHERE seq > 0)".to_owned(),
            _ => postgres_has_rows("control", table),
        };
        let is_taken: bool = client.query_one(has_rows.as_str(), &[]).await?.try_get(0)?;
        if is_taken {
            return Ok(Some(table.name.clone()));
        }
    }
    Ok(None)
}

fn is_another(found: &Found) -> CopyError {
    CopyError::refused(format!(
        "{} is in the database already, and is not what the source has: was the source used since? Move into an empty \
         database",
        found.scope
    ))
}

/// The same rows, and a chain that holds.
fn equal(found: &Found, there: &Inspection) -> Result<(), CopyError> {
    if let Some(table) = found.inspection.digest.difference(&there.digest) {
        let scope = found.scope;
        return Err(CopyError::refused(format!(
            "{table} of {scope} is not the same in the database; does anybody else write there? Move again"
        )));
    }
    match &there.chain {
        Ok(_) => Ok(()),
        Err(broken) => Err(CopyError::refused(format!(
            "the audit chain of {} is broken in the database: {broken}; move into an empty database",
            found.scope
        ))),
    }
}
