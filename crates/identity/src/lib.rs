//! Who somebody is and what they are in a workspace: accounts, passwords, sessions, members,
//! invitations, workspaces.
//!
//! Invariants: a credential is looked at on the server for every request; only hashes of tokens are
//! stored; what checks a secret is throttled; nobody touches or makes a member at or above their own
//! role, bar admins; a workspace always keeps an admin.

mod agent;
pub mod commands;
mod cookie;
mod factors;
mod field;
mod form;
mod frame;
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
mod view;
mod workspaces;

pub use identity::{Identity, KeyNotice, Registration, Settings};
pub use inbox::Inbox;

/// The slice's routes; they want an `Arc<Identity>` as extension.
pub fn routes() -> web::Routes {
    users::api::routes()
        .merge(sessions::api::routes())
        .merge(workspaces::api::routes())
        .merge(members::api::routes())
        .merge(invitations::api::routes())
        .merge(recovery::api::routes())
        .merge(factors::api::routes())
        .merge(pages())
}

fn pages() -> web::Routes {
    sessions::page::routes()
        .merge(setup::page::routes())
        .merge(invitations::page::routes())
        .merge(recovery::page::routes())
        .merge(factors::page::routes())
        .merge(factors::entering::routes())
        .merge(workspaces::page::routes())
        .merge(members::page::routes())
        .merge(users::page::routes())
}
