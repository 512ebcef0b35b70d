//! An encrypted file of one scope, read or written as a whole. All of it blocks.

use std::path::Path;

use kernel::crypto::Key;
use rusqlite::{Connection, params_from_iter};

use super::cell::{Cell, Row};
use super::digest::RowsDigest;
use super::error::CopyError;
use super::inspection::{Inspecting, Inspection};
use super::schema::{Schema, Table};
use super::scope::Scope;
use super::statements;
use crate::migrations::{self, KNOWN};
use crate::sqlite::{Mode, SqliteConnection, untouched};
use crate::start::StartError;

/// An open file, and whose it is.
pub struct File {
    connection: Connection,
    scope: Scope,
}

impl File {
    /// Opens a file that nobody else uses, of this version's schema. Neither it nor what lies beside it changes.
    pub fn untouched(path: &Path, key: &Key, scope: Scope) -> Result<Self, CopyError> {
        let connection = untouched::open(path, key)?;
        let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let path = path.display();
        if found > KNOWN {
            return Err(StartError::Newer { path: path.to_string(), found, known: KNOWN }.into());
        }
        if found < KNOWN {
            return Err(CopyError::refused(format!(
                "{path} is of an older schema ({found}, this version has {KNOWN}); run `trackhold audit verify --data \
                 DIR` with this version once, which brings all files of the data directory up to it. Nothing was touched."
            )));
        }
        Ok(Self { connection, scope })
    }

    /// Makes a file that is not there yet, with all tables and no rows, to be written into.
    pub fn create(path: &Path, key: &Key, scope: Scope) -> Result<Self, CopyError> {
        if path.exists() {
            return Err(CopyError::refused(format!(
                "{} is there already; name another file",
                path.display()
            )));
        }
        let mut connection = SqliteConnection::open(path, key, Mode::Write)?.into_raw();
        migrations::sqlite(&mut connection, scope.door(), scope.chain(), path)?;
        Ok(Self { connection, scope })
    }

    pub fn schema(&self) -> Result<Schema, CopyError> {
        Schema::of(&self.connection)
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Gives every row of a table, in the order of its key.
    pub(super) fn each(
        &self,
        table: &Table,
        mut take: impl FnMut(Row) -> Result<(), CopyError>,
    ) -> Result<(), CopyError> {
        let mut statement = self.connection.prepare(&statements::sqlite_rows(table))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut cells = Row::with_capacity(table.columns.len());
            for (place, column) in table.columns.iter().enumerate() {
                let unreadable =
                    || CopyError::refused(format!("{}.{} cannot be read", table.name, column.name));
                cells.push(Cell::of_sqlite(row.get_ref(place)?).ok_or_else(unreadable)?);
            }
            take(cells)?;
        }
        Ok(())
    }

    /// Reads everything once; `seen` is told of every row.
    pub fn inspect(&self, schema: &Schema, mut seen: impl FnMut(u64)) -> Result<Inspection, CopyError> {
        let mut inspecting = Inspecting::new(self.scope);
        for table in &schema.tables {
            let mut rows = RowsDigest::new(table);
            self.each(table, |row| {
                inspecting.row(table, &mut rows, &row);
                seen(1);
                Ok(())
            })?;
            inspecting.table(table, rows);
        }
        Ok(inspecting.end())
    }

    /// Begins to write; what is not committed is gone with this value.
    pub(super) fn begin(&mut self) -> Result<(), CopyError> {
        // The head of the audit chain was made together with the file.
        Ok(self
            .connection
            .execute_batch("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON; DELETE FROM audit_head;")?)
    }

    pub(super) fn insert(&mut self, table: &Table, row: &[Cell]) -> Result<(), CopyError> {
        let mut statement = self.connection.prepare_cached(&statements::sqlite_insert(table))?;
        statement.execute(params_from_iter(row))?;
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), CopyError> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }
}
