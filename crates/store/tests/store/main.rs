//! The store's promises, each on both engines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crowds;
mod engines;
mod files;
mod gone;
mod groups;
mod isolation;
mod outbox;
mod pool;
mod reads;
mod unsent;
