//! Work: projects, their boards and groups, items, and what hangs on them.

pub mod activity;
pub mod boards;
mod bounded;
pub mod checklists;
pub mod export;
pub mod groups;
pub mod imports;
pub mod items;
pub mod jobs;
pub mod labels;
pub mod links;
pub mod markdown;
pub mod members;
mod page;
pub mod position;
pub mod projects;
pub mod search;
pub mod updates;

pub use page::WorkFrame;

use kernel::{Error, Result};
use web::Routes;

/// The slice's API and pages.
pub fn routes() -> Routes {
    Routes::new()
        .merge(projects::routes())
        .merge(boards::routes())
        .merge(groups::routes())
        .merge(labels::routes())
        .merge(items::routes())
        .merge(checklists::routes())
        .merge(links::routes())
        .merge(updates::routes())
        .merge(activity::routes())
        .merge(search::routes())
        .merge(export::routes())
        .merge(imports::routes())
        .merge(pages())
}

fn pages() -> Routes {
    Routes::new()
        .merge(projects::page::pages())
        .merge(boards::page::pages())
        .merge(groups::page::pages())
        .merge(items::page::pages())
        .merge(checklists::page::pages())
        .merge(updates::page::pages())
        .merge(search::page::pages())
}

/// 412 where the client has seen another version than the one that is there.
fn unless_stale(seen: Option<i64>, version: i64) -> Result<()> {
    match seen {
        Some(seen) if seen != version => Err(Error::Stale),
        _ => Ok(()),
    }
}

/// 409: what is archived takes nothing new.
fn archived(what: &'static str) -> Error {
    Error::conflict("archived", format!("The {what} is archived; restore it first."))
}

/// Names of the fields that changed.
fn changed(fields: &[(&'static str, bool)]) -> Vec<&'static str> {
    fields.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect()
}
