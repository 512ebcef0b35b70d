//! What may be changed of an item, and where it may go.

use kernel::{Result, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Check, Patch};

use super::{
    Date, ItemId, LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_ASSIGNEES, MOST_LABELS, Priority, Status,
};
use crate::boards::BoardId;
use crate::groups::GroupId;
use crate::labels::LabelId;

/// What is not there stays. Project, board and group change by moving alone.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ItemChange {
    /// One line, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub title: Option<String>,
    /// Markdown, at most 100,000 characters.
    #[schema(max_length = 100_000)]
    pub description: Option<String>,
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    /// All of them: labels of the project, at most 50.
    #[schema(max_items = 50)]
    pub labels: Option<Vec<LabelId>>,
    /// All of them: members, at most 50.
    #[schema(max_items = 50)]
    pub assignees: Option<Vec<UserId>>,
    /// Not after `due_on`.
    #[schema(value_type = Option<Date>)]
    pub start_on: Patch<Date>,
    #[schema(value_type = Option<Date>)]
    pub due_on: Patch<Date>,
    /// An item of the same project that is not below this one.
    #[schema(value_type = Option<ItemId>)]
    pub parent_id: Patch<ItemId>,
    pub archived: Option<bool>,
}

impl ItemChange {
    pub fn status(status: Status) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    pub fn archived(archived: bool) -> Self {
        Self { archived: Some(archived), ..Self::default() }
    }

    /// Whether it takes more than the right to change the status of anybody's item.
    pub(super) fn edits(&self) -> bool {
        self.title.is_some()
            || self.description.is_some()
            || self.priority.is_some()
            || self.labels.is_some()
            || self.assignees.is_some()
            || !self.start_on.is_keep()
            || !self.due_on.is_keep()
            || !self.parent_id.is_keep()
            || self.archived.is_some()
    }

    pub(super) fn check(&self) -> Result<()> {
        let (labels, assignees) = (self.labels.as_ref().map(Vec::len), self.assignees.as_ref().map(Vec::len));
        Check::new()
            .when(self.title.as_deref(), |check, title| check.line("/title", title, 1..=LONGEST_TITLE))
            .when(self.description.as_deref(), |check, text| {
                check.text("/description", text, 0..=LONGEST_DESCRIPTION)
            })
            .when(labels, |check, count| check.count("/labels", count, 0..=MOST_LABELS))
            .when(assignees, |check, count| check.count("/assignees", count, 0..=MOST_ASSIGNEES))
            .finish()
    }
}

/// Where an item goes: behind `after`, else before `before`, else to the end of the group; with a board
/// alone, of its first group; with neither, of the group that it is in.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ItemMove {
    pub board_id: Option<BoardId>,
    pub group_id: Option<GroupId>,
    /// An item of the group that it goes to.
    pub before: Option<ItemId>,
    /// An item of the group that it goes to.
    pub after: Option<ItemId>,
}
