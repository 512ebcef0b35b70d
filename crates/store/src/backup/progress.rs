//! What whoever saves or brings back is told meanwhile.

use serde::Serialize;

/// Looks on. Called from several threads.
pub trait Progress: Send + Sync + 'static {
    /// Another part of the work begins; so many bytes are to be done in it, where that is known.
    fn begin(&self, what: Phase, bytes: Option<u64>);
    /// So many more bytes are done.
    fn bytes(&self, bytes: u64);
    fn step(&self, step: &Step);
}

/// A part of the work that passes over all bytes of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Reading,
    Sealing,
    Checking,
    Restoring,
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// A scope (`instance`, or a workspace's id) is saved, checked or brought back; `bytes` as it lies sealed.
    Part { scope: String, rows: u64, bytes: u64 },
    /// A workspace that could not be saved.
    Failed { scope: String, why: String },
    /// A workspace of the backup that was erased since.
    Erased { scope: String },
}
