//! What lies in the trash of a board, deleted last first, until its 30 days are over.

use ::store::{FromRow, Row, TenantTx, params};
use kernel::{Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::time::Utc;

use super::store::{columns, text, undescribed};
use super::{ItemId, ItemRow};
use crate::boards::{ArchivePlace, BoardId};
use crate::groups::GroupId;

store::statements! {
    tenant TRASH = text!("SELECT ", undescribed!(), ", i.deleted_at FROM items i
        WHERE i.workspace_id = $1 AND i.board_id = $2 AND i.deleted_at IS NOT NULL
        AND (i.deleted_at, i.id) < ($3, $4) ORDER BY i.deleted_at DESC, i.id DESC LIMIT $5");
}

/// An item in the trash, without its description.
pub struct Deleted {
    pub item: ItemRow,
    pub at: Timestamp,
}

impl FromRow for Deleted {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self { item: ItemRow::read(&mut columns)?, at: columns.take()? })
    }
}

impl Deleted {
    /// A cursor's position.
    pub fn place(&self) -> ArchivePlace {
        ArchivePlace { at: self.at.micros(), id: self.item.id }
    }
}

/// A deleted item in JSON.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeletedItem {
    pub id: ItemId,
    /// Of the project; with its key, `WEB-142`.
    pub number: i64,
    pub title: String,
    pub group_id: GroupId,
    pub archived: bool,
    pub deleted_at: Utc,
}

impl From<Deleted> for DeletedItem {
    fn from(Deleted { item, at }: Deleted) -> Self {
        Self {
            id: item.id,
            number: item.number,
            title: item.title,
            group_id: item.group_id,
            archived: item.archived_at.is_some(),
            deleted_at: Utc(at),
        }
    }
}

/// A board's deleted items before a place. The board's existence is the caller's question.
pub async fn of_board(
    tx: &mut TenantTx,
    board: BoardId,
    before: Option<ArchivePlace>,
    limit: i64,
) -> Result<Vec<Deleted>> {
    let before = before.unwrap_or(ArchivePlace { at: i64::MAX, id: ItemId::from_uuid(Uuid::max()) });
    tx.all(&TRASH, params![tx.workspace(), board, before.at, before.id, limit]).await
}
