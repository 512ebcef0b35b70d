//! Rows in every table, made from what the catalogue says of its columns.

use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::Walls;

/// Rows a table and workspace: nothing has happened to the first yet, all that can to the second, and the third
/// is archived.
pub const ROWS: usize = 3;

/// Where statements look for certain words.
const WORDS: [(&str, &str, [&str; ROWS]); 4] = [
    ("members", "status", ["active", "placeholder", "removed"]),
    ("members", "role", ["admin", "admin", "admin"]),
    ("imports", "status", ["queued", "running", "done"]),
    ("items", "status", ["todo", "doing", "done"]),
];

pub struct Workspace {
    pub id: Uuid,
    name: &'static str,
    rows: [Uuid; ROWS],
}

impl Workspace {
    pub fn new(name: &'static str) -> Self {
        let fresh = || Uuid::from_bytes(kernel::crypto::random());
        Self { id: fresh(), name, rows: std::array::from_fn(|_| fresh()) }
    }

    /// What all ids in a row of this number are, in every table: so each refers to the row of its number.
    pub fn row(&self, number: usize) -> Uuid {
        self.rows[number]
    }

    /// What all texts in it are.
    pub fn text(&self, number: usize) -> String {
        format!("zq{}{number}", self.name)
    }

    /// What all its numbers are.
    pub fn number(&self, number: usize) -> i64 {
        let first = if self.name == "a" { 1_000 } else { 2_000 };
        first + i64::try_from(number).unwrap()
    }

    /// Everything that would give away a row of it.
    pub fn marks(&self) -> Vec<String> {
        let ids = self.rows.iter().chain([&self.id]).map(|id| id.hyphenated().to_string());
        ids.chain((0..ROWS).map(|row| self.text(row))).collect()
    }
}

struct Column {
    name: String,
    kind: String,
    nullable: bool,
}

impl Walls {
    /// Rows in all tables. A table whose rows refer to others that are not there yet waits its turn.
    pub fn fill(&self, workspace: &Workspace) {
        let mut waiting: Vec<&String> = self.tables.iter().collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|table| !self.fill_table(table, workspace));
            assert!(waiting.len() < before, "these refer to one another: {waiting:?}");
        }
        for table in &self.tables {
            let there = format!("SELECT 1 FROM tenant.{table} WHERE workspace_id = '{}'", workspace.id);
            assert!(self.superuser.count(&there).unwrap() > 0, "{table} has no row");
        }
    }

    /// Whether it could be filled.
    fn fill_table(&self, table: &str, workspace: &Workspace) -> bool {
        let columns = self.columns(table);
        let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let rows: Vec<String> = (0..ROWS)
            .map(|row| {
                let values: Vec<String> =
                    columns.iter().map(|column| value(table, column, workspace, row)).collect();
                format!("({})", values.join(", "))
            })
            .collect();
        // Where a workspace has but one row, the first it is.
        let insert = format!(
            "INSERT INTO tenant.{table} ({}) VALUES {} ON CONFLICT DO NOTHING",
            names.join(", "),
            rows.join(", ")
        );
        match self.superuser.count(&insert) {
            Ok(_) => true,
            Err(refused) if refused.code == SqlState::FOREIGN_KEY_VIOLATION => false,
            Err(refused) => panic!("{insert}: {refused:?}"),
        }
    }

    fn columns(&self, table: &str) -> Vec<Column> {
        let sql = format!(
            "SELECT column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns
             WHERE table_schema = 'tenant' AND table_name = '{table}' ORDER BY ordinal_position"
        );
        let rows = self.superuser.rows(&sql);
        let columns =
            rows.iter().map(|row| Column { name: row.get(0), kind: row.get(1), nullable: row.get(2) });
        columns.collect()
    }
}

fn value(table: &str, column: &Column, workspace: &Workspace, row: usize) -> String {
    if column.name == "workspace_id" {
        return format!("'{}'", workspace.id);
    }
    if let Some((.., words)) = WORDS.iter().find(|(of, name, _)| *of == table && *name == column.name) {
        return format!("'{}'", words[row]);
    }
    let has_happened = row == 1 || (row == 2 && column.name == "archived_at");
    match column.kind.as_str() {
        "uuid" => format!("'{}'", workspace.row(row)),
        "text" => format!("'{}'", workspace.text(row)),
        "bigint" if column.nullable && !has_happened => "NULL".to_owned(),
        "bigint" => workspace.number(row).to_string(),
        "boolean" => "true".to_owned(),
        "bytea" => format!("'{}'", workspace.text(row)),
        other => panic!("{table}.{} is {other}: say here what such a column holds", column.name),
    }
}
