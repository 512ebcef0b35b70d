//! What whoever runs a move is told of it.

use kernel::WorkspaceId;
use serde::Serialize;

/// Looks on. Called from several threads.
pub trait Watch: Send + Sync + 'static {
    /// Another part of the work begins; so many rows are to be read in it, where that is known.
    fn phase(&self, phase: Phase, rows: Option<u64>);
    /// So many more rows are done.
    fn rows(&self, rows: u64);
    fn step(&self, step: &Step);
}

/// A part of the work that passes over all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Checking,
    Moving,
    Verifying,
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Both sides were looked at, and nothing stands in the way.
    Checked {
        workspaces: usize,
        rows: u64,
        bytes: u64,
        /// The target has no schema yet, or an older one.
        migrates: bool,
        /// An earlier move is gone on with.
        resumes: bool,
    },
    Workspace {
        id: WorkspaceId,
        rows: u64,
        sha256: String,
        state: State,
    },
    /// Accounts, sessions, the index of workspaces, the instance's own audit chain.
    Instance {
        rows: u64,
        sha256: String,
        state: State,
    },
    /// Everything was read from the target once more and is equal to the source.
    Verified {
        rows: u64,
    },
}

/// What became of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Moved,
    /// By an earlier move, and equal.
    ThereAlready,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// False for a dry run.
    pub moved: bool,
    pub workspaces: usize,
    pub rows: u64,
    pub bytes: u64,
    pub seconds: f64,
    /// Of the instance's digest and those of all workspaces, in the order of their ids.
    pub sha256: String,
}
