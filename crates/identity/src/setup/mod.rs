//! The first run: a server without users gives one link, which makes the first superadmin.

pub(crate) mod actions;
pub(crate) mod page;

use std::time::Duration;

/// A server that nobody claims in this time prints a new link when it is started again.
pub(crate) const LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);
