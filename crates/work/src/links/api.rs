use ::store::TenantTx;
use axum::extract::State;
use kernel::access::{Access, Area, Level, Tasks};
use serde_json::json;
use web::{
    Answer, App, Body, Created, Doc, Json, Keyed, Listing, NoContent, Page, PathId, PathIds, Permitted,
    Route, Routes, Signed,
};

use super::{Link, LinkId, NewLink, actions};
use crate::items::{self, ItemId};

const VIEW: Access = Access::Area(Area::Tasks, Level::View);
const LIMITED: Access = Access::Area(Area::Tasks, Level::Limited);

pub fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/items/{item}/links", VIEW, list)
                .doc(Doc::new("List an item's links").tag("links").lists::<Link>()),
        )
        .with(
            Route::post("/items/{item}/links", LIMITED, add).doc(
                Doc::new("Add a link to an item")
                    .tag("links")
                    .body::<NewLink>(json!({"name": "Draft", "url": "https://example.com/draft"}))
                    .answers::<Link>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::delete("/items/{item}/links/{link}", LIMITED, remove)
                .doc(Doc::new("Take a link off an item").tag("links").answers_empty(204)),
        )
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(item): PathId<ItemId>,
    listing: Listing,
) -> Answer<Json<Page<Link>>> {
    let read = async |tx: &mut TenantTx| {
        items::find(tx, item).await?;
        super::of_item(tx, item).await
    };
    let all = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.part(all, |link| link.id)?))
}

async fn add(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(item): PathId<ItemId>,
    Keyed(Body(new), key): Keyed<Body<NewLink>>,
) -> Answer<Created<Link>> {
    let write = async move |tx: &mut TenantTx| actions::add(tx, permit, item, new, key).await;
    let link = app.store.tenant(&caller).write(write).await?;
    Ok(Created { location: format!("/api/v1/items/{item}/links"), body: link })
}

async fn remove(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, id)): PathIds<(ItemId, LinkId)>,
) -> Answer<NoContent> {
    let write = async move |tx: &mut TenantTx| actions::remove(tx, permit, item, id).await;
    app.store.tenant(&caller).write(write).await?;
    Ok(NoContent)
}
