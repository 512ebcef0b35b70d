//! Both engines have the same schema, and every statement of the product is one on both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod plans;
mod postgres;
mod shape;
mod sqlite;
mod walls;

use std::collections::BTreeSet;
use std::path::Path;

use shape::Schema;

// Linked for their statements.
use identity as _;
use work as _;

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/store/migrations");

/// Only on PostgreSQL: the embedded engine keeps keys in files and its version in the file's head.
const POSTGRES_ONLY: [&str; 2] = ["keys", "migrations"];

/// Statements that are meant to read all of a table of a workspace, and why they may.
const PASS_OVER_ALL: [(&str, &str); 1] =
    [("identity::members::placeholder::", "once, when somebody of an import accepts an invitation")];

/// Indexes of large tables that begin with the workspace: no foreign key refers to these tables, and their
/// statements name what comes next.
const BY_WORKSPACE: [(&str, &str); 3] =
    [("audit_records", "seq"), ("idempotency", "principal"), ("idempotency", "at")];

#[test]
fn migrations_are_paired_files_of_one_name() {
    let known: BTreeSet<String> = store::migrations::names().map(|name| format!("{name}.sql")).collect();
    for engine in ["sqlite", "postgres"] {
        for door in ["control", "tenant"] {
            let folder = Path::new(MIGRATIONS).join(engine).join(door);
            let files: BTreeSet<String> = std::fs::read_dir(&folder)
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(files, known, "{}", folder.display());
        }
    }
}

#[test]
fn migrations_agree() {
    let postgres = postgres::Migrated::new();
    for door in ["control", "tenant"] {
        let ours = sqlite::schema(&sqlite::migrated(door));
        let mut theirs = postgres.schema(door);
        theirs.tables.retain(|name, _| !POSTGRES_ONLY.contains(&name.as_str()));
        assert!(ours.tables.len() >= 9, "{door} has tables");
        differences(door, &ours, &theirs);
    }
}

fn differences(door: &str, ours: &Schema, theirs: &Schema) {
    let names: BTreeSet<_> = ours.tables.keys().chain(theirs.tables.keys()).collect();
    for name in names {
        let (sqlite, postgres) = (ours.tables.get(name), theirs.tables.get(name));
        assert_eq!(sqlite, postgres, "{door}.{name}: SQLite left, PostgreSQL right");
    }
}

/// A row may be copied before the row that it refers to; whoever does not ask for that is refused at once.
#[test]
fn every_foreign_key_can_wait_for_the_end_of_a_copy() {
    let postgres = postgres::Migrated::new();
    for door in ["control", "tenant"] {
        assert!(postgres.schema(door).tables.values().any(|table| !table.foreign_keys.is_empty()), "{door}");
        assert_eq!(postgres.impatient_keys(door), Vec::<String>::new(), "{door}");
    }
}

/// While a table is small, PostgreSQL takes any index that begins with the workspace to be as good as the right
/// one, and keeps the plan for as long as the connection lives. The checks of foreign keys are such plans, and
/// nobody can write them otherwise: each new row would pass over all rows of its workspace.
#[test]
fn no_index_of_a_large_table_narrows_to_its_workspace_alone() {
    let schema = postgres::Migrated::new().schema("tenant");
    for name in plans::LARGE {
        let table = &schema.tables[name];
        let indexes = table.indexes.iter().filter(|(_, _, partial)| !partial).map(|(_, columns, _)| columns);
        for columns in table.unique.iter().chain([&table.primary_key]).chain(indexes) {
            let is_read_in_order = BY_WORKSPACE.contains(&(name, columns[1].as_str()));
            assert!(columns[0] != "workspace_id" || is_read_in_order, "{name}: {columns:?}");
        }
    }
}

#[test]
fn every_statement_is_one_on_both_engines() {
    let postgres = postgres::Migrated::new();
    let mut checked = 0;
    let mut wrong = Vec::new();
    for door in ["control", "tenant"] {
        let sqlite = sqlite::migrated(door);
        for statement in store::registered().filter(|statement| statement.door == door) {
            checked += 1;
            if let Err(error) = sqlite.prepare(&store::numbered(statement.text)) {
                wrong.push(format!("{} on SQLite: {error}", statement.name));
            }
            if let Err(error) = postgres.prepare(door, statement.text) {
                wrong.push(format!("{} on PostgreSQL: {error}", statement.name));
            }
            if door == "tenant" && !statement.text.contains("workspace_id") {
                wrong.push(format!("{} does not name its workspace", statement.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for room in ["store::", "identity::", "work::"] {
        assert!(store::registered().any(|s| s.name.starts_with(room)), "{room} is linked");
    }
    println!("{checked} statements prepared on both engines");
}

#[test]
fn no_statement_passes_over_a_whole_workspace() {
    let sqlite = sqlite::migrated("tenant");
    let mut wide = Vec::new();
    for statement in store::registered().filter(|statement| statement.door == "tenant") {
        if PASS_OVER_ALL.iter().any(|(name, _)| statement.name.starts_with(name)) {
            continue;
        }
        for step in plans::passes_over_everything(&sqlite, &store::numbered(statement.text)) {
            wide.push(format!("{}: {step}", statement.name));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
