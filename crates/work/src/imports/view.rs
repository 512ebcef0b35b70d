//! An import as the API tells of it.

use kernel::{Result, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use web::time::Utc;

use super::ImportId;
use super::report::{Count, Fitted, LeftOut, Problem, Report};
use super::store::ImportRow;
use crate::boards::BoardId;
use crate::projects::ProjectId;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Import {
    pub id: ImportId,
    /// `trello`
    pub source: String,
    pub file_name: String,
    pub dry_run: bool,
    /// `queued` `running` `done` `failed`
    #[schema(pattern = "^(queued|running|done|failed)$")]
    pub status: String,
    /// What is being written: `board` `groups` `labels` `people` `cards` `comments` `activity`; null
    /// before and after.
    pub phase: Option<String>,
    /// Steps of `total`; 0 of 0 while the file is being checked.
    pub done: i64,
    pub total: i64,
    /// Things that were made (for a dry run: would be).
    pub created: i64,
    /// Things that were there already.
    pub skipped: i64,
    pub errors: Vec<Problem>,
    /// Null until the file was checked.
    pub report: Option<ImportReport>,
    pub project_id: Option<ProjectId>,
    pub board_id: Option<BoardId>,
    pub created_by: Option<UserId>,
    pub created_at: Utc,
    pub finished_at: Option<Utc>,
}

/// For each kind: in the file = created + skipped + left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportReport {
    /// The board's name in the file.
    pub board: String,
    pub counts: Vec<Count>,
    /// What stays behind, and why.
    pub left_out: Vec<LeftOut>,
    /// What was taken, but not as it was.
    pub fitted: Vec<Fitted>,
}

impl Import {
    pub(super) fn of(row: ImportRow) -> Result<Self> {
        let Report { board, counts, left_out, fitted, errors, .. } = Report::parse(&row.report)?;
        let report = board.map(|board| ImportReport { board, counts, left_out, fitted });
        Ok(Self {
            id: row.id,
            source: row.source,
            file_name: row.file_name,
            dry_run: row.dry_run,
            status: row.status,
            phase: Some(row.phase).filter(|phase| !phase.is_empty()),
            done: row.done,
            total: row.total,
            created: row.created,
            skipped: row.skipped,
            errors,
            report,
            project_id: row.project_id.map(ProjectId::from_uuid),
            board_id: row.board_id.map(BoardId::from_uuid),
            created_by: row.created_by,
            created_at: Utc(row.created_at),
            finished_at: row.finished_at.map(Utc),
        })
    }
}
