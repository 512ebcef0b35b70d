//! Several nodes over one PostgreSQL: what is said to one holds on all, and what becomes of them when a node, a
//! connection or the database goes away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cluster;
mod crowded;
mod killed;
mod load;
mod people;
mod refusals;
mod restarted;
mod sessions;
mod starting;
mod superuser;
mod together;

use tests::client;
