use ::store::TenantTx;
use axum::extract::State;
use kernel::access::{Access, Area, Level, Tasks};
use serde_json::json;
use web::{
    Answer, App, Body, Created, Doc, Json, Keyed, Listing, NoContent, Page, PathId, PathIds, Permitted,
    Route, Routes, Signed,
};

use super::{Checklist, ChecklistId, Entry, EntryChange, EntryId, NewEntry, Title, actions};
use crate::items::{self, ItemId};

const VIEW: Access = Access::Area(Area::Tasks, Level::View);
const LIMITED: Access = Access::Area(Area::Tasks, Level::Limited);
const LISTS: &str = "/items/{item}/checklists";
const LIST: &str = "/items/{item}/checklists/{checklist}";
const ENTRIES: &str = "/items/{item}/checklists/{checklist}/entries";
const ENTRY: &str = "/items/{item}/checklists/{checklist}/entries/{entry}";

fn doc(summary: &'static str) -> Doc {
    Doc::new(summary).tag("checklists")
}

pub fn routes() -> Routes {
    let title = || json!({"title": "Before the launch"});
    Routes::new()
        .with(Route::get(LISTS, VIEW, list).doc(doc("List an item's checklists").lists::<Checklist>()))
        .with(Route::post(LISTS, LIMITED, add).doc(
            doc("Add a checklist").body::<Title>(title()).answers::<Checklist>(201).refuses(409).idempotent(),
        ))
        .with(
            Route::patch(LIST, LIMITED, rename)
                .doc(doc("Rename a checklist").body::<Title>(title()).answers::<Checklist>(200)),
        )
        .with(Route::delete(LIST, LIMITED, remove).doc(doc("Delete a checklist").answers_empty(204)))
        .with(
            Route::post(ENTRIES, LIMITED, add_entry).doc(
                doc("Add an entry")
                    .body::<NewEntry>(json!({"text": "Tell everybody"}))
                    .answers::<Entry>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::patch(ENTRY, LIMITED, change_entry).doc(
                doc("Change, tick or move an entry")
                    .body::<EntryChange>(json!({"done": true}))
                    .answers::<Entry>(200)
                    .refuses(409),
            ),
        )
        .with(Route::delete(ENTRY, LIMITED, remove_entry).doc(doc("Delete an entry").answers_empty(204)))
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(item): PathId<ItemId>,
    listing: Listing,
) -> Answer<Json<Page<Checklist>>> {
    let read = async |tx: &mut TenantTx| {
        let item = items::find(tx, item).await?;
        super::of_item(tx, &item).await
    };
    let all = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.part(all, |list| list.id)?))
}

async fn add(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(item): PathId<ItemId>,
    Keyed(Body(new), key): Keyed<Body<Title>>,
) -> Answer<Created<Checklist>> {
    let write = async move |tx: &mut TenantTx| actions::add(tx, permit, item, new, key).await;
    let list = app.store.tenant(&caller).write(write).await?;
    Ok(Created { location: format!("/api/v1/items/{item}/checklists"), body: list })
}

async fn rename(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, id)): PathIds<(ItemId, ChecklistId)>,
    Body(new): Body<Title>,
) -> Answer<Json<Checklist>> {
    let write = async move |tx: &mut TenantTx| actions::rename(tx, permit, item, id, new).await;
    Ok(Json(app.store.tenant(&caller).write(write).await?))
}

async fn remove(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, id)): PathIds<(ItemId, ChecklistId)>,
) -> Answer<NoContent> {
    let write = async move |tx: &mut TenantTx| actions::remove(tx, permit, item, id).await;
    app.store.tenant(&caller).write(write).await?;
    Ok(NoContent)
}

async fn add_entry(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list)): PathIds<(ItemId, ChecklistId)>,
    Keyed(Body(new), key): Keyed<Body<NewEntry>>,
) -> Answer<Created<Entry>> {
    let write = async move |tx: &mut TenantTx| actions::add_entry(tx, permit, item, list, new, key).await;
    let entry = app.store.tenant(&caller).write(write).await?;
    Ok(Created { location: format!("/api/v1/items/{item}/checklists"), body: entry })
}

async fn change_entry(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list, id)): PathIds<(ItemId, ChecklistId, EntryId)>,
    Body(change): Body<EntryChange>,
) -> Answer<Json<Entry>> {
    let write =
        async move |tx: &mut TenantTx| actions::change_entry(tx, permit, item, list, id, change).await;
    Ok(Json(app.store.tenant(&caller).write(write).await?))
}

async fn remove_entry(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list, id)): PathIds<(ItemId, ChecklistId, EntryId)>,
) -> Answer<NoContent> {
    let write = async move |tx: &mut TenantTx| actions::remove_entry(tx, permit, item, list, id).await;
    app.store.tenant(&caller).write(write).await?;
    Ok(NoContent)
}
