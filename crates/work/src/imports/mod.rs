//! Bringing in what a team has elsewhere.

pub mod trello;
