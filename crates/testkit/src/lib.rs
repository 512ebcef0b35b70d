//! What the suites share: a PostgreSQL server for a test run and a database for each test.
//!
//! ```no_run
//! let database = testkit::postgres().fresh_database();
//! // database.migrate_url, database.serve_url; dropped with `database`
//! ```
//!
//! A dev-dependency of other crates, never a dependency: the architecture suite refuses that.
// A test that cannot have its database has failed: there is nobody to hand an error to.
#![allow(clippy::expect_used, clippy::panic)]

mod connection;
mod database;
mod server;

pub use database::TestDatabase;
pub use server::{TestPostgres, postgres};
