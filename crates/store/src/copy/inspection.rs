//! All that is learned of a scope by reading it once.

use kernel::audit::Broken;

use super::cell::Cell;
use super::digest::{Digest, RowsDigest};
use super::links::Links;
use super::schema::Table;
use super::scope::Scope;

/// What a scope holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    pub digest: Digest,
    /// Of all values together.
    pub bytes: u64,
    /// The number of the audit chain's records, or what is wrong with it.
    pub chain: Result<i64, Broken>,
    /// `table.column` of a text that PostgreSQL cannot hold: there is a NUL in it.
    pub unfit: Option<String>,
}

/// Takes in rows, table after table.
pub(super) struct Inspecting {
    digest: Digest,
    bytes: u64,
    links: Links,
    unfit: Option<String>,
}

impl Inspecting {
    pub(super) fn new(scope: Scope) -> Self {
        Self { digest: Digest::default(), bytes: 0, links: Links::new(scope), unfit: None }
    }

    pub(super) fn row(&mut self, table: &Table, rows: &mut RowsDigest, row: &[Cell]) {
        rows.take(row);
        self.links.take(table, row);
        for (column, cell) in table.columns.iter().zip(row) {
            self.bytes += cell.size() as u64;
            if self.unfit.is_none() && matches!(cell, Cell::Text(text) if text.contains('\0')) {
                self.unfit = Some(format!("{}.{}", table.name, column.name));
            }
        }
    }

    pub(super) fn table(&mut self, table: &Table, rows: RowsDigest) {
        self.digest.tables.insert(table.name.clone(), rows.end());
    }

    pub(super) fn unfit(&self) -> Option<&str> {
        self.unfit.as_deref()
    }

    pub(super) fn end(self) -> Inspection {
        Inspection { digest: self.digest, bytes: self.bytes, chain: self.links.end(), unfit: self.unfit }
    }
}
