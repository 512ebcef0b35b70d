//! Forms that put items somewhere: quick add, move, archive, the trash, and back.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Result;
use kernel::access::{Caller, Tasks};
use serde::Deserialize;
use serde_json::json;
use store::TenantTx;
use web::page::{Page, Toast, Undo};
use web::{
    Answer, App, Doc, FormBody, Html, Keyed, PathId, PathIds, Permitted, Route, Routes, Signed, Visit,
    see_other,
};

use super::answer::{GroupCount, changed};
use super::detail::{Detail, Opened};
use super::feed::FeedEntry;
use super::{DELETE, EDIT};
use crate::boards::BoardId;
use crate::groups::GroupId;
use crate::items::{self, ItemChange, ItemId, ItemMove, ItemRow, NewItem, actions, list};
use crate::page::board;
use crate::page::card::{Card, url, whole};
use crate::page::due::Today;

pub(super) fn pages() -> Routes {
    let form =
        |summary, example| Doc::new(summary).form(example).answers_other(200, "text/html").answers_empty(303);
    let plain = |summary| Doc::new(summary).answers_other(200, "text/html").answers_empty(303);
    Routes::new()
        .with(
            Route::page_post("/boards/{id}/groups/{group_id}/items", EDIT, create)
                .doc(form("Add an item to a group", json!({"title": "Write the news"})).idempotent()),
        )
        .with(
            Route::page_post("/items/{id}/move", EDIT, relocate)
                .doc(form("Move an item", json!({"group_id": "grp_00000000000000000000000000"}))),
        )
        .with(Route::page_post("/items/{id}/archive", EDIT, archive).doc(plain("Archive an item")))
        .with(Route::page_delete("/items/{id}", DELETE, delete).doc(plain("Put an item into the trash")))
        .with(
            Route::page_post("/items/{id}/restore", EDIT, restore)
                .doc(form("Restore an item", json!({"from": "archive"}))),
        )
}

/// The answer to quick add, and to restore: the new card and row, put where they belong.
#[derive(Template)]
#[template(path = "items/placed.html")]
struct ItemPlaced {
    page: Page,
    item: Card,
    board: board::BoardHead,
    /// The item before it in its group; None puts it first.
    after: Option<String>,
    /// On restore: the panel, should it show the item.
    detail: Option<Detail>,
    counts: Vec<GroupCount>,
    /// How many the archive holds now.
    archived_items: usize,
    toast: Option<Toast>,
}

/// The answer to archive and delete: the card and row go, the panel closes.
#[derive(Template)]
#[template(path = "items/gone.html")]
struct ItemGone {
    page: Page,
    id: String,
    counts: Vec<GroupCount>,
    /// How many the archive holds now.
    archived_items: usize,
    toast: Option<Toast>,
}

#[derive(Deserialize)]
struct TitleForm {
    title: String,
}

async fn create(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathIds((board, group)): PathIds<(BoardId, GroupId)>,
    Keyed(FormBody(form), key): Keyed<FormBody<TitleForm>>,
) -> Answer<Response> {
    let new = NewItem { group_id: Some(group), ..NewItem::titled(form.title) };
    let door = app.store.tenant(&caller);
    let item =
        door.write(async move |tx: &mut TenantTx| actions::create(tx, permit, board, new, key).await).await?;
    if !visit.htmx {
        return Ok(see_other(&board::url(board)));
    }
    placed(&app, &visit, &caller, item.id, false).await
}

/// The item as it now stands in its group; with its panel and a word of it when it has come back.
async fn placed(app: &App, visit: &Visit, caller: &Caller, id: ItemId, is_back: bool) -> Answer<Response> {
    let (opened, counts, archived_items, after) = app
        .store
        .tenant(caller)
        .read(async move |tx| {
            let opened = Opened::load(tx, id).await?;
            let counts = GroupCount::of(tx, &[opened.item.group_id]).await?;
            let archived_items = list::archived_count(tx, opened.item.board_id).await?;
            let after = list::item_before(tx, &opened.item).await?;
            Ok((opened, counts, whole(archived_items), after))
        })
        .await?;
    let page = visit.fragment(app);
    let today = Today::at(app.now(), visit.zone(&page));
    let board = opened.setting.head(caller, (0, 0));
    let detail = opened.detail(caller, &today, page.w).await?;
    let toast = is_back.then(|| Toast { text: page.w.item.restored(&detail.card.key), undo: None });
    let (item, after) = (detail.card.clone(), after.map(|id| id.to_string()));
    let detail = Some(detail).filter(|_| is_back);
    Ok(Html(ItemPlaced { page, item, board, after, detail, counts, archived_items, toast }).into_response())
}

#[derive(Deserialize)]
struct MoveForm {
    group_id: GroupId,
    after: Option<ItemId>,
    before: Option<ItemId>,
}

async fn relocate(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<MoveForm>,
) -> Answer<Response> {
    let to =
        ItemMove { board_id: None, group_id: Some(form.group_id), before: form.before, after: form.after };
    let door = app.store.tenant(&caller);
    let groups = door
        .write(async move |tx: &mut TenantTx| {
            let old = items::find(tx, id).await?.group_id;
            let new = actions::relocate(tx, permit, id, to, None).await?.group_id;
            Ok(if old == new { Vec::new() } else { vec![old, new] })
        })
        .await?;
    changed(&app, &visit, &caller, id, groups).await
}

async fn archive(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    let archived = ItemChange::archived(true);
    let left = door
        .write(async move |tx: &mut TenantTx| {
            let item = actions::change(tx, permit, id, archived, None).await?;
            Left::of(tx, &item).await
        })
        .await?;
    if !visit.htmx {
        return Ok(see_other(&url(id)));
    }
    let page = visit.fragment(&app);
    let text = page.w.item.archived(&left.key);
    Ok(gone(page, id, left, text))
}

async fn delete(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    let left = door
        .write(async move |tx: &mut TenantTx| {
            let item = actions::delete(tx, permit, id, None).await?;
            Left::of(tx, &item).await
        })
        .await?;
    if !visit.htmx {
        return Ok(see_other(&board::url(left.board)));
    }
    let page = visit.fragment(&app);
    let text = page.w.item.deleted(&left.key);
    Ok(gone(page, id, left, text))
}

/// What an item leaves behind.
struct Left {
    board: BoardId,
    key: String,
    counts: Vec<GroupCount>,
    archived_items: usize,
}

impl Left {
    async fn of(tx: &mut TenantTx, item: &ItemRow) -> Result<Self> {
        let project = crate::projects::find(tx, item.project_id).await?;
        let counts = GroupCount::of(tx, &[item.group_id]).await?;
        let archived_items = whole(list::archived_count(tx, item.board_id).await?);
        Ok(Self {
            board: item.board_id,
            key: format!("{}-{}", project.key, item.number),
            counts,
            archived_items,
        })
    }
}

fn gone(page: Page, id: ItemId, left: Left, text: String) -> Response {
    let undo = Undo { url: format!("{}/restore", url(id)), fields: Vec::new() };
    let toast = Some(Toast { text, undo: Some(undo) });
    Html(ItemGone {
        page,
        id: id.to_string(),
        counts: left.counts,
        archived_items: left.archived_items,
        toast,
    })
    .into_response()
}

#[derive(Default, Deserialize)]
struct RestoreForm {
    /// `archive`, `trash`: the form stood there.
    from: Option<String>,
}

async fn restore(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    FormBody(form): FormBody<RestoreForm>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    let item = door.write(async move |tx: &mut TenantTx| actions::restore(tx, permit, id).await).await?;
    if visit.htmx {
        return placed(&app, &visit, &caller, id, true).await;
    }
    let board = board::url(item.board_id);
    Ok(see_other(&match form.from.as_deref() {
        Some("archive") => format!("{board}/archive"),
        Some("trash") => format!("{board}/trash"),
        _ => url(id),
    }))
}
