//! The kit through its own front door: a small set of routes, a fake keeper of credentials, a real store.
// clippy's allowance for tests ends at functions marked #[test].
#![allow(clippy::unwrap_used, clippy::panic)]

mod documents;
mod headers;
mod idempotency;
mod kit;
mod limits;
mod listener;
mod log;
mod order;
mod pages;
mod refusals;
