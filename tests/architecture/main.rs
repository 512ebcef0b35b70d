//! The walls of the tree: who may depend on whom, how long a file may get, which names nothing
//! bears, who may open which door, that permits are asked, and that no SQL is put together from strings. Every rule is a function over plain values,
//! with a test beside it that breaks the rule and sees it caught.
// clippy's allowance for tests ends at functions marked #[test].
#![allow(clippy::unwrap_used)]

mod dependencies;
mod doors;
mod lengths;
mod names;
mod permits;
mod promises;
mod sql;
mod tree;
