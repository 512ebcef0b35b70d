//! The two doors: what belongs to the instance, and what belongs to one workspace.

use kernel::WorkspaceId;
use uuid::Uuid;

use crate::chain::{self, ChainSql};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Control {}
    impl Sealed for super::Tenant {}
}

/// A door to data. There are two and no third.
pub trait Door: sealed::Sealed + Send + Sync + 'static {
    /// Whose data lies behind it.
    type Scope: Copy + Send + Sync + std::fmt::Debug + 'static;
    const NAME: &'static str;

    fn workspace(scope: Self::Scope) -> Option<WorkspaceId>;

    /// The statements of this door's audit chain.
    #[doc(hidden)]
    fn chain_sql() -> &'static ChainSql<Self>
    where
        Self: Sized;

    /// What stands in the `workspace_id` column of this scope's audit chain.
    fn chain(scope: Self::Scope) -> Uuid {
        Self::workspace(scope).map(WorkspaceId::uuid).unwrap_or_default()
    }
}

/// The instance: users, credentials, sessions, the index of workspaces.
#[derive(Debug)]
pub enum Control {}

/// One workspace: everything a team keeps.
#[derive(Debug)]
pub enum Tenant {}

impl Door for Control {
    type Scope = ();
    const NAME: &'static str = "control";

    fn workspace((): ()) -> Option<WorkspaceId> {
        None
    }

    fn chain_sql() -> &'static ChainSql<Self> {
        &chain::CONTROL
    }
}

impl Door for Tenant {
    type Scope = WorkspaceId;
    const NAME: &'static str = "tenant";

    fn workspace(scope: WorkspaceId) -> Option<WorkspaceId> {
        Some(scope)
    }

    fn chain_sql() -> &'static ChainSql<Self> {
        &chain::TENANT
    }
}
