//! The wall below the statements, proven on PostgreSQL: whatever a statement forgets, a workspace sees and
//! changes its own rows alone.

mod filling;
mod finder;
mod session;
mod statements;
mod tables;
mod weakened;

use crate::postgres::Migrated;
use filling::Workspace;
use session::Session;

/// A migrated database and the two ways into it that are compared.
struct Walls {
    /// Row-level security does not bind it.
    superuser: Session,
    application: Session,
    tables: Vec<String>,
    a: Workspace,
    b: Workspace,
    migrated: Migrated,
}

impl Walls {
    /// Nothing is in it yet.
    fn empty() -> Self {
        let migrated = Migrated::new();
        let superuser = Session::open(&migrated.database.superuser_url);
        let application = Session::open(&migrated.database.serve_url);
        let tables = superuser.texts(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'tenant' ORDER BY table_name",
        );
        assert!(tables.len() >= 20, "{tables:?}");
        superuser.run("SET search_path = tenant").unwrap();
        application.run("SET search_path = tenant").unwrap();
        Self { superuser, application, tables, a: Workspace::new("a"), b: Workspace::new("b"), migrated }
    }

    /// Both workspaces have rows in every table.
    fn filled() -> Self {
        let walls = Self::empty();
        walls.fill(&walls.a);
        walls.fill(&walls.b);
        walls
    }

    /// A question for what all rows amount to that whoever asks can see.
    fn digest(&self) -> String {
        let each = self
            .tables
            .iter()
            .map(|table| format!("SELECT '{table}' || t::text AS line FROM tenant.{table} t"));
        let all = each.collect::<Vec<_>>().join(" UNION ALL ");
        format!(
            "SELECT count(*)::text || md5(coalesce(string_agg(line, '|' ORDER BY line COLLATE \"C\"), '')) FROM ({all}) every"
        )
    }
}

/// Begins a transaction as the product's own do.
fn begin(setting: &str) -> String {
    format!(
        "BEGIN; SET LOCAL ROLE trackhold_tenant; SELECT set_config('trackhold.workspace', '{setting}', true)"
    )
}
