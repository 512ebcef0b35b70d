use ::store::TenantTx;
use axum::extract::State;
use kernel::Timestamp;
use kernel::access::{Access, Area, Level, Tasks};
use serde_json::json;
use web::{
    Answer, App, Body, Created, Doc, IfMatch, Json, Keyed, Listing, NoContent, Page, PathId, Permitted,
    Route, Routes, Signed, Tagged,
};

use super::{Text, Update, UpdateId, actions};
use crate::bounded::Bounded;
use crate::items::{self, ItemId};

const VIEW: Access = Access::Area(Area::Tasks, Level::View);
const LIMITED: Access = Access::Area(Area::Tasks, Level::Limited);

/// What an update takes in JSON besides its text, about.
const FRAME: usize = 400;

pub fn routes() -> Routes {
    let body = || json!({"body": "Done, see the *draft*."});
    Routes::new()
        .with(
            Route::get("/items/{item}/updates", VIEW, list).doc(
                Doc::new("List an item's updates, oldest first")
                    .about("A page ends before its `limit` where updates are long, at about 4 MiB.")
                    .tag("updates")
                    .lists::<Update>(),
            ),
        )
        .with(
            Route::post("/items/{item}/updates", LIMITED, create).doc(
                Doc::new("Write an update")
                    .tag("updates")
                    .body::<Text>(body())
                    .answers::<Update>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::get("/updates/{update}", VIEW, show)
                .doc(Doc::new("Show an update").answers::<Update>(200).versioned()),
        )
        .with(
            Route::patch("/updates/{update}", LIMITED, edit).doc(
                Doc::new("Edit one's own update").body::<Text>(body()).answers::<Update>(200).versioned(),
            ),
        )
        .with(Route::delete("/updates/{update}", LIMITED, remove).doc(
            Doc::new("Delete one's own update, or with full rights anybody's").answers_empty(204).versioned(),
        ))
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(item): PathId<ItemId>,
    listing: Listing,
) -> Answer<Json<Page<Update>>> {
    let after: Option<(i64, UpdateId)> = listing.after()?;
    let after = after.map(|(at, id)| (Timestamp::from_micros(at), id));
    let read = async |tx: &mut TenantTx| {
        items::find(tx, item).await?;
        let (mut page, mut after) = (Bounded::new(listing.limit), after);
        loop {
            let rows = super::page(tx, item, after, page.fetch()).await?;
            if !page.take(rows, |update: &Update| FRAME + update.body.len()) {
                return Ok(page);
            }
            after = page.last().map(|update| (update.created_at.0, update.id));
        }
    };
    let page = app.store.tenant(&caller).read(read).await?;
    Ok(Json(page.page(|update| (update.created_at.0.micros(), update.id), |update| update)?))
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(item): PathId<ItemId>,
    Keyed(Body(text), key): Keyed<Body<Text>>,
) -> Answer<Tagged<Created<Update>>> {
    let write = async move |tx: &mut TenantTx| actions::create(tx, permit, item, text, key).await;
    let update = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(update.version, Created { location: format!("/api/v1/updates/{}", update.id), body: update }))
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(id): PathId<UpdateId>,
) -> Answer<Tagged<Json<Update>>> {
    let update = app.store.tenant(&caller).read(async |tx: &mut TenantTx| super::find(tx, id).await).await?;
    Ok(Tagged(update.version, Json(update)))
}

async fn edit(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<UpdateId>,
    IfMatch(seen): IfMatch,
    Body(text): Body<Text>,
) -> Answer<Tagged<Json<Update>>> {
    let write = async move |tx: &mut TenantTx| actions::edit(tx, permit, id, text, seen).await;
    let update = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(update.version, Json(update)))
}

async fn remove(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<UpdateId>,
    IfMatch(seen): IfMatch,
) -> Answer<NoContent> {
    app.store
        .tenant(&caller)
        .write(async move |tx: &mut TenantTx| actions::remove(tx, permit, id, seen).await)
        .await?;
    Ok(NoContent)
}
