//! Who looks on while a backup is made or checked, where nobody has a terminal for it.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use store::backup::{Phase, Progress, Step};

/// Nobody: the log says how it ended.
pub struct Nobody;

impl Progress for Nobody {
    fn begin(&self, _what: Phase, _bytes: Option<u64>) {}
    fn bytes(&self, _bytes: u64) {}
    fn step(&self, _step: &Step) {}
}

/// Keeps the steps for the end, one for each workspace.
#[derive(Default)]
pub struct Kept(Mutex<Vec<Value>>);

impl Kept {
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for Kept {
    fn begin(&self, _what: Phase, _bytes: Option<u64>) {}

    fn bytes(&self, _bytes: u64) {}

    fn step(&self, step: &Step) {
        let step = serde_json::to_value(step).unwrap_or_default();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }
}
