//! The store: the only door to data. Two engines behind one transaction type; every workspace in
//! its own encrypted file, or behind PostgreSQL's row-level security.
//!
//! Invariants: a statement of one door does not compile at the other; a tenant transaction sees
//! one workspace; what was answered is durable; an action's audit record is in its transaction.

pub mod backup;
mod chain;
pub mod copy;
mod door;
mod erasure;
mod failure;
mod index;
mod journal;
mod kept;
mod keyring;
mod lifecycle;
mod live;
pub mod migrations;
pub mod moving;
mod outbox;
mod postgres;
mod queue;
mod row;
mod sql;
mod sqlite;
mod start;
mod store;
mod tx;
mod value;

pub use door::{Control, Door, Tenant};
pub use live::{Seen, Watch};
pub use outbox::{Message, Receive};
pub use queue::Act;
pub use row::{Column, Columns, Field, FromRow, Row};
pub use sql::{Registered, Sql, like, numbered, registered};
pub use sqlite::wait_for_threads;
pub use start::{Engine, Options, StartError};
pub use store::{ControlDoor, Store, TenantDoor};
pub use tx::{ControlTx, Step, TenantTx, Tx};
pub use value::Value;

#[doc(hidden)]
pub use inventory;
