//! Forms of an item's checklists; each answers with the item.

use axum::extract::State;
use axum::response::Response;
use kernel::access::{Access, Area, Level, Tasks};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::{Answer, App, Doc, FormBody, Keyed, PathId, PathIds, Permitted, Route, Routes, Signed, Visit};

use super::{ChecklistId, EntryChange, EntryId, NewEntry, Title, actions};
use crate::items::ItemId;
use crate::items::page::answer::changed;

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
            Route::page_post(ENTRY, EDIT, change_entry).doc(form("Change an entry", json!({"done": "true"}))),
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
}

async fn change_entry(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((item, list, id)): PathIds<(ItemId, ChecklistId, EntryId)>,
    FormBody(form): FormBody<EntryChangeForm>,
) -> Answer<Response> {
    let change = EntryChange { text: form.text, done: form.done, ..EntryChange::default() };
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| {
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
