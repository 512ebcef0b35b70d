//! How the embedded engine would carry out each statement: by an index that narrows it to what it is
//! about, never by passing over all that a workspace has.

use rusqlite::Connection;

/// Tables that grow with what a team does; the others have at most some thousand rows in a workspace.
pub const LARGE: [&str; 11] = [
    "items",
    "item_labels",
    "item_assignees",
    "checklists",
    "checklist_entries",
    "item_links",
    "updates",
    "activity",
    "import_refs",
    "audit_records",
    "idempotency",
];

/// Steps of the plan that look at every row of a large table, or would be the planner's choice without a reason.
pub fn passes_over_everything(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let wanted = statement.parameter_count();
    let nulls = std::iter::repeat_n(rusqlite::types::Null, wanted);
    let steps = statement.query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>("detail"));
    steps.unwrap().map(Result::unwrap).filter(|step| is_wide(step)).collect()
}

/// `SCAN t` reads all of it; `SEARCH t USING INDEX i (workspace_id=?)` all of the workspace's.
fn is_wide(step: &str) -> bool {
    let mut words = step.split_whitespace();
    let (Some(how), Some(table)) = (words.next(), words.next()) else { return false };
    let narrowed = how == "SEARCH" && !step.contains("(workspace_id=?)") && !step.contains("AUTOMATIC");
    LARGE.contains(&table) && matches!(how, "SCAN" | "SEARCH") && !narrowed
}

#[test]
fn a_wide_step_is_told_from_a_narrow_one() {
    assert!(is_wide("SCAN items"));
    assert!(is_wide("SEARCH items USING INDEX items_live_by_board (workspace_id=?)"));
    assert!(is_wide("SEARCH items USING AUTOMATIC COVERING INDEX (workspace_id=? AND board_id=?)"));
    assert!(!is_wide("SEARCH items USING INDEX items_live_by_board (board_id=? AND workspace_id=?)"));
    assert!(!is_wide("SEARCH items USING INDEX sqlite_autoindex_items_1 (workspace_id=? AND id=?)"));
    assert!(!is_wide("SEARCH boards USING INDEX boards_by_project (workspace_id=?)"));
}
