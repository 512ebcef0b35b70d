//! Boards: one way to look at a part of a project's work.

pub mod actions;
mod api;
pub(crate) mod page;
pub(crate) mod store;

use ::store::{TenantTx, params};
use kernel::{Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Check;
use web::time::Utc;

pub use api::routes;

use self::store::{FIND, OVERVIEW, PAGE};
use crate::items::ItemId;
use crate::position;
use crate::projects::{Archived, ProjectId};

kernel::id!(pub BoardId, BoardKind, "brd");

/// Boards of a project.
pub const MOST: i64 = 200;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Board {
    pub id: BoardId,
    pub project_id: ProjectId,
    pub name: String,
    pub archived: bool,
    pub version: i64,
    pub created_at: Utc,
    pub updated_at: Utc,
    /// Among the boards of its project.
    #[serde(skip)]
    pub position: String,
}

impl ::store::FromRow for Board {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self {
            id: columns.take()?,
            project_id: columns.take()?,
            name: columns.take()?,
            archived: columns.take::<Option<Timestamp>>()?.is_some(),
            version: columns.take()?,
            created_at: Utc(columns.take()?),
            updated_at: Utc(columns.take()?),
            position: columns.take()?,
        })
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBoard {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
}

/// What a change of a board may touch; what is not there stays. A board stays in its project.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BoardChange {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    pub archived: Option<bool>,
}

impl BoardChange {
    fn check(&self) -> Result<()> {
        Check::new().when(self.name.as_deref(), |check, name| check.line("/name", name, 1..=100)).finish()
    }
}

pub async fn find(tx: &mut TenantTx, id: BoardId) -> Result<Board> {
    tx.one(&FIND, params![tx.workspace(), id]).await
}

/// A project's boards behind (`position`, id), in their order. The project's existence is the caller's
/// question.
pub async fn page(
    tx: &mut TenantTx,
    project: ProjectId,
    archived: Archived,
    after: Option<&(String, BoardId)>,
    limit: i64,
) -> Result<Vec<Board>> {
    let (open, closed) = archived.shows();
    let (place, id) =
        after.map_or((position::FIRST, BoardId::from_uuid(Uuid::nil())), |(place, id)| (place.as_str(), *id));
    tx.all(&PAGE, params![tx.workspace(), project, place, id, limit, open, closed]).await
}

/// A board in the list of all projects' boards.
#[derive(Debug, Clone)]
pub struct Overview {
    pub id: BoardId,
    pub project_id: ProjectId,
    pub name: String,
    /// Items on it, without archived ones.
    pub items: i64,
    /// Of those, to do or being done.
    pub open: i64,
    /// When an item last changed; none without items.
    pub changed_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

::store::row!(Overview { id, project_id, name, items, open, changed_at, created_at });

/// All boards that are not archived (of one project, or of all that are not archived), by project
/// and position, with their counts; at most 1,000.
pub async fn overview(tx: &mut TenantTx, project: Option<ProjectId>) -> Result<Vec<Overview>> {
    tx.all(&OVERVIEW, params![tx.workspace(), project, 1_000_i64]).await
}

/// An item in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivePlace {
    pub at: i64,
    pub id: ItemId,
}
