//! The board, and the project for it.

use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use store::{TenantTx, params};
use uuid::Uuid;

use super::refs::{self, Noun};
use super::{Desk, Standing, key};
use crate::boards::{self, BoardId};
use crate::imports::report::Fitted;
use crate::imports::trello::Kind;
use crate::position;
use crate::projects::{self, ProjectId, actions::take_numbers};

store::statements! {
    tenant PROJECT_OF = "SELECT project_id FROM boards WHERE workspace_id = $1 AND id = $2";
    tenant PROJECT_EXISTS = "SELECT id FROM projects WHERE workspace_id = $1 AND id = $2";
    tenant BOARDS = "SELECT count(*) FROM boards WHERE workspace_id = $1 AND project_id = $2";
    tenant PROJECTS = "SELECT count(*) FROM projects WHERE workspace_id = $1";
    tenant KEY_TAKEN = "SELECT id FROM projects WHERE workspace_id = $1 AND key = $2";
    tenant LAST_BOARD = "SELECT position FROM boards WHERE workspace_id = $1 AND project_id = $2
        ORDER BY position DESC, id LIMIT $3";
    tenant INSERT_PROJECT = "INSERT INTO projects
        (workspace_id, id, key, name, description, next_number, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, 1, 1, $6, $7, $7)";
    tenant INSERT_BOARD = "INSERT INTO boards
        (workspace_id, id, project_id, name, position, archived_at, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $8)";
}

/// Finds the board of an earlier import, or makes it.
pub(super) async fn write(tx: &mut TenantTx, desk: &Desk, now: &mut Standing) -> Result<()> {
    let workspace = tx.workspace();
    let source = desk.checked.board();
    let name = source.id.to_string();
    if let Some(board) = refs::one(tx, Noun::Board, &name).await? {
        let there: Option<(Uuid,)> = tx.first(&PROJECT_OF, params![workspace, board]).await?;
        if let Some((project,)) = there {
            (now.project, now.board) = (Some(project), Some(board));
            now.report.skipped(Kind::Board, 1);
            return Ok(());
        }
        if desk.writes {
            refs::forget_board(tx, source.id).await?;
        }
    }
    now.report.created(Kind::Board, 1);
    now.report.course.fresh = true;
    if let Some(project) = now.project {
        let there: Option<(Uuid,)> = tx.first(&PROJECT_EXISTS, params![workspace, project]).await?;
        there.ok_or_else(|| {
            Error::conflict("project_gone", "The project to import into does not exist any more.")
        })?;
        if !source.description.is_empty() {
            now.report.fitted.push(Fitted {
                kind: "board".into(),
                count: 1,
                how: "description_left".into(),
                why: "boards have no description here, and its project has one of its own".into(),
            });
        }
    }
    if desk.writes { make(tx, desk, now).await } else { Ok(()) }
}

async fn make(tx: &mut TenantTx, desk: &Desk, now: &mut Standing) -> Result<()> {
    let (workspace, user, at) = (tx.workspace(), tx.user(), tx.now());
    let source = desk.checked.board();
    let project = match now.project {
        Some(project) => project,
        None => make_project(tx, desk).await?,
    };
    let (boards,): (i64,) = tx.one(&BOARDS, params![workspace, project]).await?;
    if boards >= boards::MOST {
        return Err(Error::conflict("too_many_boards", "The project has as many boards as a project takes."));
    }
    let last: Option<(String,)> = tx.first(&LAST_BOARD, params![workspace, project, 1_i64]).await?;
    let position = position::after(last.as_ref().map(|(last,)| last.as_str()))?;
    let board: BoardId = tx.new_id();
    let archived = source.closed.then_some(at);
    tx.exec(&INSERT_BOARD, params![workspace, board, project, &source.name, &position, archived, user, at])
        .await?;
    let name = source.id.to_string();
    tx.exec(&refs::KEEP, params![workspace, refs::SOURCE, Noun::Board.name(), &name, board]).await?;
    // All numbers at once, so that items are numbered as the cards were, whatever their place in the file.
    let cards = i64::try_from(desk.checked.card_count()).map_err(Error::internal)?;
    now.report.course.first_number = take_numbers(tx, ProjectId::from_uuid(project), cards).await?;
    (now.project, now.board) = (Some(project), Some(board.uuid()));
    let details = json!({"project": ProjectId::from_uuid(project), "import": desk.import});
    tx.audit(Entry::new("board.created", board).details(details).personal("name", &source.name, None));
    tx.event("board.created", board, json!({"project": ProjectId::from_uuid(project)}));
    Ok(())
}

async fn make_project(tx: &mut TenantTx, desk: &Desk) -> Result<Uuid> {
    let (workspace, user, at) = (tx.workspace(), tx.user(), tx.now());
    let source = desk.checked.board();
    let (projects,): (i64,) = tx.one(&PROJECTS, params![workspace]).await?;
    if projects >= projects::MOST {
        return Err(Error::conflict(
            "too_many_projects",
            "This workspace has as many projects as a workspace takes.",
        ));
    }
    let mut key = String::new();
    for wanted in key::keys(&source.name) {
        let taken: Option<(Uuid,)> = tx.first(&KEY_TAKEN, params![workspace, &wanted]).await?;
        if taken.is_none() {
            key = wanted;
            break;
        }
    }
    let project: ProjectId = tx.new_id();
    tx.exec(&INSERT_PROJECT, params![workspace, project, &key, &source.name, &source.description, user, at])
        .await?;
    let details = json!({"key": &key, "import": desk.import});
    tx.audit(Entry::new("project.created", project).details(details).personal("name", &source.name, None));
    tx.event("project.created", project, json!({}));
    Ok(project.uuid())
}
