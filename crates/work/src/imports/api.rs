//! Imports as JSON.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use kernel::access::{Access, Area, Caller, Level, Permit, Projects};
use kernel::{Error, Result, Timestamp};
use serde_json::json;
use store::{Store, TenantTx, params};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{
    Answer, App, Doc, IdempotencyKey, Json, Listing, NoContent, Page, PathId, Permitted, Route, Routes,
    Signed,
};

use super::actions::{self, NewImport, Queued};
use super::store::{self as rows, ImportRow, LIST};
use super::upload::{Received, receive};
use super::view::Import;
use super::{ImportId, LARGEST_UPLOAD, Runner};

/// The fields beside the file, and the multipart lines around them.
pub(super) const BODY: usize = LARGEST_UPLOAD as usize + 64 * 1024;

/// Whoever may make projects may fill them.
pub(super) const ACCESS: Access = Access::Area(Area::Projects, Level::Full);

/// A multipart body.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the body; reading one takes the file in pieces")]
struct NewImportBody {
    /// `trello`
    #[schema(pattern = "^trello$")]
    source: String,
    /// What "Export as JSON" gives, at most 150 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Only says what would be imported; writes nothing.
    dry_run: Option<bool>,
    /// The project that the board goes into; a new one where none is named.
    project_id: Option<crate::projects::ProjectId>,
    /// IANA name of where due dates become days; UTC where none is named.
    time_zone: Option<String>,
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .with(
            Route::post("/imports", ACCESS, create).body_limit(BODY).doc(
                Doc::new("Import a file")
                    .about("The file is checked as a whole before anything is written. The same file again makes nothing twice.")
                    .multipart::<NewImportBody>(json!({"source": "trello", "file": EXAMPLE, "dry_run": true}))
                    .answers::<Import>(202)
                    .refuses(404)
                    .idempotent(),
            ),
        )
        .with(Route::get("/imports", ACCESS, list).doc(Doc::new("List imports, newest first").lists::<Import>()))
        .with(Route::get("/imports/{import}", ACCESS, find).doc(Doc::new("Get an import").answers::<Import>(200)))
        .with(
            Route::post("/imports/{import}/run", ACCESS, run)
                .doc(Doc::new("Import what a dry run found good").answers::<Import>(202).refuses(409)),
        )
        .with(
            Route::delete("/imports/{import}", ACCESS, cancel).doc(
                Doc::new("Call an import off")
                    .about("What it has written stays. Of a dry run that is over, the upload is dropped.")
                    .answers_empty(204)
                    .refuses(409),
            ),
        )
}

const EXAMPLE: &str = r#"{"id":"65f2a1b4c8d9e0f1a2b3c4d5","name":"Roadmap","lists":[],"cards":[],"actions":[],"labels":[],"members":[],"checklists":[]}"#;

async fn create(
    State(app): State<App>,
    Extension(runner): Extension<Runner>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    IdempotencyKey(key): IdempotencyKey,
    request: Request,
) -> Answer<Response> {
    let received = receive(request, &app, &runner, &caller).await?;
    let row = queue(&app.store, &runner, &caller, permit, received, key).await?;
    accepted(row)
}

/// Puts what was received into the line; the upload goes away if that fails. Goes on to its end when
/// the client does not wait for it.
pub(super) async fn queue(
    store: &Store,
    runner: &Runner,
    caller: &Caller,
    permit: Permit<Projects>,
    mut received: Received,
    key: Option<String>,
) -> Result<ImportRow> {
    let body_hash = received.digest();
    let key = key.map(|key| web::idempotency::Key { route: "POST /api/v1/imports".into(), key, body_hash });
    let unowned = received.spooled.unowned.take();
    let new = NewImport { received, key };
    let (door, runner) = (store.tenant(caller), runner.clone());
    let queueing = tokio::spawn(async move {
        let queued = door.write(async move |tx: &mut TenantTx| actions::queue(tx, permit, new).await).await;
        let Queued { row, is_new, dropped } = queued?;
        if is_new {
            unowned.keep();
            runner.submit(door.workspace(), row.id);
        }
        for upload in dropped {
            runner.spools().remove(door.workspace(), upload);
        }
        Ok(row)
    });
    queueing.await.map_err(Error::internal)?
}

fn accepted(row: ImportRow) -> Answer<Response> {
    let location = format!("/api/v1/imports/{}", row.id);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(Import::of(row)?)).into_response())
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    listing: Listing,
) -> Answer<Json<Page<Import>>> {
    let after: Option<(i64, Uuid)> = listing.after()?;
    let rows = newest(&app.store, &caller, after, listing.fetch()).await?;
    let page = listing.page(rows, |row| (row.created_at.micros(), row.id.uuid()))?;
    let data = page.data.into_iter().map(Import::of).collect::<Result<_>>()?;
    Ok(Json(Page { data, next_cursor: page.next_cursor }))
}

/// Imports before (`created_at`, `id`), newest first.
pub(super) async fn newest(
    store: &Store,
    caller: &Caller,
    before: Option<(i64, Uuid)>,
    limit: i64,
) -> Result<Vec<ImportRow>> {
    let (at, id) = before.unwrap_or((i64::MAX, Uuid::max()));
    let door = store.tenant(caller);
    door.all(&LIST, params![door.workspace(), Timestamp::from_micros(at), id, limit]).await
}

async fn find(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(id): PathId<ImportId>,
) -> Answer<Json<Import>> {
    Ok(Json(Import::of(one(&app.store, &caller, id).await?)?))
}

pub(super) async fn one(store: &Store, caller: &Caller, id: ImportId) -> Result<ImportRow> {
    store.tenant(caller).read(async move |tx: &mut TenantTx| rows::find(tx, id).await).await
}

async fn run(
    State(app): State<App>,
    Extension(runner): Extension<Runner>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ImportId>,
) -> Answer<Response> {
    accepted(run_checked(&app.store, &runner, &caller, permit, id).await?)
}

pub(super) async fn run_checked(
    store: &Store,
    runner: &Runner,
    caller: &Caller,
    permit: Permit<Projects>,
    id: ImportId,
) -> Result<ImportRow> {
    let (door, runner) = (store.tenant(caller), runner.clone());
    let running = tokio::spawn(async move {
        let row = door.write(async move |tx: &mut TenantTx| actions::run(tx, permit, id).await).await?;
        runner.submit(door.workspace(), row.id);
        Ok(row)
    });
    running.await.map_err(Error::internal)?
}

async fn cancel(
    State(app): State<App>,
    Extension(runner): Extension<Runner>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ImportId>,
) -> Answer<NoContent> {
    let door = app.store.tenant(&caller);
    let upload = door.write(async move |tx: &mut TenantTx| actions::cancel(tx, permit, id).await).await?;
    if let Some(upload) = upload {
        runner.spools().remove(caller.workspace(), upload);
    }
    Ok(NoContent)
}
