//! Forms of an item's checklists; each answers with the item.

use axum::extract::State;
use axum::response::Response;
use kernel::Result;
use kernel::access::{Access, Area, Level, Tasks};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::{Answer, App, Doc, FormBody, Keyed, PathId, PathIds, Permitted, Route, Routes, Signed, Visit};

use super::{ChecklistId, EntryChange, EntryId, NewEntry, Title, actions};
use crate::items::page::answer::changed;
use crate::items::{self, ItemId};

const EDIT: Access = Access::Area(Area::Tasks, Level::Limited);
const LISTS: &str = "/items/{id}/checklists";
const LIST: &str = "/items/{id}/checklists/{checklist_id}";
const ENTRIES: &str = "/items/{id}/checklists/{checklist_id}/entries";
const ENTRY: &str = "/items/{id}/checklists/{checklist_id}/entries/{entry_id}";

pub fn pages() -> Routes {
    let form =
        |summary, example| Doc::new(summary).form(example).answers_other(200, "text/html").answers_empty(303);
    let plain = |summary| Doc::new(summary).answers_other(200, "text/html").answers_empty(303);
    let title = || json!({"title": "Before the launch"});
    Routes::new()
        .with(Route::page_post(LISTS, EDIT, add).doc(form("Add a checklist", title()).idempotent()))
        .with(Route::page_post(LIST, EDIT, rename).doc(form("Rename a checklist", title())))
        .with(Route::page_delete(LIST, EDIT, remove).doc(plain("Remove a checklist")))
        .with(
            Route::page_post(ENTRIES, EDIT, add_entry)
                .doc(form("Add an entry", json!({"text": "Tell everybody"})).idempotent()),
        )
        .with(
            Route::page_post(ENTRY, EDIT, change_entry)
                .doc(form("Change an entry, or move it `up` or `down`", json!({"done": "true"}))),
        )
        .with(Route::page_delete(ENTRY, EDIT, remove_entry).doc(plain("Remove an entry")))
}

#[derive(Deserialize)]
struct TitleForm {
    title: String,
}

async fn add(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(item): PathId<ItemId>,
    Keyed(FormBody(form), key): Keyed<FormBody<TitleForm>>,
) -> Answer<Response> {
    let new = Title { title: form.title };
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::add(tx, permit, item, new, key).await).await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}

async fn rename(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, id)): PathIds<(ItemId, ChecklistId)>,
    FormBody(form): FormBody<TitleForm>,
) -> Answer<Response> {
    let new = Title { title: form.title };
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::rename(tx, permit, item, id, new).await).await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}

async fn remove(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, id)): PathIds<(ItemId, ChecklistId)>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::remove(tx, permit, item, id).await).await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}

#[derive(Deserialize)]
struct EntryForm {
    text: String,
}

async fn add_entry(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list)): PathIds<(ItemId, ChecklistId)>,
    Keyed(FormBody(form), key): Keyed<FormBody<EntryForm>>,
) -> Answer<Response> {
    let new = NewEntry { text: form.text, done: false };
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::add_entry(tx, permit, item, list, new, key).await)
        .await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}

#[derive(Deserialize)]
struct EntryChangeForm {
    text: Option<String>,
    done: Option<bool>,
    to: Option<Way>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Up,
    Down,
}

/// The change that puts an entry on the other side of the one beside it; none at the end of the list.
async fn step(
    tx: &mut TenantTx,
    item: ItemId,
    list: ChecklistId,
    id: EntryId,
    to: Way,
) -> Result<EntryChange> {
    let item = items::find(tx, item).await?;
    let lists = super::of_item(tx, &item).await?;
    let entries = lists.iter().find(|known| known.id == list).map_or(&[][..], |list| &list.entries);
    let place = entries.iter().position(|entry| entry.id == id);
    let beside = |place: Option<usize>| place.and_then(|place| entries.get(place)).map(|entry| entry.id);
    Ok(match to {
        Way::Up => EntryChange {
            before: beside(place.and_then(|place| place.checked_sub(1))),
            ..EntryChange::default()
        },
        Way::Down => EntryChange { after: beside(place.map(|place| place + 1)), ..EntryChange::default() },
    })
}

async fn change_entry(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list, id)): PathIds<(ItemId, ChecklistId, EntryId)>,
    FormBody(form): FormBody<EntryChangeForm>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| {
        let place = match form.to {
            Some(to) => step(tx, item, list, id, to).await?,
            None => EntryChange::default(),
        };
        let change = EntryChange { text: form.text, done: form.done, ..place };
        actions::change_entry(tx, permit, item, list, id, change).await
    })
    .await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}

async fn remove_entry(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list, id)): PathIds<(ItemId, ChecklistId, EntryId)>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::remove_entry(tx, permit, item, list, id).await)
        .await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}
