//! An item as it is stored, and as the API shows it.

use kernel::{Error, Result, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use web::time::Utc;

use super::{Date, Ids, ItemId, LabelIds, Priority, Status, UserIds};
use crate::boards::BoardId;
use crate::checklists::Checklist;
use crate::groups::GroupId;
use crate::projects::ProjectId;

/// All of an item that is in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    pub id: ItemId,
    pub project_id: ProjectId,
    pub board_id: BoardId,
    pub group_id: GroupId,
    /// Of the project; with its key, `WEB-142`.
    pub number: i64,
    pub title: String,
    /// Markdown.
    pub description: String,
    pub status: Status,
    pub priority: Priority,
    pub start_on: Option<Date>,
    pub due_on: Option<Date>,
    pub parent_id: Option<ItemId>,
    /// Within the group; see [`crate::position`].
    pub position: String,
    pub labels: LabelIds,
    pub assignees: UserIds,
    pub checklist_count: i64,
    /// Entries of all checklists, and how many of them are done.
    pub entry_count: i64,
    pub done_count: i64,
    pub update_count: i64,
    pub link_count: i64,
    pub archived_at: Option<Timestamp>,
    pub version: i64,
    /// None where an import could not name them.
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ::store::FromRow for ItemRow {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        Self::read(&mut row.columns())
    }
}

impl ItemRow {
    /// Reads the columns of [`super::store::columns`].
    pub(crate) fn read(columns: &mut ::store::Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.take()?,
            project_id: columns.take()?,
            board_id: columns.take()?,
            group_id: columns.take()?,
            number: columns.take()?,
            title: columns.take()?,
            description: columns.take()?,
            status: columns.named(Status::from_name)?,
            priority: Priority::from_number(columns.take()?).ok_or_else(|| unknown("priority"))?,
            start_on: columns.take::<Option<String>>()?.map(Date::stored),
            due_on: columns.take::<Option<String>>()?.map(Date::stored),
            parent_id: columns.take()?,
            position: columns.take()?,
            labels: Ids::stored(columns.take()?),
            assignees: Ids::stored(columns.take()?),
            checklist_count: columns.take()?,
            entry_count: columns.take()?,
            done_count: columns.take()?,
            update_count: columns.take()?,
            link_count: columns.take()?,
            archived_at: columns.take()?,
            version: columns.take()?,
            created_by: columns.take()?,
            created_at: columns.take()?,
            updated_at: columns.take()?,
        })
    }
}

fn unknown(what: &str) -> Error {
    Error::internal(format!("a stored {what} is not one that the code knows"))
}

/// An item in JSON.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Item {
    pub id: ItemId,
    /// Of the project; with its key, `WEB-142`.
    pub number: i64,
    pub title: String,
    /// Markdown.
    pub description: String,
    pub status: Status,
    pub priority: Priority,
    pub labels: LabelIds,
    pub assignees: UserIds,
    pub due_on: Option<Date>,
    pub start_on: Option<Date>,
    pub checklists: Vec<Checklist>,
    pub parent_id: Option<ItemId>,
    pub group_id: GroupId,
    pub board_id: BoardId,
    pub archived: bool,
    pub version: i64,
    pub created_at: Utc,
    pub updated_at: Utc,
}

impl Item {
    pub fn new(row: ItemRow, checklists: Vec<Checklist>) -> Self {
        Self {
            id: row.id,
            number: row.number,
            title: row.title,
            description: row.description,
            status: row.status,
            priority: row.priority,
            labels: row.labels,
            assignees: row.assignees,
            due_on: row.due_on,
            start_on: row.start_on,
            checklists,
            parent_id: row.parent_id,
            group_id: row.group_id,
            board_id: row.board_id,
            archived: row.archived_at.is_some(),
            version: row.version,
            created_at: Utc(row.created_at),
            updated_at: Utc(row.updated_at),
        }
    }
}
