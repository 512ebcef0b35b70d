//! Accounts, sessions, members and invitations over HTTP, on both engines, and those who attack them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod first_run;
mod invitations;
mod members;
mod pages;
mod passwords;
mod recovery;
mod sessions;
mod sign_in;
mod streams;
mod two_factor;
mod world;
