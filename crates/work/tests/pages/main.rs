//! The slice's pages through its own front door, as a browser asks for them: with script and without.
// clippy's allowance for tests ends at functions marked #[test].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../slice/home.rs"]
mod home;

mod archive;
mod boards;
mod browser;
mod checklists;
mod fields;
mod filters;
mod large;
mod live;
mod odd;
mod placing;
mod projects;
mod roles;
mod strangers;
mod updates;
