//! Where in the file everything stands that will be written, in the order of writing.

use super::ident::SourceId;

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub offset: u64,
    pub length: u32,
    /// Its place in its section of the file.
    pub index: u32,
}

/// A card, in the order of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct CardAt {
    pub span: Span,
    pub rank: u32,
    pub created: i64,
    pub creator: Option<SourceId>,
}

/// A checklist; sorted by card, then by place on the card.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChecklistAt {
    pub span: Span,
    pub card: u32,
    pub pos: f64,
}

/// A comment or activity; sorted by time, oldest first.
#[derive(Debug, Clone, Copy)]
pub(super) struct ActionAt {
    pub span: Span,
    pub at: i64,
}

/// Sorts by time. Trello writes the newest first, so of two at one instant the later one in the
/// file is the older.
pub(super) fn oldest_first(actions: &mut [ActionAt]) {
    actions.sort_unstable_by_key(|action| (action.at, std::cmp::Reverse(action.span.index)));
}
