//! This slice's part of what surrounds every page: projects with their boards.

use kernel::Result;
use kernel::access::{Area, Caller, Level};
use store::{Store, params};
use web::page::{BoardLink, Page, ProjectLink};
use web::{BoxFuture, FillFrame};

use crate::boards::BoardId;
use crate::projects::{self, Archived, Project, ProjectId};

store::statements! {
    /// Names alone: the sidebar stands on every page.
    tenant BOARDS = "SELECT id, project_id, name FROM boards
        WHERE workspace_id = $1 AND archived_at IS NULL ORDER BY project_id, position, id LIMIT $2";
}

/// Boards that the sidebar shows; the rest is found in their projects.
const MOST: i64 = 1_000;

type Board = (BoardId, ProjectId, String);

/// Fills the sidebar's projects; after the slice that makes the frame.
pub struct WorkFrame;

impl FillFrame for WorkFrame {
    fn fill<'a>(
        &'a self,
        store: &'a Store,
        caller: &'a Caller,
        path: &'a str,
        page: &'a mut Page,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(fill(store, caller, path, page))
    }
}

async fn fill(store: &Store, caller: &Caller, path: &str, page: &mut Page) -> Result<()> {
    let Some(frame) = &mut page.frame else { return Ok(()) };
    frame.may_create_project = caller.may(Area::Projects, Level::Full);
    frame.may_import = caller.may(Area::Projects, Level::Full);
    if !caller.may(Area::Projects, Level::View) {
        return Ok(());
    }
    let door = store.tenant(caller);
    let (projects, boards) = door
        .read(async |tx| {
            let projects = projects::page(tx, Archived::False, None, projects::MOST).await?;
            let boards: Vec<Board> = tx.all(&BOARDS, params![tx.workspace(), MOST]).await?;
            Ok((projects, boards))
        })
        .await?;
    frame.projects = projects.iter().map(|project| link(project, &boards, path)).collect();
    Ok(())
}

/// Marks the board that an item's page belongs to.
pub(crate) fn mark(page: &mut Page, board_url: &str) {
    let projects = page.frame.iter_mut().flat_map(|frame| &mut frame.projects);
    for board in projects.flat_map(|project| &mut project.boards) {
        board.current = board.url == board_url;
    }
}

fn link(project: &Project, boards: &[Board], path: &str) -> ProjectLink {
    let url = format!("/projects/{}", project.id);
    let of_project = boards.iter().filter(|(_, of, _)| *of == project.id);
    let boards = of_project
        .map(|(id, _, name)| {
            let url = format!("/boards/{id}");
            BoardLink { current: is_under(path, &url), url, name: name.clone() }
        })
        .collect();
    ProjectLink {
        current: is_under(path, &url),
        url,
        key: project.key.clone(),
        name: project.name.clone(),
        boards,
    }
}

/// Whether `path` is `url`, or a page below it.
fn is_under(path: &str, url: &str) -> bool {
    path.strip_prefix(url).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}
