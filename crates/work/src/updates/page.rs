//! Forms of updates; each answers with the item.

use axum::extract::State;
use axum::response::Response;
use kernel::access::{Access, Area, Level, Tasks};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::{Answer, App, Doc, FormBody, Keyed, PathId, Permitted, Route, Routes, Signed, Visit};

use super::{Text, UpdateId, actions, find};
use crate::items::ItemId;
use crate::items::page::answer::changed;

const WRITE: Access = Access::Area(Area::Tasks, Level::Limited);

pub fn pages() -> Routes {
    let form = |summary| {
        let doc = Doc::new(summary).form(json!({"body": "It *works*."}));
        doc.answers_other(200, "text/html").answers_empty(303)
    };
    let plain = |summary| Doc::new(summary).answers_other(200, "text/html").answers_empty(303);
    Routes::new()
        .with(
            Route::page_post("/items/{id}/updates", WRITE, create).doc(form("Write an update").idempotent()),
        )
        .with(Route::page_post("/updates/{id}", WRITE, edit).doc(form("Edit an update")))
        .with(Route::page_delete("/updates/{id}", WRITE, remove).doc(plain("Delete an update")))
}

#[derive(Deserialize)]
struct BodyForm {
    body: String,
}

async fn create(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(item): PathId<ItemId>,
    Keyed(FormBody(form), key): Keyed<FormBody<BodyForm>>,
) -> Answer<Response> {
    let text = Text { body: form.body };
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::create(tx, permit, item, text, key).await).await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}

async fn edit(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<UpdateId>,
    FormBody(form): FormBody<BodyForm>,
) -> Answer<Response> {
    let text = Text { body: form.body };
    let door = app.store.tenant(&caller);
    let update =
        door.write(async move |tx: &mut TenantTx| actions::edit(tx, permit, id, text, None).await).await?;
    changed(&app, &visit, &caller, update.item_id, Vec::new()).await
}

async fn remove(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<UpdateId>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    let item = door
        .write(async move |tx: &mut TenantTx| {
            let item = find(tx, id).await?.item_id;
            actions::remove(tx, permit, id, None).await?;
            Ok(item)
        })
        .await?;
    changed(&app, &visit, &caller, item, Vec::new()).await
}
