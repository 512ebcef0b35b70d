//! Invitations: a role in a workspace for an address. The link is shown to whoever invites; what it
//! proves is that they passed it on, nothing about the address.

pub(crate) mod accept;
pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod store;

use std::time::Duration;

use kernel::access::Role;
use kernel::{Error, Result, Timestamp, UserId};

kernel::id!(pub(crate) InvitationId, InvitationKind, "inv");

pub(crate) const LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Open ones of a workspace at a time.
pub(crate) const MOST_OPEN: i64 = 1_000;

#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    pub(crate) email: String,
    pub(crate) role: String,
    /// Of an import; becomes whoever accepts.
    pub(crate) placeholder: Option<UserId>,
    pub(crate) invited_by: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl Invitation {
    pub(crate) fn role(&self) -> Result<Role> {
        Role::from_name(&self.role).ok_or_else(|| Error::internal("an invitation has an unknown role"))
    }
}
