use ::store::TenantTx;
use axum::extract::State;
use kernel::access::{Access, Area, Level, Projects};
use serde_json::json;
use web::{
    Answer, App, Body, Created, Doc, IfMatch, Json, Keyed, Listing, NoContent, Page, Params, PathId,
    Permitted, Route, Routes, Signed, Tagged,
};

use super::{Board, BoardChange, BoardId, NewBoard, actions};
use crate::projects::api::Shown;
use crate::projects::{self, ProjectId};

const VIEW: Access = Access::Area(Area::Projects, Level::View);
const FULL: Access = Access::Area(Area::Projects, Level::Full);

pub fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/projects/{project}/boards", VIEW, list)
                .doc(Doc::new("List a project's boards").tag("boards").query::<Shown>().lists::<Board>()),
        )
        .with(
            Route::post("/projects/{project}/boards", FULL, create).doc(
                Doc::new("Make a board")
                    .tag("boards")
                    .body::<NewBoard>(json!({"name": "Launch"}))
                    .answers::<Board>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::get("/boards/{board}", VIEW, show)
                .doc(Doc::new("Show a board").answers::<Board>(200).versioned()),
        )
        .with(
            Route::patch("/boards/{board}", FULL, change).doc(
                Doc::new("Change or archive a board")
                    .body::<BoardChange>(json!({"name": "Launch in May"}))
                    .answers::<Board>(200)
                    .versioned(),
            ),
        )
        .with(
            Route::delete("/boards/{board}", FULL, delete).doc(
                Doc::new("Delete a board for good")
                    .about("With its groups, items and their history; there is no trash for boards.")
                    .answers_empty(204)
                    .versioned(),
            ),
        )
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(project): PathId<ProjectId>,
    Params(shown): Params<Shown>,
    listing: Listing,
) -> Answer<Json<Page<Board>>> {
    let after: Option<(String, BoardId)> = listing.after()?;
    let fetch = listing.fetch();
    let read = async |tx: &mut TenantTx| {
        projects::find(tx, project).await?;
        super::page(tx, project, shown.archived, after.as_ref(), fetch).await
    };
    let rows = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.page(rows, |board| (board.position.clone(), board.id))?))
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(project): PathId<ProjectId>,
    Keyed(Body(new), key): Keyed<Body<NewBoard>>,
) -> Answer<Tagged<Created<Board>>> {
    let write = async move |tx: &mut TenantTx| actions::create(tx, permit, project, new, key).await;
    let board = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(board.version, Created { location: format!("/api/v1/boards/{}", board.id), body: board }))
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(id): PathId<BoardId>,
) -> Answer<Tagged<Json<Board>>> {
    let board = app.store.tenant(&caller).read(async |tx: &mut TenantTx| super::find(tx, id).await).await?;
    Ok(Tagged(board.version, Json(board)))
}

async fn change(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<BoardId>,
    IfMatch(seen): IfMatch,
    Body(change): Body<BoardChange>,
) -> Answer<Tagged<Json<Board>>> {
    let write = async move |tx: &mut TenantTx| actions::change(tx, permit, id, change, seen).await;
    let board = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(board.version, Json(board)))
}

async fn delete(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<BoardId>,
    IfMatch(seen): IfMatch,
) -> Answer<NoContent> {
    app.store
        .tenant(&caller)
        .write(async move |tx: &mut TenantTx| actions::delete(tx, permit, id, seen).await)
        .await?;
    Ok(NoContent)
}
