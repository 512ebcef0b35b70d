//! Every table of both schemas, for whoever has no right to what is in it.

use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::session::{Refusal, Session};
use super::{Walls, begin};

/// What the setting may be besides a workspace that there is.
const NO_WORKSPACE: [&str; 4] = ["", "x", "00000000-0000-0000-0000-000000000000", "%"];

/// Refused, or nothing was there to be changed.
fn is_harmless(outcome: &Result<u64, Refusal>) -> bool {
    match outcome {
        Ok(rows) => *rows == 0,
        // A setting that is no id denies by failing.
        Err(refused) => refused.is_of_rights() || refused.code == SqlState::INVALID_TEXT_REPRESENTATION,
    }
}

impl Walls {
    /// A row of this workspace once more, as a statement that inserts it.
    fn insertion(&self, table: &str, workspace: Uuid) -> String {
        let row = format!(
            "SELECT to_jsonb(t)::text FROM tenant.{table} t WHERE workspace_id = '{workspace}' LIMIT 1"
        );
        let row = self.superuser.texts(&row).concat();
        format!(
            "INSERT INTO tenant.{table} SELECT * FROM jsonb_populate_record(NULL::tenant.{table}, '{row}')"
        )
    }

    /// Tries all four on every table, each in a transaction of its own that is kept.
    fn try_all_tables(&self, session: &Session, who: &str) {
        for table in &self.tables {
            for statement in [
                format!("SELECT * FROM tenant.{table}"),
                format!("UPDATE tenant.{table} SET workspace_id = workspace_id"),
                format!("UPDATE tenant.{table} SET workspace_id = '{}'", self.a.id),
                format!("DELETE FROM tenant.{table}"),
            ] {
                let outcome = session.count(&statement);
                assert!(is_harmless(&outcome), "{who}: {statement}: {outcome:?}");
            }
            for workspace in [self.a.id, self.b.id] {
                let outcome = session.count(&self.insertion(table, workspace));
                let denied = outcome.as_ref().is_err_and(Refusal::is_of_the_policy) || is_harmless(&outcome);
                assert!(outcome.is_err() && denied, "{who}: a row into {table}: {outcome:?}");
            }
        }
    }
}

#[test]
fn without_a_workspace_every_table_is_empty_and_closed() {
    let walls = Walls::filled();
    let before = walls.superuser.texts(&walls.digest());
    let foreign = Uuid::from_bytes(kernel::crypto::random()).to_string();
    for role in ["trackhold_app", "trackhold_tenant"] {
        // Of a connection that has never heard of a workspace, the setting does not exist.
        let session = Session::open(&walls.migrated.database.serve_url);
        session.run(&format!("SET ROLE {role}")).unwrap();
        walls.try_all_tables(&session, &format!("{role} without a setting"));
        for setting in NO_WORKSPACE.into_iter().chain([foreign.as_str()]) {
            session.run(&format!("SELECT set_config('trackhold.workspace', '{setting}', false)")).unwrap();
            walls.try_all_tables(&session, &format!("{role} with {setting:?}"));
        }
    }
    assert_eq!(walls.superuser.texts(&walls.digest()), before);
}

#[test]
fn a_workspace_sees_its_own_rows_and_moves_none_to_another() {
    let walls = Walls::filled();
    let (a, b) = (walls.a.id, walls.b.id);
    for table in &walls.tables {
        let session = &walls.application;
        let one = |statement: &str| {
            session.run(&begin(&a.to_string())).unwrap();
            let outcome = session.count(statement);
            session.run("ROLLBACK").unwrap();
            outcome
        };
        let own = format!("SELECT * FROM tenant.{table} WHERE workspace_id = '{a}'");
        let foreign = format!("SELECT * FROM tenant.{table} WHERE workspace_id <> '{a}'");
        assert!(one(&own).is_ok_and(|rows| rows > 0), "{table} shows its own");
        assert_eq!(one(&foreign), Ok(0), "{table}");
        let moved = one(&format!("UPDATE tenant.{table} SET workspace_id = '{b}'"));
        let closed = |refused: &Refusal| refused.is_of_the_policy() || refused.is_of_rights();
        assert!(moved.as_ref().is_err_and(closed), "{table}: {moved:?}");
        let inserted = one(&walls.insertion(table, b));
        assert!(inserted.as_ref().is_err_and(Refusal::is_of_the_policy), "{table}: {inserted:?}");
    }
}

#[test]
fn a_workspace_has_no_right_to_the_instance() {
    let walls = Walls::filled();
    let columns = walls.superuser.rows(
        "SELECT table_name::text, min(column_name)::text FROM information_schema.columns
         WHERE table_schema = 'control' GROUP BY table_name ORDER BY table_name",
    );
    assert!(columns.len() >= 10, "control has tables");
    for row in columns {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        for statement in [
            format!("SELECT count(*) FROM control.{table}"),
            format!("INSERT INTO control.{table} DEFAULT VALUES"),
            format!("UPDATE control.{table} SET \"{column}\" = \"{column}\""),
            format!("DELETE FROM control.{table}"),
            format!("TRUNCATE control.{table}"),
        ] {
            walls.application.run(&begin(&walls.a.id.to_string())).unwrap();
            let outcome = walls.application.count(&statement);
            walls.application.run("ROLLBACK").unwrap();
            assert!(outcome.as_ref().is_err_and(Refusal::is_of_rights), "{statement}: {outcome:?}");
        }
    }
}
