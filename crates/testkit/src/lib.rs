//! What the suites share: a PostgreSQL server for a test run, a database for each test, and a
//! running `trackhold` for the black-box suites.
//!
//! ```no_run
//! let database = testkit::postgres().fresh_database();
//! // database.migrate_url, database.serve_url; dropped with `database`
//! let instance = testkit::Instance::start(testkit::Engine::Embedded);
//! // instance.url(), instance.first_run_link(); ended with `instance`
//! ```
//!
//! A dev-dependency of other crates, never a dependency: the architecture suite refuses that.
// A test that cannot have its database has failed: there is nobody to hand an error to.
#![allow(clippy::expect_used, clippy::panic)]

mod connection;
mod database;
mod ended;
mod instance;
mod nodes;
mod server;
mod spawner;

pub use database::TestDatabase;
pub use ended::Ended;
pub use instance::{Engine, Instance, Log};
pub use server::{TestPostgres, postgres};
