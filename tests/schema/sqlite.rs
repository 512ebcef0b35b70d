//! The embedded engine's schema, read from the engine.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use crate::shape::{Column, ForeignKey, Kind, Schema, Table};

pub fn migrated(door: &str) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for name in store::migrations::names() {
        let file = Path::new(crate::MIGRATIONS).join("sqlite").join(door).join(format!("{name}.sql"));
        connection.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    connection
}

pub fn schema(connection: &Connection) -> Schema {
    let tables = texts(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'", "");
    Schema { tables: tables.into_iter().map(|name| (name.clone(), table(connection, &name))).collect() }
}

fn texts(connection: &Connection, sql: &str, parameter: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let wanted = statement.parameter_count();
    let rows =
        statement.query_map(rusqlite::params_from_iter([parameter].iter().take(wanted)), |row| row.get(0));
    rows.unwrap().map(Result::unwrap).collect()
}

fn table(connection: &Connection, name: &str) -> Table {
    let mut table = Table::default();
    let mut statement =
        connection.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1)").unwrap();
    let mut keys = BTreeMap::new();
    let mut rows = statement.query([name]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (column, kind): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let kind = match kind.as_str() {
            "INTEGER" => Kind::Number,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            other => panic!("{name}.{column} is {other}"),
        };
        let place: i64 = row.get(3).unwrap();
        if place > 0 {
            keys.insert(place, column.clone());
        }
        table.columns.insert(column, Column { kind, required: row.get(2).unwrap() });
    }
    table.primary_key = keys.into_values().collect();
    indexes(connection, name, &mut table);
    foreign_keys(connection, name, &mut table);
    table
}

fn indexes(connection: &Connection, name: &str, table: &mut Table) {
    let sql = "SELECT name, origin, partial FROM pragma_index_list(?1)";
    let mut statement = connection.prepare(sql).unwrap();
    let mut rows = statement.query([name]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (index, origin, partial): (String, String, bool) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        let columns = texts(connection, "SELECT name FROM pragma_index_info(?1) ORDER BY seqno", &index);
        match origin.as_str() {
            "u" => drop(table.unique.insert(columns)),
            "c" => drop(table.indexes.insert((index, columns, partial))),
            _ => {}
        }
    }
}

fn foreign_keys(connection: &Connection, name: &str, table: &mut Table) {
    let sql =
        "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY id, seq";
    let mut statement = connection.prepare(sql).unwrap();
    let mut keys: BTreeMap<i64, ForeignKey> = BTreeMap::new();
    let mut rows = statement.query([name]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let key = keys.entry(row.get(0).unwrap()).or_insert_with(|| ForeignKey {
            columns: Vec::new(),
            table: row.get(1).unwrap(),
            references: Vec::new(),
            on_delete: row.get(4).unwrap(),
        });
        key.columns.push(row.get(2).unwrap());
        key.references.push(row.get(3).unwrap());
    }
    table.foreign_keys = keys.into_values().collect();
}
