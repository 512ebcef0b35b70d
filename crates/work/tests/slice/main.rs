//! The slice through its own front door, each promise on both engines.
// clippy's allowance for tests ends at functions marked #[test].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod boards;
mod bounds;
mod checklists;
mod export;
mod families;
mod home;
mod items;
mod limits;
mod lists;
mod markdown;
mod moves;
mod parallel;
mod plans;
mod projects;
mod queries;
mod roles;
mod strangers;
mod texts;
mod traces;
mod updates;
