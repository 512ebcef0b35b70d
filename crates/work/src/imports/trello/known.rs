//! What references of an export may lead to.

use std::collections::{HashMap, HashSet};

use super::ident::SourceId;

/// Compact: 12 bytes an id, so that 200,000 cards take a few megabytes.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// To the place among the groups.
    pub groups: HashMap<SourceId, u32>,
    pub labels: HashSet<SourceId>,
    /// To the place among the cards of the file.
    pub cards: HashMap<SourceId, u32>,
}
