//! Bringing in what a team has elsewhere.
//!
//! An upload is kept encrypted ([`spool`]), checked as a whole before anything is written
//! ([`trello`]), and written in chunks ([`writing`]), each in one transaction together with the place
//! where the next begins ([`store`]). So an import that was interrupted goes on where it stood, and
//! one that is given twice finds what is there already and makes nothing twice.

pub mod trello;

mod actions;
mod api;
mod pace;
mod page;
mod report;
mod runner;
mod spool;
mod store;
mod upload;
mod view;
mod writing;

#[cfg(test)]
mod tests;

pub use runner::Runner;
pub use view::{Import, ImportReport};

kernel::id!(pub ImportId, ImportKind, "imp");

/// Bytes of an upload at most.
pub const LARGEST_UPLOAD: u64 = 150 * 1024 * 1024;

/// API and pages.
pub fn routes() -> web::Routes {
    api::routes().merge(page::routes())
}
