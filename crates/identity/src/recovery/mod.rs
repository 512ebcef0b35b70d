//! The way back in for somebody who lost their password: a link that the operator makes at the
//! command line, good once and for half an hour.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod page;

use std::time::Duration;

pub(crate) const LIFE: Duration = Duration::from_secs(30 * 60);
