//! What PostgreSQL's columns are, from its catalogue.

use std::collections::HashMap;

use tokio_postgres::GenericClient;

use super::error::CopyError;
use super::schema::{Column, Kind, Table};

/// A column's type there; SQLite has fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PgKind {
    Uuid,
    Bytes,
    Int,
    Bool,
    Text,
}

impl PgKind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "uuid" => Some(Self::Uuid),
            "bytea" => Some(Self::Bytes),
            "int8" => Some(Self::Int),
            "bool" => Some(Self::Bool),
            "text" => Some(Self::Text),
            _ => None,
        }
    }

    /// As a cast names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Bytes => "bytea",
            Self::Int => "bigint",
            Self::Bool => "boolean",
            Self::Text => "text",
        }
    }

    const fn holds(self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Uuid | Self::Bytes, Kind::Bytes)
                | (Self::Int | Self::Bool, Kind::Int)
                | (Self::Text, Kind::Text)
        )
    }
}

/// The columns of all tables of a schema, each with the name of its type.
pub(crate) struct Shapes {
    columns: HashMap<String, HashMap<String, String>>,
}

impl Shapes {
    /// Takes no right on the schema: the catalogue is everybody's.
    pub(crate) async fn read(client: &impl GenericClient, schema: &str) -> Result<Self, CopyError> {
        let rows = client
            .query(
                "SELECT c.relname::text, a.attname::text, t.typname::text
                 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
                 WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped",
                &[&schema],
            )
            .await?;
        let mut columns: HashMap<String, HashMap<String, String>> = HashMap::new();
        for row in rows {
            let (table, column, kind): (String, String, String) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            columns.entry(table).or_default().insert(column, kind);
        }
        Ok(Self { columns })
    }

    pub(crate) fn has(&self, table: &str) -> bool {
        self.columns.contains_key(table)
    }

    /// The types of a table's columns, in its order; what is missing or does not fit is said.
    pub(super) fn kinds(&self, table: &Table) -> Result<Vec<PgKind>, CopyError> {
        let missing =
            || CopyError::refused(format!("the database has no table {}; is it migrated?", table.name));
        let known = self.columns.get(&table.name).ok_or_else(missing)?;
        if known.len() != table.columns.len() {
            let name = &table.name;
            return Err(CopyError::refused(format!(
                "{name} has other columns in the database than in the files"
            )));
        }
        let kind = |column: &Column| {
            let found = known.get(&column.name).map_or("missing", String::as_str);
            PgKind::of(found).filter(|kind| kind.holds(column.kind)).ok_or_else(|| {
                CopyError::refused(format!("{}.{} is {found} in the database", table.name, column.name))
            })
        };
        table.columns.iter().map(kind).collect()
    }
}
