//! Imports as pages.

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::access::{Caller, Projects};
use kernel::{Result, UserId};
use serde_json::json;
use store::{TenantTx, params};
use web::page::{FormErrors, Page, Person, Time, initials, tag_of};
use web::words::EN;
use web::{Answer, App, Doc, Failure, Html, PathId, Permitted, Route, Routes, Signed, Visit, see_other};

use super::api::{ACCESS, BODY, newest, one, queue, run_checked};
use super::report::Report;
use super::store::ImportRow;
use super::upload::receive;
use super::{ImportId, Runner};
use crate::boards::BoardId;
use crate::page::form::sentence;
use crate::projects::{self, Archived};

store::statements! {
    tenant PLACEHOLDERS = "SELECT m.user_id, m.name FROM members m
        WHERE m.workspace_id = $1 AND m.status = 'placeholder' AND m.user_id IN
            (SELECT a.user_id FROM item_assignees a JOIN items i ON i.workspace_id = a.workspace_id AND i.id = a.item_id
             WHERE a.workspace_id = $1 AND i.board_id = $2)
        ORDER BY m.name, m.user_id LIMIT $3";
}

/// GET /import
#[derive(Template)]
#[template(path = "imports/new.html")]
struct ImportPage {
    page: Page,
    /// Projects that this person may import into.
    projects: Vec<Target>,
    recent: Vec<ImportLine>,
    errors: FormErrors,
}

struct Target {
    id: String,
    key: String,
    name: String,
}

struct ImportLine {
    url: String,
    file: String,
    state: ImportState,
    at: Time,
    created: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ImportState {
    Queued,
    Running,
    Done,
    Failed,
}

/// GET /import/{id}
#[derive(Template)]
#[template(path = "imports/show.html")]
struct ImportShow {
    page: Page,
    import: Import,
}

/// GET /import/{id} with `HX-Request: true`, asked again every 700 ms while it runs.
#[derive(Template)]
#[template(path = "imports/progress.html")]
struct ImportProgress {
    page: Page,
    import: Import,
}

struct Import {
    id: String,
    file: String,
    state: ImportState,
    dry_run: bool,
    done: i64,
    total: i64,
    /// What is being written now: `Cards` …
    phase: &'static str,
    /// When it failed: what and where (`cards[17].due: …`).
    error: Option<String>,
    /// It failed when some of it was written already, which stays.
    in_part: bool,
    report: Option<Shown>,
    /// The board that was made, or what there is of it.
    board_url: Option<String>,
}

struct Shown {
    /// Lists, cards, labels …: in the file, created, there already, left out.
    counts: Vec<ReportCount>,
    left_out: Vec<Left>,
    /// People in the file who are not members yet.
    placeholders: Vec<Person>,
}

struct ReportCount {
    what: String,
    in_file: u64,
    created: u64,
    skipped: u64,
    left_out: u64,
}

struct Left {
    place: &'static str,
    what: String,
    why: String,
}

pub(super) fn routes() -> Routes {
    let form = json!({"source": "trello", "file": "{}", "project_id": "", "dry_run": "true"});
    Routes::new()
        .with(
            Route::page_get("/import", ACCESS, new)
                .doc(Doc::new("Choose a file to import").answers_other(200, "text/html")),
        )
        .with(
            Route::page_post("/import", ACCESS, create)
                .body_limit(BODY)
                .doc(Doc::new("Import a file").upload(form).answers_empty(303)),
        )
        .with(
            Route::page_get("/import/{import}", ACCESS, show)
                .doc(Doc::new("See how an import gets on").answers_other(200, "text/html")),
        )
        .with(
            Route::page_post("/import/{import}/run", ACCESS, run)
                .doc(Doc::new("Import what was checked").form(json!({})).answers_empty(303).refuses(409)),
        )
}

async fn new(State(app): State<App>, Signed(caller): Signed, visit: Visit) -> Answer<Response> {
    Ok(Html(form(&app, &caller, &visit, FormErrors::default()).await?).into_response())
}

async fn form(app: &App, caller: &Caller, visit: &Visit, errors: FormErrors) -> Result<ImportPage> {
    let page = visit.page(app, EN.imports.title, "import").await?;
    let door = app.store.tenant(caller);
    let open = async |tx: &mut TenantTx| projects::page(tx, Archived::False, None, projects::MOST).await;
    let projects = door.read(open).await?.into_iter();
    let recent = newest(&app.store, caller, None, 20).await?;
    Ok(ImportPage {
        page,
        projects: projects.map(|p| Target { id: p.id.to_string(), key: p.key, name: p.name }).collect(),
        recent: recent.into_iter().map(ImportLine::of).collect(),
        errors,
    })
}

async fn create(
    State(app): State<App>,
    Extension(runner): Extension<Runner>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    visit: Visit,
    request: Request,
) -> Answer<Response> {
    let queued = match receive(request, &app, &runner, &caller).await {
        Ok(received) => {
            queue(&app.store, &runner, &caller, permit, received, None).await.map_err(Failure::from)
        }
        Err(refused) => Err(refused),
    };
    match queued {
        Ok(row) => Ok(see_other(&format!("/import/{}", row.id))),
        Err(refused) if !visit.htmx && form_can_say(refused.status()) => {
            let page = form(&app, &caller, &visit, errors(&refused)).await?;
            Ok((refused.status(), Html(page)).into_response())
        }
        Err(refused) => Err(refused),
    }
}

/// What is wrong with the form or its file is said beside it.
fn form_can_say(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::CONFLICT)
}

fn errors(refused: &Failure) -> FormErrors {
    const FIELDS: [&str; 4] = ["source", "file", "project_id", "dry_run"];
    let named = refused.errors().iter().filter_map(|error| {
        let name = FIELDS.into_iter().find(|name| error.pointer.trim_start_matches('/') == *name)?;
        Some((name, sentence(&error.detail)))
    });
    let mut fields: Vec<(&'static str, String)> = named.collect();
    if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
        fields.push(("file", refused.detail().to_owned()));
    }
    let summary = fields.is_empty().then(|| refused.detail().to_owned());
    FormErrors { summary, fields }
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(id): PathId<ImportId>,
    visit: Visit,
) -> Answer<Response> {
    let row = one(&app.store, &caller, id).await?;
    let title = row.file_name.clone();
    let placeholders = placeholders(&app, &caller, &row).await?;
    let import = Import::of(row, placeholders)?;
    if visit.htmx {
        return Ok(Html(ImportProgress { page: visit.fragment(&app), import }).into_response());
    }
    let page = visit.page(&app, title, "import").await?;
    Ok(Html(ImportShow { page, import }).into_response())
}

async fn run(
    State(app): State<App>,
    Extension(runner): Extension<Runner>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ImportId>,
) -> Answer<Response> {
    let row = run_checked(&app.store, &runner, &caller, permit, id).await?;
    Ok(see_other(&format!("/import/{}", row.id)))
}

/// Names shown at most.
const MOST_PEOPLE: i64 = 100;

/// Whom an import made placeholders for and nobody has invited since.
async fn placeholders(app: &App, caller: &Caller, row: &ImportRow) -> Result<Vec<Person>> {
    let door = app.store.tenant(caller);
    match (row.status.as_str(), row.dry_run, row.board_id) {
        ("done", true, _) => {
            let named = Report::parse(&row.report)?.people.into_iter().take(MOST_PEOPLE as usize);
            Ok(named.map(|name| person(name.clone(), name)).collect())
        }
        ("done", false, Some(board)) => {
            let rows: Vec<(UserId, String)> =
                door.all(&PLACEHOLDERS, params![door.workspace(), board, MOST_PEOPLE]).await?;
            Ok(rows.into_iter().map(|(id, name)| person(id.to_string(), name)).collect())
        }
        _ => Ok(Vec::new()),
    }
}

fn person(id: String, name: String) -> Person {
    Person { tag: tag_of(&id), initials: initials(&name), placeholder: true, id, name }
}

impl ImportState {
    fn of(status: &str) -> Self {
        match status {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            _ => Self::Failed,
        }
    }
}

impl ImportLine {
    fn of(row: ImportRow) -> Self {
        Self {
            url: format!("/import/{}", row.id),
            file: row.file_name,
            state: ImportState::of(&row.status),
            at: web::time::shown(row.created_at),
            created: row.created,
        }
    }
}

impl Import {
    fn of(row: ImportRow, placeholders: Vec<Person>) -> Result<Self> {
        let report = Report::parse(&row.report)?;
        let state = ImportState::of(&row.status);
        let in_part = state == ImportState::Failed && !row.dry_run && row.created > 0;
        let is_there = in_part || (state == ImportState::Done && !row.dry_run);
        let board = row.board_id.filter(|_| is_there).map(BoardId::from_uuid);
        Ok(Self {
            id: row.id.to_string(),
            file: row.file_name,
            state,
            dry_run: row.dry_run,
            done: row.done,
            total: row.total,
            phase: EN.imports.kind(&row.phase),
            error: report
                .errors
                .first()
                .map(|problem| problem.text())
                .filter(|_| state == ImportState::Failed),
            in_part,
            board_url: board.map(|board| format!("/boards/{board}")),
            report: (state == ImportState::Done).then(|| Shown::of(report, placeholders)),
        })
    }

    fn is_over(&self) -> bool {
        matches!(self.state, ImportState::Done | ImportState::Failed)
    }
}

impl Shown {
    fn of(report: Report, placeholders: Vec<Person>) -> Self {
        let counts = report.counts.into_iter().map(|count| ReportCount {
            what: EN.imports.kind(&count.kind).to_owned(),
            in_file: count.in_file,
            created: count.created,
            skipped: count.skipped,
            left_out: count.left_out,
        });
        let left_out = report.left_out.into_iter().map(|left| Left {
            place: section(&left.kind),
            what: format!("{} × {}", left.count, EN.imports.kind(&left.kind)),
            why: left.why,
        });
        Self { counts: counts.collect(), left_out: left_out.collect(), placeholders }
    }
}

/// Where in the file a kind stands.
fn section(kind: &str) -> &'static str {
    match kind {
        "comments" | "activity" => "actions",
        "checklists" => "checklists",
        "checklist_entries" | "entry_due_dates" | "entry_members" => "checklists[].checkItems",
        "attachments" => "cards[].attachments",
        "due_reminders" | "covers" | "stickers" | "votes" | "locations" | "custom_field_values" => "cards",
        "members" | "former_members" => "members",
        "board_roles" => "memberships",
        "board_background" => "prefs",
        "custom_fields" => "customFields",
        "power_ups" => "powerUps",
        "power_up_data" => "pluginData",
        _ => "",
    }
}
