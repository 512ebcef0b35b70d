//! One connection to an encrypted file.

use std::path::Path;
use std::sync::Once;

use kernel::Result;
use kernel::crypto::{Key, hex};
use rusqlite::config::DbConfig;
use rusqlite::{OpenFlags, params_from_iter};
use zeroize::Zeroizing;

use crate::failure;
use crate::row::{FromRow, Row};
use crate::start::StartError;
use crate::value::Value;

/// Statements kept prepared a connection; there are fewer in the whole product.
const STATEMENTS: usize = 512;

pub(crate) struct SqliteConnection {
    inner: rusqlite::Connection,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Read,
}

impl SqliteConnection {
    pub(crate) fn open(path: &Path, key: &Key, mode: Mode) -> Result<Self, StartError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | match mode {
                Mode::Write => OpenFlags::SQLITE_OPEN_CREATE,
                Mode::Read => OpenFlags::empty(),
            };
        let unreadable = |error: rusqlite::Error| StartError::unreadable(path, &error);
        let inner = keyed(path, key, flags).map_err(unreadable)?;
        // temp_store: temporary files would hold rows in clear.
        inner
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA wal_autocheckpoint = 250; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
                 PRAGMA busy_timeout = 5000;",
            )
            .map_err(unreadable)?;
        if mode == Mode::Read {
            inner.execute_batch("PRAGMA query_only = ON;").map_err(unreadable)?;
        }
        // Otherwise a statement whose LIMIT is a parameter is planned anew each time that it is bound.
        inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(unreadable)?;
        inner.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self { inner })
    }

    pub(crate) fn all<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let mut statement = self.inner.prepare_cached(sql).map_err(failure::sqlite)?;
        let mut rows = statement.query(params_from_iter(params)).map_err(failure::sqlite)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failure::sqlite)? {
            found.push(T::from_row(&Row::Sqlite(row))?);
        }
        Ok(found)
    }

    pub(crate) fn first<T: FromRow>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Option<T>> {
        let mut statement = self.inner.prepare_cached(sql).map_err(failure::sqlite)?;
        let mut rows = statement.query(params_from_iter(params)).map_err(failure::sqlite)?;
        rows.next().map_err(failure::sqlite)?.map(|row| T::from_row(&Row::Sqlite(row))).transpose()
    }

    pub(crate) fn exec(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.inner.prepare_cached(sql).map_err(failure::sqlite)?;
        let changed = statement.execute(params_from_iter(params)).map_err(failure::sqlite)?;
        Ok(changed as u64)
    }

    /// BEGIN, COMMIT, SAVEPOINT and their like.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<()> {
        self.exec(sql, &[]).map(drop)
    }

    pub(crate) fn in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }

    pub(crate) const fn raw(&mut self) -> &mut rusqlite::Connection {
        &mut self.inner
    }

    pub(crate) fn into_raw(self) -> rusqlite::Connection {
        self.inner
    }
}

/// Opens a file, or what a `file:` URI says of one, and sees that the key is its own.
pub(super) fn keyed(name: &Path, key: &Key, flags: OpenFlags) -> rusqlite::Result<rusqlite::Connection> {
    // SQLite calls itself initialised before SQLCipher is: a second thread's first key could be refused.
    static INITIALISED: Once = Once::new();
    INITIALISED.call_once(|| drop(rusqlite::Connection::open_in_memory()));
    let connection = rusqlite::Connection::open_with_flags(name, flags)?;
    // Not pragma_update: it reads before it keys. What goes wrong is said by us, not on stderr.
    let pragma = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{}'\";",
        *Zeroizing::new(hex(key.bytes()))
    ));
    connection.execute_batch(&pragma)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}
