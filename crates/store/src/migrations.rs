//! Schemas: paired files of one name, one folder an engine and door, applied in order and never
//! changed once released. `tests/migrations_agree.rs` compares what they make.

use std::path::Path;

use rusqlite::TransactionBehavior;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::start::StartError;

struct Migration {
    name: &'static str,
    sqlite_control: &'static str,
    sqlite_tenant: &'static str,
    postgres_control: &'static str,
    postgres_tenant: &'static str,
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite_control: include_str!(concat!("../migrations/sqlite/control/", $name, ".sql")),
            sqlite_tenant: include_str!(concat!("../migrations/sqlite/tenant/", $name, ".sql")),
            postgres_control: include_str!(concat!("../migrations/postgres/control/", $name, ".sql")),
            postgres_tenant: include_str!(concat!("../migrations/postgres/tenant/", $name, ".sql")),
        }
    };
}

/// In order; the number of a schema is how many of them it has.
const MIGRATIONS: &[Migration] = &[
    migration!("0001_foundations"),
    migration!("0002_events"),
    migration!("0003_copies"),
    migration!("0004_registrations"),
    migration!("0005_backups"),
    migration!("0006_second_factors"),
];

/// Names of all migrations, for the test that compares them with the folders.
pub fn names() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|migration| migration.name)
}

#[expect(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(crate) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// Brings an embedded file to the newest schema. A file of a newer server is refused.
pub(crate) fn sqlite(
    connection: &mut rusqlite::Connection,
    door: &str,
    chain: Uuid,
    path: &Path,
) -> Result<(), StartError> {
    let found: i64 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(StartError::database)?;
    if found > KNOWN {
        return Err(StartError::Newer { path: path.display().to_string(), found, known: KNOWN });
    }
    for (number, migration) in (1..).zip(MIGRATIONS).skip(usize::try_from(found).unwrap_or(0)) {
        let text = if door == "control" { migration.sqlite_control } else { migration.sqlite_tenant };
        let apply = |tx: &rusqlite::Transaction<'_>| {
            tx.execute_batch(text)?;
            if number == 1 {
                tx.execute(
                    "INSERT INTO audit_head (workspace_id, seq, hash) VALUES (?1, 0, zeroblob(32))",
                    [chain.as_bytes()],
                )?;
            }
            tx.pragma_update(None, "user_version", number)
        };
        let tx = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StartError::database)?;
        apply(&tx)
            .and_then(|()| tx.commit())
            .map_err(|error| StartError::Database(format!("migration {} failed: {error}", migration.name)))?;
    }
    Ok(())
}

/// One number for all nodes: whoever migrates holds it, the others wait and find nothing to do.
const MIGRATION_LOCK: i64 = 0x7472_6163_6b68;

const PREPARE: &str = "
    CREATE SCHEMA IF NOT EXISTS control;
    CREATE SCHEMA IF NOT EXISTS tenant;
    CREATE TABLE IF NOT EXISTS control.migrations (
        number bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
    GRANT USAGE ON SCHEMA tenant TO trackhold_tenant;";

/// The application role's rights, given anew each time: it may have been made since.
const GRANT: &str = "
    DO $grant$ BEGIN
        EXECUTE format('GRANT USAGE ON SCHEMA control, tenant TO %I', current_setting('trackhold.application_role'));
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA control TO %I',
            current_setting('trackhold.application_role'));
        EXECUTE format('REVOKE UPDATE, DELETE ON control.audit_records FROM %I',
            current_setting('trackhold.application_role'));
        EXECUTE format('REVOKE UPDATE, DELETE ON control.erasures FROM %I',
            current_setting('trackhold.application_role'));
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON control.migrations FROM %I',
            current_setting('trackhold.application_role'));
        EXECUTE format('GRANT EXECUTE ON FUNCTION control.erase_workspace(uuid) TO %I',
            current_setting('trackhold.application_role'));
    END $grant$;";

/// Brings the database to the newest schema, as its owner.
pub(crate) async fn postgres(owner: &mut Client, application_role: &str) -> Result<(), StartError> {
    let tx = owner.transaction().await.map_err(StartError::database)?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await.map_err(StartError::database)?;
    tx.batch_execute(PREPARE).await.map_err(StartError::database)?;
    let found = postgres_version(&tx).await?;
    for (number, migration) in (1_i64..).zip(MIGRATIONS).skip(usize::try_from(found).unwrap_or(0)) {
        let failed = |error| StartError::Database(format!("migration {} failed: {error}", migration.name));
        tx.batch_execute(migration.postgres_control).await.map_err(failed)?;
        tx.batch_execute(migration.postgres_tenant).await.map_err(failed)?;
        tx.execute(
            "INSERT INTO control.migrations (number, name) VALUES ($1, $2)",
            &[&number, &migration.name],
        )
        .await
        .map_err(failed)?;
    }
    tx.execute("SELECT set_config('trackhold.application_role', $1, true)", &[&application_role])
        .await
        .map_err(StartError::database)?;
    tx.batch_execute(GRANT).await.map_err(StartError::database)?;
    tx.commit().await.map_err(StartError::database)
}

pub(crate) async fn postgres_version(client: &impl tokio_postgres::GenericClient) -> Result<i64, StartError> {
    let row = client
        .query_one("SELECT coalesce(max(number), 0) FROM control.migrations", &[])
        .await
        .map_err(StartError::database)?;
    let found: i64 = row.get(0);
    if found > KNOWN {
        return Err(StartError::Newer { path: "the database".into(), found, known: KNOWN });
    }
    Ok(found)
}

/// For a node that does not migrate: somebody must have.
pub(crate) async fn postgres_is_current(client: &Client) -> Result<(), StartError> {
    let found = postgres_version(client).await.map_err(|error| match error {
        newer @ StartError::Newer { .. } => newer,
        _ => StartError::Database(
            "there is no schema yet; give TRACKHOLD_MIGRATE_URL (the owner's) once, so that it can be made"
                .into(),
        ),
    })?;
    if found == KNOWN {
        return Ok(());
    }
    Err(StartError::Database(format!(
        "the schema is of version {found}, this server needs {KNOWN}; start once with TRACKHOLD_MIGRATE_URL"
    )))
}
