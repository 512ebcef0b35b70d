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
        let file = Self::saved(path, key, scope)?;
        let found = file.version()?;
        let path = path.display();
        if found < KNOWN {
            return Err(CopyError::refused(format!(
                "{path} is of an older schema ({found}, this version has {KNOWN}); run `trackhold audit verify --data \
                 DIR` with this version once, which brings all files of the data directory up to it. Nothing was touched."
            )));
        }
        Ok(file)
    }

    /// The same of a file that may be of an older schema, as one from a backup.
    pub(crate) fn saved(path: &Path, key: &Key, scope: Scope) -> Result<Self, CopyError> {
        let file = Self { connection: untouched::open(path, key)?, scope };
        let found = file.version()?;
        if found > KNOWN {
            return Err(StartError::Newer { path: path.display().to_string(), found, known: KNOWN }.into());
        }
        Ok(file)
    }

    fn version(&self) -> Result<i64, CopyError> {
        Ok(self.connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
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

    pub(super) const fn scope(&self) -> Scope {
        self.scope
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::{Timestamp, WorkspaceId};

    use super::*;

    fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let read = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        };
        std::fs::read_dir(folder).unwrap().map(read).collect()
    }

    fn copied(from: &Path, without: &str) -> tempfile::TempDir {
        let to = tempfile::tempdir().unwrap();
        for (name, bytes) in contents(from).into_iter().filter(|(name, _)| !name.ends_with(without)) {
            std::fs::write(to.path().join(name), bytes).unwrap();
        }
        to
    }

    fn made(folder: &Path, key: &Key) -> (File, Scope) {
        let scope = Scope::Workspace(WorkspaceId::new(Timestamp::from_seconds(1)));
        (File::create(&folder.join("a b?.db"), key, scope).unwrap(), scope)
    }

    #[test]
    fn a_log_that_a_kill_left_is_read_and_left() {
        let (live, key) = (tempfile::tempdir().unwrap(), Key::random());
        let (file, scope) = made(live.path(), &key);
        let schema = file.schema().unwrap();
        let seen = "INSERT INTO outbox_seen (workspace_id, id, at) VALUES (zeroblob(16), zeroblob(16), ?1)";
        file.connection.execute(seen, [7]).unwrap();
        let whole = file.inspect(&schema, |_| {}).unwrap();
        assert_eq!(whole.digest.tables["outbox_seen"].rows, 1);
        let (killed, moved) = (copied(live.path(), ".none"), copied(live.path(), "-shm"));
        drop(file);
        let stopped = copied(live.path(), ".none");
        assert!(contents(killed.path()).contains_key("a b?.db-wal"));
        assert_eq!(contents(stopped.path()).len(), 1);
        for folder in [&killed, &stopped, &moved] {
            let before = contents(folder.path());
            let file = File::untouched(&folder.path().join("a b?.db"), &key, scope).unwrap();
            assert_eq!(file.inspect(&schema, |_| {}).unwrap(), whole);
            drop(file);
            let mut after = contents(folder.path());
            if !before.contains_key("a b?.db-shm") && before.len() > 1 {
                // Its index cannot be read from nothing.
                after.remove("a b?.db-shm");
            }
            assert!(after == before, "{:?}", after.keys());
        }
    }

    #[test]
    fn an_older_file_is_refused_with_the_way_out() {
        let (folder, key) = (tempfile::tempdir().unwrap(), Key::random());
        let (file, scope) = made(folder.path(), &key);
        let path = folder.path().join("a b?.db");
        for (version, said) in [(KNOWN - 1, "trackhold audit verify --data"), (KNOWN + 1, "newer version")] {
            file.connection.pragma_update(None, "user_version", version).unwrap();
            let copy = copied(folder.path(), ".none");
            let refused = File::untouched(&copy.path().join("a b?.db"), &key, scope).err().unwrap();
            assert!(refused.to_string().contains(said), "{refused}");
        }
        assert!(File::create(&path, &key, scope).is_err());
        drop(file);
        assert!(File::untouched(&path, &Key::random(), scope).is_err());
    }
}
