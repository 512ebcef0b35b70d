//! Groups of a board: the columns of its kanban, the sections of its table.

pub mod actions;
mod api;
pub(crate) mod page;
pub(crate) mod store;

use ::store::{TenantTx, params};
use kernel::{Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Check, Patch};

pub use api::routes;

use self::store::{COUNTS, FIND, FIRST, PAGE};
use crate::boards::BoardId;
use crate::position;
use crate::projects::Archived;

kernel::id!(pub GroupId, GroupKind, "grp");

/// Groups of a board.
pub const MOST: i64 = 100;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Group {
    pub id: GroupId,
    pub board_id: BoardId,
    pub name: String,
    /// Palette class, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub color: Option<i64>,
    /// More items than this are shown as too many; none are refused.
    #[schema(minimum = 1, maximum = 10_000)]
    pub wip_limit: Option<i64>,
    pub archived: bool,
    pub version: i64,
    /// Among the groups of its board.
    #[serde(skip)]
    pub position: String,
}

impl ::store::FromRow for Group {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self {
            id: columns.take()?,
            board_id: columns.take()?,
            name: columns.take()?,
            color: columns.take()?,
            wip_limit: columns.take()?,
            archived: columns.take::<Option<Timestamp>>()?.is_some(),
            version: columns.take()?,
            position: columns.take()?,
        })
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Palette class, 1 to 10.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10)]
    pub color: Option<i64>,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10_000)]
    pub wip_limit: Option<i64>,
}

impl NewGroup {
    fn check(&self) -> Result<()> {
        let check = Check::new().line("/name", &self.name, 1..=100);
        numbers(check, self.color, self.wip_limit).finish()
    }
}

/// What a change of a group may touch; what is not there stays. A group stays on its board.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupChange {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10)]
    pub color: Patch<i64>,
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    pub wip_limit: Patch<i64>,
    pub archived: Option<bool>,
}

impl GroupChange {
    fn check(&self) -> Result<()> {
        let check = Check::new().when(self.name.as_deref(), |check, name| check.line("/name", name, 1..=100));
        numbers(check, self.color.set(), self.wip_limit.set()).finish()
    }
}

fn numbers(check: Check, color: Option<i64>, wip_limit: Option<i64>) -> Check {
    check
        .ensure("/color", color.is_none_or(|color| (1..=10).contains(&color)), "must be from 1 to 10")
        .ensure(
            "/wip_limit",
            wip_limit.is_none_or(|limit| (1..=10_000).contains(&limit)),
            "must be from 1 to 10000",
        )
}

/// Where a group goes on its board: behind one, before one, or to the end.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupMove {
    pub before: Option<GroupId>,
    pub after: Option<GroupId>,
}

/// A group of this board; another board's is as missing as any.
pub async fn find(tx: &mut TenantTx, board: BoardId, id: GroupId) -> Result<Group> {
    tx.one(&FIND, params![tx.workspace(), board, id]).await
}

/// A board's groups behind (`position`, id), in their order. The board's existence is the caller's question.
pub async fn page(
    tx: &mut TenantTx,
    board: BoardId,
    archived: Archived,
    after: Option<&(String, GroupId)>,
    limit: i64,
) -> Result<Vec<Group>> {
    let (open, closed) = archived.shows();
    let (place, id) =
        after.map_or((position::FIRST, GroupId::from_uuid(Uuid::nil())), |(place, id)| (place.as_str(), *id));
    tx.all(&PAGE, params![tx.workspace(), board, place, id, limit, open, closed]).await
}

/// All of a board's groups that are not archived.
pub async fn of_board(tx: &mut TenantTx, board: BoardId) -> Result<Vec<Group>> {
    page(tx, board, Archived::False, None, MOST).await
}

/// The first group that is not archived.
pub(crate) async fn first(tx: &mut TenantTx, board: BoardId) -> Result<Option<GroupId>> {
    let row: Option<(GroupId,)> = tx.first(&FIRST, params![tx.workspace(), board]).await?;
    Ok(row.map(|(id,)| id))
}

/// How many items, without archived ones, each of a board's groups has.
pub async fn counts(tx: &mut TenantTx, board: BoardId) -> Result<Vec<(GroupId, i64)>> {
    tx.all(&COUNTS, params![tx.workspace(), board, MOST]).await
}
