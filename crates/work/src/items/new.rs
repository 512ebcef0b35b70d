//! What a new item is made of.

use kernel::{Result, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::Check;

use super::{
    Date, ItemId, LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_ASSIGNEES, MOST_LABELS, Priority, Status,
};
use crate::groups::GroupId;
use crate::labels::LabelId;

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// One line, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// A group of the board; its first one where none is given.
    #[serde(default)]
    pub group_id: Option<GroupId>,
    /// Markdown, at most 100,000 characters.
    #[serde(default)]
    #[schema(max_length = 100_000)]
    pub description: String,
    #[serde(default)]
    pub status: Status,
    #[serde(default)]
    pub priority: Priority,
    /// Labels of the project, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub labels: Vec<LabelId>,
    /// Members, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub assignees: Vec<UserId>,
    /// Not after `due_on`.
    #[serde(default)]
    pub start_on: Option<Date>,
    #[serde(default)]
    pub due_on: Option<Date>,
    /// An item of the same project.
    #[serde(default)]
    pub parent_id: Option<ItemId>,
}

impl NewItem {
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    pub(super) fn check(&self) -> Result<()> {
        Check::new()
            .line("/title", &self.title, 1..=LONGEST_TITLE)
            .text("/description", &self.description, 0..=LONGEST_DESCRIPTION)
            .count("/labels", self.labels.len(), 0..=MOST_LABELS)
            .count("/assignees", self.assignees.len(), 0..=MOST_ASSIGNEES)
            .ensure("/due_on", in_order(self.start_on.as_ref(), self.due_on.as_ref()), OUT_OF_ORDER)
            .finish()
    }
}

pub(super) const OUT_OF_ORDER: &str = "must not be before start_on";

pub(super) fn in_order(start_on: Option<&Date>, due_on: Option<&Date>) -> bool {
    start_on.zip(due_on).is_none_or(|(start_on, due_on)| start_on <= due_on)
}
