//! What tables there are, read from an embedded file.

use std::path::Path;

use rusqlite::Connection;
use uuid::Uuid;

use super::error::CopyError;
use crate::migrations;

/// Tables in an order in which each comes after those that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    pub tables: Vec<Table>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// Places of the primary key's columns, in its order.
    pub key: Vec<usize>,
    /// Tables that it refers to.
    parents: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What SQLite's strict tables tell apart, as far as the product uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    Text,
    Bytes,
}

impl Schema {
    /// The tables of an open file.
    pub(crate) fn of(connection: &Connection) -> Result<Self, CopyError> {
        let mut statement = connection.prepare(
            "SELECT name FROM pragma_table_list
             WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name",
        )?;
        let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        let tables = names.into_iter().map(|name| table(connection, name));
        let tables = tables.collect::<Result<Vec<Table>, CopyError>>()?;
        Ok(Self { tables: parents_first(tables) })
    }

    /// The tables of this version, for a door's name: `control` or `tenant`.
    pub fn newest(door: &str) -> Result<Self, CopyError> {
        let mut connection = Connection::open_in_memory()?;
        migrations::sqlite(&mut connection, door, Uuid::nil(), Path::new("memory"))?;
        Self::of(&connection)
    }
}

impl Table {
    /// Where a column stands.
    pub(crate) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }
}

fn table(connection: &Connection, name: String) -> Result<Table, CopyError> {
    let mut statement =
        connection.prepare("SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let mut rows = statement.query([&name])?;
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (column, declared, place): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let kind = match declared.as_str() {
            "INTEGER" => Kind::Int,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            other => {
                return Err(CopyError::refused(format!(
                    "{name}.{column} is {other}, which cannot be copied"
                )));
            }
        };
        if place > 0 {
            key.push((place, columns.len()));
        }
        columns.push(Column { name: column, kind });
    }
    if key.is_empty() {
        return Err(CopyError::refused(format!("{name} has no primary key, so that its rows have no order")));
    }
    key.sort_unstable();
    let mut statement = connection.prepare("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?1)")?;
    let parents = statement.query_map([&name], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(Table { name, columns, key: key.into_iter().map(|(_, place)| place).collect(), parents })
}

fn parents_first(mut left: Vec<Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_ready = |table: &Table| {
            let there = |parent: &String| ordered.iter().any(|done| done.name == *parent);
            table.parents.iter().all(|parent| *parent == table.name || there(parent))
        };
        // Tables that refer to one another come in any order: keys are checked at the end.
        let next = left.iter().position(is_ready).unwrap_or(0);
        ordered.push(left.remove(next));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_comes_after_those_that_it_refers_to() {
        for door in ["control", "tenant"] {
            let schema = Schema::newest(door).unwrap();
            assert!(schema.tables.len() >= 9, "{door}");
            for (place, table) in schema.tables.iter().enumerate() {
                for parent in table.parents.iter().filter(|parent| **parent != table.name) {
                    let before = &schema.tables[..place];
                    assert!(before.iter().any(|known| known.name == *parent), "{} {parent}", table.name);
                }
            }
        }
    }

    #[test]
    fn keys_and_kinds_are_the_files_own() {
        let schema = Schema::newest("tenant").unwrap();
        let items = schema.tables.iter().find(|table| table.name == "items").unwrap();
        let key: Vec<&str> = items.key.iter().map(|place| items.columns[*place].name.as_str()).collect();
        assert_eq!(key, ["id", "workspace_id"]);
        let kind = |column| items.columns[items.place(column).unwrap()].kind;
        assert_eq!((kind("id"), kind("number"), kind("title")), (Kind::Bytes, Kind::Int, Kind::Text));
        assert!(items.parents.contains(&"items".to_owned()));
    }

    #[test]
    fn tables_that_refer_to_one_another_are_not_lost() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, b INTEGER REFERENCES b (id)) STRICT;
                 CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY, a INTEGER REFERENCES a (id)) STRICT;",
            )
            .unwrap();
        assert_eq!(Schema::of(&connection).unwrap().tables.len(), 2);
    }
}
