//! The list of projects, and one project with its boards.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::{Access, Area, Level, Projects};
use kernel::{Result, Timestamp};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::page::{FormErrors, Page, Time};
use web::{
    Answer, App, Doc, FormBody, Html, Keyed, PathId, Permitted, Route, Routes, Signed, Visit, see_other,
};

use super::{Archived, MOST, NewProject, Project, ProjectId, actions, find, page};
use crate::boards::{self, NewBoard, Overview};
use crate::page::due::Today;
use crate::page::form::{again, wrong};

const SEE: Access = Access::Area(Area::Projects, Level::View);
const MAKE: Access = Access::Area(Area::Projects, Level::Full);

pub fn pages() -> Routes {
    Routes::new()
        .with(Route::page_get("/projects", SEE, index).doc(Doc::new("Show the projects")))
        .with(
            Route::page_post("/projects", MAKE, create).doc(
                Doc::new("Create a project")
                    .form(json!({"name": "Website", "key": "WEB", "description": ""}))
                    .answers_empty(303),
            ),
        )
        .with(Route::page_get("/projects/{id}", SEE, show).doc(Doc::new("Show a project")))
        .with(
            Route::page_post("/projects/{id}/boards", MAKE, create_board)
                .doc(Doc::new("Create a board").form(json!({"name": "Launch"})).answers_empty(303)),
        )
}

/// GET /projects
#[derive(Template)]
#[template(path = "projects/index.html")]
struct ProjectsPage {
    page: Page,
    projects: Vec<ProjectRow>,
    may_create: bool,
    may_import: bool,
    form: ProjectForm,
}

/// POST /projects (name, key, description) -> 303 to the project, or 422 with the page again.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ProjectForm {
    name: String,
    key: String,
    description: String,
    #[serde(skip)]
    errors: FormErrors,
}

struct ProjectRow {
    key: String,
    name: String,
    url: String,
    description: String,
    boards: Vec<BoardRow>,
    open_items: i64,
    updated_at: Time,
}

struct BoardRow {
    name: String,
    url: String,
    items: i64,
    updated_at: Time,
}

/// GET /projects/{id}
#[derive(Template)]
#[template(path = "projects/show.html")]
struct ProjectPage {
    page: Page,
    project: ProjectRow,
    may_create_board: bool,
    form: BoardForm,
}

/// POST /projects/{id}/boards (name) -> 303 to the board, or 422 with the page again.
#[derive(Default, Deserialize)]
#[serde(default)]
struct BoardForm {
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

async fn index(State(app): State<App>, visit: Visit, caller: Signed) -> Answer<Response> {
    Ok(list(&app, &visit, &caller, ProjectForm::default()).await?.into_response())
}

async fn list(
    app: &App,
    visit: &Visit,
    Signed(caller): &Signed,
    form: ProjectForm,
) -> Result<Html<ProjectsPage>> {
    let page = visit.page(app, web::words::EN.projects.title, "projects").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    let (projects, boards) = app
        .store
        .tenant(caller)
        .read(async |tx| {
            Ok((self::page(tx, Archived::False, None, MOST).await?, boards::overview(tx, None).await?))
        })
        .await?;
    let may_create = caller.may(Area::Projects, Level::Full);
    Ok(Html(ProjectsPage {
        page,
        projects: projects.iter().map(|project| row(project, &boards, &today)).collect(),
        may_create,
        may_import: may_create,
        form,
    }))
}

async fn create(
    State(app): State<App>,
    visit: Visit,
    caller: Signed,
    Permitted(permit): Permitted<Projects>,
    Keyed(FormBody(form), key): Keyed<FormBody<ProjectForm>>,
) -> Answer<Response> {
    let new = NewProject {
        name: form.name.clone(),
        key: form.key.trim().to_ascii_uppercase(),
        description: form.description.clone(),
        lead_id: None,
    };
    let door = app.store.tenant(&caller.0);
    match door.write(async move |tx: &mut TenantTx| actions::create(tx, permit, new, key).await).await {
        Ok(project) => Ok(see_other(&url(project.id))),
        Err(error) => {
            let errors = wrong(error, &["name", "key", "description"], &visit)?;
            Ok(again(list(&app, &visit, &caller, ProjectForm { errors, ..form }).await?))
        }
    }
}

async fn show(
    State(app): State<App>,
    visit: Visit,
    caller: Signed,
    PathId(id): PathId<ProjectId>,
) -> Answer<Response> {
    Ok(one(&app, &visit, &caller, id, BoardForm::default()).await?.into_response())
}

async fn one(
    app: &App,
    visit: &Visit,
    Signed(caller): &Signed,
    id: ProjectId,
    form: BoardForm,
) -> Result<Html<ProjectPage>> {
    let (project, boards) = app
        .store
        .tenant(caller)
        .read(async move |tx| Ok((find(tx, id).await?, boards::overview(tx, Some(id)).await?)))
        .await?;
    let page = visit.page(app, &project.name, "").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    Ok(Html(ProjectPage {
        page,
        may_create_board: caller.may(Area::Projects, Level::Full) && !project.archived,
        project: row(&project, &boards, &today),
        form,
    }))
}

async fn create_board(
    State(app): State<App>,
    visit: Visit,
    caller: Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ProjectId>,
    Keyed(FormBody(form), key): Keyed<FormBody<BoardForm>>,
) -> Answer<Response> {
    let new = NewBoard { name: form.name.clone() };
    let door = app.store.tenant(&caller.0);
    match door
        .write(async move |tx: &mut TenantTx| boards::actions::create(tx, permit, id, new, key).await)
        .await
    {
        Ok(board) => Ok(see_other(&format!("/boards/{}", board.id))),
        Err(error) => {
            let errors = wrong(error, &["name"], &visit)?;
            Ok(again(one(&app, &visit, &caller, id, BoardForm { errors, ..form }).await?))
        }
    }
}

pub(crate) fn url(id: ProjectId) -> String {
    format!("/projects/{id}")
}

fn row(project: &Project, boards: &[Overview], today: &Today) -> ProjectRow {
    let own = || boards.iter().filter(|board| board.project_id == project.id);
    let changed = own().filter_map(|board| board.changed_at).max();
    ProjectRow {
        key: project.key.clone(),
        name: project.name.clone(),
        url: url(project.id),
        description: project.description.clone(),
        boards: own().map(|board| board_row(board, today)).collect(),
        open_items: own().map(|board| board.open).sum(),
        updated_at: today.time(Timestamp::max(project.updated_at.0, changed.unwrap_or_default())),
    }
}

fn board_row(board: &Overview, today: &Today) -> BoardRow {
    BoardRow {
        name: board.name.clone(),
        url: format!("/boards/{}", board.id),
        items: board.items,
        updated_at: today.time(board.changed_at.unwrap_or(board.created_at)),
    }
}
