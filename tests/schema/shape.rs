//! A schema as both engines can tell it.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Schema {
    pub tables: BTreeMap<String, Table>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: BTreeMap<String, Column>,
    pub primary_key: Vec<String>,
    pub unique: BTreeSet<Vec<String>>,
    pub foreign_keys: BTreeSet<ForeignKey>,
    /// Name, columns and whether only some rows are in it.
    pub indexes: BTreeSet<(String, Vec<String>, bool)>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    pub kind: Kind,
    pub required: bool,
}

/// SQLite knows no truth values and no UUIDs of their own.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
    Bytes,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub table: String,
    pub references: Vec<String>,
    pub on_delete: String,
}
