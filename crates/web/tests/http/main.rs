//! The kit through its own front door: a small set of routes, a fake keeper of credentials, a real store.

mod documents;
mod headers;
mod idempotency;
mod kit;
mod limits;
mod listener;
mod order;
mod pages;
mod refusals;
