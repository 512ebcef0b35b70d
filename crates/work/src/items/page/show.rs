//! An item beside its board, or as a page of its own.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use web::page::Page;
use web::{Answer, App, Html, PathId, Signed, Visit};

use super::detail::{Detail, Opened};
use super::feed::FeedEntry;
use crate::items::ItemId;
use crate::page::due::Today;
use crate::page::frame;

/// GET /items/{id}: the page of its own.
#[derive(Template)]
#[template(path = "items/show.html")]
struct ItemPage {
    page: Page,
    detail: Detail,
}

/// GET /items/{id} with `HX-Request: true`: the panel beside the board.
#[derive(Template)]
#[template(path = "items/panel.html")]
struct ItemPanel {
    page: Page,
    detail: Detail,
}

pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<ItemId>,
) -> Answer<Response> {
    let opened = app.store.tenant(&caller).read(async move |tx| Opened::load(tx, id).await).await?;
    let title = format!("{}-{} {}", opened.setting.project.key, opened.item.number, opened.item.title);
    let mut page = visit.page(&app, title, "").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    let detail = opened.detail(&caller, &today, page.w).await?;
    frame::mark(&mut page, &detail.board.url);
    Ok(if visit.htmx {
        Html(ItemPanel { page, detail }).into_response()
    } else {
        Html(ItemPage { page, detail }).into_response()
    })
}
