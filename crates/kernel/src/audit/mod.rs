//! The audit chain's format, version 1. A record's digest covers everything but personal values
//! themselves: those it covers by salted commitments, so that erasing a person (value and salt)
//! leaves a chain that still verifies.

mod chain;
mod entry;

pub use chain::{Broken, GENESIS, Hash, Link, append, check};
pub use entry::{Draft, Entry, Personal, Record, Sealed};
