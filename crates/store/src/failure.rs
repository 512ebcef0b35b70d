//! What an engine's refusal means to the product.

use std::error::Error as _;

use kernel::Error;
use rusqlite::ffi;
use tokio_postgres::error::SqlState;

pub(crate) const BATCH_LOST: Error =
    Error::Unavailable { reason: "The change was not saved because storage failed; send it again." };

pub(crate) const CROWDED: Error =
    Error::Unavailable { reason: "Too many changes are waiting to be saved; send it again in a moment." };

pub(crate) fn sqlite(error: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(code, _) = &error else { return Error::internal(error) };
    match (code.code, code.extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => duplicate(),
        (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => missing(),
        (rusqlite::ErrorCode::DiskFull, _) => full(),
        (rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::OperationInterrupted, _) => busy(),
        (rusqlite::ErrorCode::SystemIoFailure, _) => {
            tracing::error!(%error, "storage failed");
            BATCH_LOST
        }
        _ => Error::internal(error),
    }
}

pub(crate) fn postgres(error: tokio_postgres::Error) -> Error {
    if error.is_closed() {
        return lost();
    }
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => duplicate(),
        Some(&SqlState::FOREIGN_KEY_VIOLATION) => missing(),
        Some(&SqlState::DISK_FULL) => full(),
        Some(
            &SqlState::T_R_SERIALIZATION_FAILURE
            | &SqlState::T_R_DEADLOCK_DETECTED
            | &SqlState::LOCK_NOT_AVAILABLE,
        ) => busy(),
        Some(code)
            if code.code().starts_with("57")
                || code.code().starts_with("08")
                || code.code().starts_with("53") =>
        {
            lost()
        }
        Some(_) => unforeseen(error),
        // Never sent, such as a parameter of the wrong type.
        None if error.source().is_some_and(|cause| !cause.is::<std::io::Error>()) => Error::internal(error),
        // No answer of the server at all: the connection is gone.
        None => {
            tracing::warn!(%error, "the database did not answer");
            lost()
        }
    }
}

/// What the log is to say. Not the detail, which repeats the row's values.
fn unforeseen(error: tokio_postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else { return Error::internal(error) };
    let (code, at) = (said.code().code(), said.constraint().or_else(|| said.table()).unwrap_or_default());
    Error::internal(format!("PostgreSQL {code}: {} {at}", said.message()))
}

pub(crate) fn pool(error: deadpool_postgres::PoolError) -> Error {
    tracing::warn!(%error, "no database connection");
    Error::Unavailable { reason: "No database connection is free; try again." }
}

fn duplicate() -> Error {
    Error::conflict("already_exists", "This exists already.")
}

fn missing() -> Error {
    Error::conflict("missing_reference", "Something that this refers to does not exist (any more).")
}

fn full() -> Error {
    Error::Unavailable { reason: "The server's storage is full; nothing was changed." }
}

fn busy() -> Error {
    Error::Unavailable { reason: "The data is in use; send it again." }
}

fn lost() -> Error {
    Error::Unavailable { reason: "The database connection was lost; send it again." }
}
