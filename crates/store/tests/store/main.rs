//! The store's promises, each on both engines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backups;
mod buckets;
mod copies;
mod crowds;
mod engines;
mod files;
mod gone;
mod groups;
mod isolation;
mod live;
mod outbox;
mod pool;
mod reads;
mod unsent;
