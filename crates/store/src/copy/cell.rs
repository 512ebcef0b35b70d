//! One value of a row, as both engines have it.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A UUID is its 16 bytes, a truth value 0 or 1. Not `Debug`: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The cells in the order of the table's columns.
pub type Row = Vec<Cell>;

impl Cell {
    /// None for what no column of the product holds: a number with a fraction, a text that is not UTF-8.
    pub(super) fn of_sqlite(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(Self::Null),
            ValueRef::Integer(value) => Some(Self::Int(value)),
            ValueRef::Real(_) => None,
            ValueRef::Text(value) => std::str::from_utf8(value).ok().map(|text| Self::Text(text.to_owned())),
            ValueRef::Blob(value) => Some(Self::Bytes(value.to_vec())),
        }
    }

    /// Bytes that it takes to send, more or less.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Null => 1,
            Self::Int(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
