//! What begins a transaction, or an action within one: sent together with the first statement in it.

use kernel::WorkspaceId;

/// Transaction-local, so that a pooled connection never carries it over.
pub(super) const SET_WORKSPACE: &str = "SELECT set_config('trackhold.workspace', $1, true)";

/// What goes out with the next statement.
pub(super) enum Prelude {
    Begin(Purpose, Option<WorkspaceId>),
    Savepoint(&'static str),
}

#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Write,
    /// One moment for all its statements, and no change.
    Read,
}

impl Prelude {
    /// Of an action. The last one's savepoint is not gone back to any more.
    pub(super) const fn savepoint(follows_another: bool) -> Self {
        Self::Savepoint(if follows_another {
            "RELEASE SAVEPOINT action; SAVEPOINT action"
        } else {
            "SAVEPOINT action"
        })
    }
}

impl Purpose {
    pub(super) const fn begin(self, tenant: bool) -> &'static str {
        match (self, tenant) {
            (Self::Write, false) => "BEGIN",
            (Self::Write, true) => "BEGIN; SET LOCAL ROLE trackhold_tenant",
            (Self::Read, false) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Self::Read, true) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE trackhold_tenant"
            }
        }
    }
}
