//! What happened, for those who look on: pages, automations, other trackers. Events leave only
//! after the change they tell of is durable.

use serde_json::Value;

use crate::{Timestamp, UserId, WorkspaceId};

/// One thing that happened in a workspace.
#[derive(Debug, Clone)]
pub struct Event {
    pub workspace: WorkspaceId,
    pub at: Timestamp,
    /// Who did it; none for the system.
    pub actor: Option<UserId>,
    /// `item.updated`: the noun, a dot, what became of it.
    pub kind: &'static str,
    /// The prefixed id of what changed.
    pub resource: String,
    /// What a listener needs to decide whether and what to show (board, version); ids, no texts.
    pub about: Value,
}
