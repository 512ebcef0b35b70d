//! Who somebody is and what they are in a workspace: accounts, passwords, sessions, members,
//! invitations, workspaces.
//!
//! Invariants: a credential is looked at on the server for every request; only hashes of tokens are
//! stored; what checks a secret is throttled; nobody touches or makes a member at or above their own
//! role, bar admins; a workspace always keeps an admin.

pub mod commands;
mod cookie;
mod field;
mod identity;
mod inbox;
mod invitations;
mod json;
mod limits;
mod links;
mod members;
mod passwords;
mod recovery;
mod sessions;
mod setup;
mod token;
mod users;
mod workspaces;

pub use identity::{Identity, KeyNotice, Registration, Settings};
pub use inbox::Inbox;
