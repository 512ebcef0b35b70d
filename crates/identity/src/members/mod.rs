//! Members: who is in a workspace, and as what. Placeholders are people of an import who have not
//! been invited yet; those who left keep their name, for what they wrote.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod placeholder;
pub(crate) mod store;

use kernel::access::Role;
use kernel::{Error, Result, Timestamp, UserId};

/// A row of a workspace's people.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    /// Only active members have one.
    pub(crate) role: Option<String>,
    /// `active`, `placeholder` or `removed`.
    pub(crate) status: String,
    pub(crate) joined_at: Timestamp,
}

impl Member {
    /// What an active member is; a placeholder, or somebody who left, is as missing.
    pub(crate) fn active_role(&self) -> Result<Role> {
        let role = self.role.as_deref().filter(|_| self.status == "active");
        role.and_then(Role::from_name).ok_or(Error::NotFound)
    }
}

pub(crate) fn outranked() -> Error {
    Error::forbidden("rank", "You can only manage members, and give roles, below your own.")
}
