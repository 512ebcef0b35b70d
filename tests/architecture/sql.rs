//! No SQL is put together from strings: a statement is a constant, its values are parameters.
//!
//! The types see to most of it: the store takes statements that `statements!` declared, in statics.
//! This suite guards that door, and looks for text that is built at run time from a literal that
//! begins like a statement.

use crate::tree::{self, Source};

const BUILDS_TEXT: &[&str] = &["format!(", "format_args!(", "write!(", "writeln!(", "push_str(", "concat!("];

const BEGINS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "WITH ",
    "CREATE ",
    "ALTER ",
    "DROP ",
    "GRANT ",
    "REVOKE ",
    "TRUNCATE ",
    "SET LOCAL ",
    "PRAGMA ",
    "ATTACH ",
    "VALUES ",
    "WHERE ",
    "ORDER BY ",
    " WHERE ",
    " ORDER BY ",
    " LIMIT ",
    " AND ",
    " VALUES ",
];

/// What may be built all the same: the file, how the text begins, and the reason. None of what is put
/// in comes from a client.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "crates/store/src/sqlite/connection.rs",
        "PRAGMA cipher_log_level = NONE; PRAGMA key = ",
        "the key is hex; SQLite takes it as no parameter",
    ),
    (
        "crates/store/src/copy/statements.rs",
        "",
        "names of tables and columns are the schema's own, and quoted; every table is copied, also those to come",
    ),
    ("crates/testkit/src/database.rs", "", "names of test databases, made there"),
];

fn built_statements(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.is(&["rs"])) {
        let is_product = source.path.starts_with("crates/") && !source.path.contains("/tests/");
        if !is_product {
            continue;
        }
        for builder in BUILDS_TEXT {
            for (at, _) in source.text.match_indices(builder) {
                let literal = first_literal(&source.text[at + builder.len()..]).unwrap_or_default();
                let is_allowed = |(path, begins, _): &(&str, &str, &str)| {
                    *path == source.path && literal.starts_with(begins)
                };
                if begins_like_sql(literal) && !ALLOWED.iter().any(is_allowed) {
                    let line = source.text[..at].lines().count().max(1);
                    found.push(format!("{}:{line}", source.path));
                }
            }
        }
    }
    found.sort();
    found
}

/// Where a statement is made past `statements!`, which would keep it from being checked on both engines.
fn undeclared_statements(sources: &[Source]) -> Vec<&str> {
    sources
        .iter()
        .filter(|source| source.is(&["rs"]) && source.path != "crates/store/src/sql.rs")
        .filter(|source| source.path.starts_with("crates/") && source.text.contains("Sql::declared("))
        .map(|source| source.path.as_str())
        .collect()
}

/// The text after the first quote, where that quote opens soon: `(target, "…"` but not the next call.
fn first_literal(after: &str) -> Option<&str> {
    let quote = after.find('"')?;
    let before = &after[..quote];
    (quote < 80 && !before.contains([')', ';', '{'])).then(|| &after[quote + 1..])
}

fn begins_like_sql(literal: &str) -> bool {
    let literal = literal.trim_start_matches(['\n', '\\', '\t']);
    BEGINS.iter().any(|verb| literal.starts_with(verb) || literal.trim_start().starts_with(verb))
}

#[test]
fn statements_are_literals() {
    let found = built_statements(&tree::sources());
    assert!(found.is_empty(), "SQL built from strings:\n{}", found.join("\n"));
}

#[test]
fn a_built_statement_is_seen() {
    let text = r#"
fn a() { let sql = format!("SELECT * FROM items WHERE id = {id}"); }
fn b() { sql.push_str(" ORDER BY "); }
fn c() { write!(sql,
        "
        DELETE FROM items")?; }
fn d() { format!("Selected {n} items"); client.query("SELECT 1") }
"#;
    let found = built_statements(&[Source::new("crates/a/src/store.rs", text)]);
    assert_eq!(found, ["crates/a/src/store.rs:2", "crates/a/src/store.rs:3", "crates/a/src/store.rs:4"]);
    assert!(built_statements(&[Source::new("crates/a/tests/store.rs", text)]).is_empty());
    let past_the_macro =
        Source::new("crates/a/src/store.rs", "static ONE: Sql<Tenant> = Sql::declared(TEXT);");
    assert_eq!(undeclared_statements(&[past_the_macro]), ["crates/a/src/store.rs"]);
}
