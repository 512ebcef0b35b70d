//! Forms of what an item has several of: labels and assignees, one added or taken away at a time.

use axum::extract::State;
use axum::response::Response;
use kernel::access::{Permit, Tasks};
use kernel::{Error, Result, UserId};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::{Answer, App, Doc, FormBody, PathId, Permitted, Route, Routes, Signed, Visit};

use super::EDIT;
use super::answer::changed;
use crate::items::{self, ItemId, ItemRow, actions};
use crate::labels::{self, LabelId, NewLabel};

pub(super) fn pages() -> Routes {
    let form =
        |summary, example| Doc::new(summary).form(example).answers_other(200, "text/html").answers_empty(303);
    Routes::new()
        .with(
            Route::page_post("/items/{id}/labels", EDIT, label)
                .doc(form("Add a label, take one off, or make one", json!({"create": "Urgent"}))),
        )
        .with(Route::page_post("/items/{id}/assignees", EDIT, assign).doc(form(
            "Assign somebody, or take them off",
            json!({"add": "user_00000000000000000000000000"}),
        )))
}

#[derive(Deserialize)]
struct LabelForm {
    add: Option<LabelId>,
    remove: Option<LabelId>,
    create: Option<String>,
}

async fn label(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<LabelForm>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| relabel(tx, permit, id, form).await).await?;
    changed(&app, &visit, &caller, id, Vec::new()).await
}

async fn relabel(tx: &mut TenantTx, permit: Permit<Tasks>, id: ItemId, form: LabelForm) -> Result<ItemRow> {
    match form {
        LabelForm { add: Some(label), .. } => actions::add_label(tx, permit, id, label).await,
        LabelForm { remove: Some(label), .. } => actions::remove_label(tx, permit, id, label).await,
        LabelForm { create: Some(name), .. } => {
            let project = items::find(tx, id).await?.project_id;
            let label = match labels::by_name(tx, project, name.trim()).await? {
                Some(label) => label,
                None => {
                    labels::actions::create(tx, permit, project, NewLabel { name, color: None }, None).await?
                }
            };
            actions::add_label(tx, permit, id, label.id).await
        }
        _ => Err(nothing()),
    }
}

#[derive(Deserialize)]
struct AssigneeForm {
    add: Option<UserId>,
    remove: Option<UserId>,
}

async fn assign(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<AssigneeForm>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| match (form.add, form.remove) {
        (Some(user), _) => actions::add_assignee(tx, permit, id, user).await,
        (None, Some(user)) => actions::remove_assignee(tx, permit, id, user).await,
        (None, None) => Err(nothing()),
    })
    .await?;
    changed(&app, &visit, &caller, id, Vec::new()).await
}

fn nothing() -> Error {
    Error::invalid("/add", "must be given, or what to take away")
}
