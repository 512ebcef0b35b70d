//! Whose rows are copied.

use kernel::WorkspaceId;
use uuid::Uuid;

use crate::door::{Control, Door, Tenant};

/// The instance's own rows, or those of one workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Instance,
    Workspace(WorkspaceId),
}

impl Scope {
    pub const fn workspace(self) -> Option<WorkspaceId> {
        match self {
            Self::Instance => None,
            Self::Workspace(id) => Some(id),
        }
    }

    /// `control` or `tenant`.
    pub const fn door(self) -> &'static str {
        match self {
            Self::Instance => Control::NAME,
            Self::Workspace(_) => Tenant::NAME,
        }
    }

    /// What stands in the `workspace_id` column of its audit chain.
    pub(crate) fn chain(self) -> Uuid {
        self.workspace().map(WorkspaceId::uuid).unwrap_or_default()
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instance => f.write_str("the instance"),
            Self::Workspace(id) => write!(f, "the workspace {id}"),
        }
    }
}
