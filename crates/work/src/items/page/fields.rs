//! Forms of an item's fields that have one value: title, description, status, priority, dates.

use axum::extract::State;
use axum::response::Response;
use kernel::access::{Caller, Permit, Tasks};
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::{Answer, App, Doc, FormBody, Patch, PathId, Permitted, Route, Routes, Signed, Visit};

use super::EDIT;
use super::answer::changed;
use crate::items::{Date, ItemChange, ItemId, Priority, Status, actions};

pub(super) fn pages() -> Routes {
    let form =
        |summary, example| Doc::new(summary).form(example).answers_other(200, "text/html").answers_empty(303);
    Routes::new()
        .with(
            Route::page_post("/items/{id}/title", EDIT, title)
                .doc(form("Retitle an item", json!({"title": "Ship it"}))),
        )
        .with(
            Route::page_post("/items/{id}/description", EDIT, description)
                .doc(form("Describe an item", json!({"description": "With *care*."}))),
        )
        .with(
            Route::page_post("/items/{id}/status", EDIT, status)
                .doc(form("Change an item's status", json!({"status": "doing"}))),
        )
        .with(
            Route::page_post("/items/{id}/priority", EDIT, priority)
                .doc(form("Change an item's priority", json!({"priority": "high"}))),
        )
        .with(
            Route::page_post("/items/{id}/dates", EDIT, dates)
                .doc(form("Change an item's dates", json!({"start_on": "", "due_on": "2026-03-01"}))),
        )
}

/// Makes the change and shows the item.
async fn change(
    app: &App,
    visit: &Visit,
    caller: &Caller,
    permit: Permit<Tasks>,
    id: ItemId,
    change: ItemChange,
) -> Answer<Response> {
    let door = app.store.tenant(caller);
    door.write(async move |tx: &mut TenantTx| actions::change(tx, permit, id, change, None).await).await?;
    self::changed(app, visit, caller, id, Vec::new()).await
}

#[derive(Deserialize)]
struct TitleForm {
    title: String,
}

async fn title(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<TitleForm>,
) -> Answer<Response> {
    let wanted = ItemChange { title: Some(form.title), ..ItemChange::default() };
    change(&app, &visit, &caller, permit, id, wanted).await
}

#[derive(Deserialize)]
struct DescriptionForm {
    description: String,
}

async fn description(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<DescriptionForm>,
) -> Answer<Response> {
    let wanted = ItemChange { description: Some(form.description), ..ItemChange::default() };
    change(&app, &visit, &caller, permit, id, wanted).await
}

#[derive(Deserialize)]
struct StatusForm {
    status: Status,
}

async fn status(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<StatusForm>,
) -> Answer<Response> {
    change(&app, &visit, &caller, permit, id, ItemChange::status(form.status)).await
}

#[derive(Deserialize)]
struct PriorityForm {
    priority: Priority,
}

async fn priority(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<PriorityForm>,
) -> Answer<Response> {
    let wanted = ItemChange { priority: Some(form.priority), ..ItemChange::default() };
    change(&app, &visit, &caller, permit, id, wanted).await
}

#[derive(Deserialize)]
struct DatesForm {
    start_on: Option<String>,
    due_on: Option<String>,
}

async fn dates(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<DatesForm>,
) -> Answer<Response> {
    let start_on = day("/start_on", form.start_on.as_deref())?;
    let due_on = day("/due_on", form.due_on.as_deref())?;
    change(&app, &visit, &caller, permit, id, ItemChange { start_on, due_on, ..ItemChange::default() }).await
}

/// Empty takes the date away, no field leaves it.
fn day(pointer: &str, text: Option<&str>) -> Result<Patch<Date>> {
    match text.map(str::trim) {
        None => Ok(Patch::Keep),
        Some("") => Ok(Patch::Clear),
        Some(text) => Date::parse(text)
            .map(Patch::Set)
            .ok_or_else(|| Error::invalid(pointer, "must be a date like 2026-03-01")),
    }
}
