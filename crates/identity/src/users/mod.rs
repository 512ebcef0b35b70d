//! People with an account. Names and addresses are theirs, not a workspace's.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod page;
pub(crate) mod store;

use kernel::UserId;

use crate::passwords::PasswordHash;

/// An account as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) password_hash: Option<PasswordHash>,
    pub(crate) superadmin: bool,
    pub(crate) disabled: bool,
}
