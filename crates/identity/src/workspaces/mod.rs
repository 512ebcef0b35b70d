//! Workspaces as the instance lists them; what is in them lies behind the tenant's door.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod store;

use kernel::{Timestamp, WorkspaceId};

#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: WorkspaceId,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    /// Nothing of it opens to members without a second factor.
    pub(crate) require_2fa: bool,
}

impl Workspace {
    pub(crate) const fn new(id: WorkspaceId, name: String, created_at: Timestamp) -> Self {
        Self { id, name, created_at, require_2fa: false }
    }
}

/// Made by one person. Each costs a file, a key and, while it is open, memory.
pub(crate) const MOST_MADE: i64 = 50;
/// One person is in at most so many.
pub(crate) const MOST_JOINED: i64 = 1_000;
