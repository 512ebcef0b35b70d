//! What tells equal data from other data, whichever engine it is on.

use std::collections::BTreeMap;

use kernel::crypto::{hex, sha256};
use sha2::{Digest as _, Sha256};

use super::cell::Cell;
use super::schema::Table;

/// The rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDigest {
    pub rows: u64,
    /// Over its rows in the order of the primary key.
    pub sha256: [u8; 32],
}

/// All tables of a scope, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    pub tables: BTreeMap<String, TableDigest>,
}

impl Digest {
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }

    /// One digest of all, in hexadecimal digits.
    pub fn text(&self) -> String {
        let mut bytes = Vec::new();
        for (name, table) in &self.tables {
            bytes.extend((name.len() as u64).to_be_bytes());
            bytes.extend(name.as_bytes());
            bytes.extend(table.rows.to_be_bytes());
            bytes.extend(table.sha256);
        }
        hex(&sha256(&[b"trackhold.scope.1", &bytes]))
    }

    /// The first table that is not the same in both.
    pub fn difference<'a>(&'a self, other: &'a Self) -> Option<&'a str> {
        let names = self.tables.keys().chain(other.tables.keys());
        names.map(String::as_str).find(|name| self.tables.get(*name) != other.tables.get(*name))
    }

    /// Nothing was ever written: the head of the audit chain is made together with the tables.
    pub(crate) fn is_blank(&self) -> bool {
        self.tables.iter().all(|(name, table)| table.rows == 0 || name == "audit_head")
    }
}

/// Takes in the rows of one table, one after the other.
pub(super) struct RowsDigest {
    hash: Sha256,
    rows: u64,
}

impl RowsDigest {
    pub(super) fn new(table: &Table) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"trackhold.table.1");
        let names = std::iter::once(&table.name).chain(table.columns.iter().map(|column| &column.name));
        for name in names {
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name);
        }
        Self { hash, rows: 0 }
    }

    /// Every cell with its kind and length, so that no two rows have the same bytes.
    pub(super) fn take(&mut self, row: &[Cell]) {
        self.rows += 1;
        for cell in row {
            match cell {
                Cell::Null => self.cell(b'n', b""),
                Cell::Int(value) => self.cell(b'i', &value.to_be_bytes()),
                Cell::Text(text) => self.cell(b't', text.as_bytes()),
                Cell::Bytes(bytes) => self.cell(b'b', bytes),
            }
        }
    }

    fn cell(&mut self, kind: u8, bytes: &[u8]) {
        self.hash.update([kind]);
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }

    pub(super) fn end(mut self) -> TableDigest {
        self.hash.update(self.rows.to_be_bytes());
        TableDigest { rows: self.rows, sha256: self.hash.finalize().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::Schema;

    #[test]
    fn no_two_contents_have_one_digest() {
        let schema = Schema::newest("tenant").unwrap();
        let digest = |rows: &[&[Cell]]| {
            let mut digest = RowsDigest::new(&schema.tables[0]);
            rows.iter().for_each(|row| digest.take(row));
            digest.end().sha256
        };
        let text = |text: &str| Cell::Text(text.into());
        let all = [
            digest(&[]),
            digest(&[&[Cell::Null]]),
            digest(&[&[text("")]]),
            digest(&[&[Cell::Bytes(Vec::new())]]),
            digest(&[&[Cell::Int(0)]]),
            digest(&[&[text("ab"), text("c")]]),
            digest(&[&[text("a"), text("bc")]]),
            digest(&[&[text("a")], &[text("bc")]]),
        ];
        for (place, one) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == one), Some(place));
        }
    }
}
