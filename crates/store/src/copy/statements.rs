//! Statements over all columns of a table. Names are the schema's own and quoted; values are parameters.

use super::schema::{Kind, Table};
use super::shapes::PgKind;

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn columns(table: &Table) -> String {
    list(table.columns.iter().map(|column| quoted(&column.name)))
}

/// All rows of a file, in the order of the primary key.
pub(super) fn sqlite_rows(table: &Table) -> String {
    let order = list(table.key.iter().map(|place| quoted(&table.columns[*place].name)));
    format!("SELECT {} FROM {} ORDER BY {order}", columns(table), quoted(&table.name))
}

pub(super) fn sqlite_insert(table: &Table) -> String {
    let values = list((1..=table.columns.len()).map(|number| format!("?{number}")));
    format!("INSERT INTO {} ({}) VALUES ({values})", quoted(&table.name), columns(table))
}

/// All rows of a scope, in the same order as a file gives them: bytes decide.
pub(super) fn postgres_rows(door: &str, table: &Table, of_one_workspace: bool) -> String {
    let order = list(table.key.iter().map(|place| {
        let column = &table.columns[*place];
        let by_bytes = if column.kind == Kind::Text { " COLLATE \"C\"" } else { "" };
        format!("{}{by_bytes}", quoted(&column.name))
    }));
    // The workspace is asked for, though the policy would refuse others as well.
    let which = if of_one_workspace { " WHERE workspace_id = $1" } else { "" };
    format!("SELECT {} FROM {}{which} ORDER BY {order}", columns(table), full(door, table))
}

/// Many rows at a time, each parameter a list of one column's values.
pub(super) fn postgres_insert(door: &str, table: &Table, kinds: &[PgKind]) -> String {
    let lists = list((1..).zip(kinds).map(|(number, kind)| format!("${number}::{}[]", kind.name())));
    format!("INSERT INTO {} ({}) SELECT * FROM unnest({lists})", full(door, table), columns(table))
}

/// Whether a table has any row.
pub(crate) fn postgres_has_rows(door: &str, table: &Table) -> String {
    format!("SELECT EXISTS (SELECT FROM {})", full(door, table))
}

fn full(door: &str, table: &Table) -> String {
    format!("{}.{}", quoted(door), quoted(&table.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::Schema;

    #[test]
    fn rows_come_in_the_order_of_the_key() {
        let schema = Schema::newest("tenant").unwrap();
        let table = schema.tables.iter().find(|table| table.name == "import_refs").unwrap();
        assert_eq!(
            sqlite_rows(table),
            "SELECT \"workspace_id\", \"source\", \"kind\", \"source_id\", \"target_id\" FROM \"import_refs\" \
             ORDER BY \"source_id\", \"workspace_id\", \"source\", \"kind\""
        );
        let rows = postgres_rows("tenant", table, true);
        assert!(rows.contains("FROM \"tenant\".\"import_refs\" WHERE workspace_id = $1 ORDER BY"), "{rows}");
        assert!(
            rows.ends_with("\"workspace_id\", \"source\" COLLATE \"C\", \"kind\" COLLATE \"C\""),
            "{rows}"
        );
    }
}
