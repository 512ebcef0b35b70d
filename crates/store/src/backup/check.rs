//! Reading a saved scope from its first byte to its last.

use std::collections::BTreeMap;
use std::path::Path;

use kernel::crypto::{Key, hex};
use rusqlite::Connection;

use super::error::BackupError;
use super::manifest::Part;
use crate::copy::{File, Scope};

/// What a file holds.
pub(super) struct Found {
    pub(super) rows: u64,
    pub(super) digest: String,
    pub(super) records: i64,
    pub(super) head: String,
    pub(super) tables: BTreeMap<String, u64>,
}

/// Reads a file that nobody else uses: whether SQLite and its cipher find it whole, every row, the audit chain.
/// Blocks.
pub(super) fn inspect(path: &Path, key: &Key, scope: Scope) -> Result<Found, BackupError> {
    let file = File::saved(path, key, scope)?;
    for (check, good) in [("PRAGMA cipher_integrity_check", None), ("PRAGMA quick_check", Some("ok"))] {
        if let Some(fault) = fault(file.connection(), check, good)? {
            return Err(BackupError::refused(format!(
                "the file of {scope} is broken ({fault}); bring it back from a backup in which it is whole"
            )));
        }
    }
    let inspection = file.inspect(&file.schema()?, |_| {})?;
    let records = inspection.chain.map_err(|broken| {
        BackupError::refused(format!(
            "the audit chain of {scope} is broken ({broken}); bring it back from a backup in which it is whole"
        ))
    })?;
    let head: Vec<u8> = file.connection().query_row("SELECT hash FROM audit_head", [], |row| row.get(0))?;
    Ok(Found {
        rows: inspection.digest.rows(),
        digest: inspection.digest.text(),
        records,
        head: hex(&head),
        tables: inspection.digest.tables.iter().map(|(name, table)| (name.clone(), table.rows)).collect(),
    })
}

/// The first line that is not the good one.
fn fault(connection: &Connection, check: &str, good: Option<&str>) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare(check)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if Some(line.as_str()) != good {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

/// Whether a file that was brought back holds what was saved.
pub(super) fn same(part: &Part, found: &Found) -> Result<(), BackupError> {
    let what = if part.tables != found.tables || part.rows != found.rows {
        "the number of its rows"
    } else if part.records != found.records || part.head != found.head {
        "its audit chain"
    } else if part.digest != found.digest {
        "what is in its rows"
    } else {
        return Ok(());
    };
    Err(BackupError::damaged(format!("{}: {what} is not what was saved", part.file)))
}
