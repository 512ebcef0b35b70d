use ::store::TenantTx;
use axum::extract::State;
use kernel::access::{Access, Area, Level, Projects};
use serde_json::json;
use web::{
    Answer, App, Body, Created, Doc, IfMatch, Json, Keyed, Listing, NoContent, Page, Params, PathId, PathIds,
    Permitted, Route, Routes, Signed, Tagged,
};

use super::{Group, GroupChange, GroupId, GroupMove, NewGroup, actions};
use crate::boards::{self, BoardId};
use crate::projects::api::Shown;

const VIEW: Access = Access::Area(Area::Projects, Level::View);
const FULL: Access = Access::Area(Area::Projects, Level::Full);

pub fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/boards/{board}/groups", VIEW, list)
                .doc(Doc::new("List a board's groups").tag("groups").query::<Shown>().lists::<Group>()),
        )
        .with(
            Route::post("/boards/{board}/groups", FULL, create).doc(
                Doc::new("Make a group")
                    .tag("groups")
                    .body::<NewGroup>(json!({"name": "Doing", "wip_limit": 3}))
                    .answers::<Group>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::get("/boards/{board}/groups/{group}", VIEW, show)
                .doc(Doc::new("Show a group").tag("groups").answers::<Group>(200).versioned()),
        )
        .with(
            Route::patch("/boards/{board}/groups/{group}", FULL, change).doc(
                Doc::new("Change or archive a group")
                    .tag("groups")
                    .body::<GroupChange>(json!({"name": "In review", "wip_limit": null}))
                    .answers::<Group>(200)
                    .versioned(),
            ),
        )
        .with(
            Route::post("/boards/{board}/groups/{group}/move", FULL, reorder).doc(
                Doc::new("Move a group on its board")
                    .about("Behind `after`, else before `before`, else to the end.")
                    .tag("groups")
                    .body::<GroupMove>(json!({}))
                    .answers::<Group>(200)
                    .refuses(409),
            ),
        )
        .with(
            Route::delete("/boards/{board}/groups/{group}", FULL, delete).doc(
                Doc::new("Delete an empty group").tag("groups").answers_empty(204).refuses(409).versioned(),
            ),
        )
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(board): PathId<BoardId>,
    Params(shown): Params<Shown>,
    listing: Listing,
) -> Answer<Json<Page<Group>>> {
    let after: Option<(String, GroupId)> = listing.after()?;
    let fetch = listing.fetch();
    let read = async |tx: &mut TenantTx| {
        boards::find(tx, board).await?;
        super::page(tx, board, shown.archived, after.as_ref(), fetch).await
    };
    let rows = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.page(rows, |group| (group.position.clone(), group.id))?))
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(board): PathId<BoardId>,
    Keyed(Body(new), key): Keyed<Body<NewGroup>>,
) -> Answer<Tagged<Created<Group>>> {
    let write = async move |tx: &mut TenantTx| actions::create(tx, permit, board, new, key).await;
    let group = app.store.tenant(&caller).write(write).await?;
    let location = format!("/api/v1/boards/{board}/groups/{}", group.id);
    Ok(Tagged(group.version, Created { location, body: group }))
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
) -> Answer<Tagged<Json<Group>>> {
    let group =
        app.store.tenant(&caller).read(async |tx: &mut TenantTx| super::find(tx, board, id).await).await?;
    Ok(Tagged(group.version, Json(group)))
}

async fn change(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
    IfMatch(seen): IfMatch,
    Body(change): Body<GroupChange>,
) -> Answer<Tagged<Json<Group>>> {
    let write = async move |tx: &mut TenantTx| actions::change(tx, permit, board, id, change, seen).await;
    let group = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(group.version, Json(group)))
}

async fn reorder(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
    Body(to): Body<GroupMove>,
) -> Answer<Tagged<Json<Group>>> {
    let write = async move |tx: &mut TenantTx| actions::reorder(tx, permit, board, id, to).await;
    let group = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(group.version, Json(group)))
}

async fn delete(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
    IfMatch(seen): IfMatch,
) -> Answer<NoContent> {
    let write = async move |tx: &mut TenantTx| actions::delete(tx, permit, board, id, seen).await;
    app.store.tenant(&caller).write(write).await?;
    Ok(NoContent)
}
