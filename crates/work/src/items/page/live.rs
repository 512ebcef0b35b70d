//! An item as it is now and where it stands, for pages that show it already and heard that it changed.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use web::page::{Page, Toast};
use web::{Answer, App, Html, PathId, Signed, Visit};

use super::answer::GroupCount;
use super::detail::{Detail, Opened};
use super::feed::FeedEntry;
use crate::items::{ItemId, list};
use crate::page::card::whole;
use crate::page::due::Today;

/// GET /items/{id}/live: card, row, panel, counts. What is in the trash is as missing as on its own page.
#[derive(Template)]
#[template(path = "items/live.html")]
struct ItemLive {
    page: Page,
    detail: Detail,
    /// The item before it in its group; None puts it first.
    after: Option<String>,
    /// Of all groups of its board: the page does not say where the item was before.
    counts: Vec<GroupCount>,
    /// How many the archive holds now.
    archived_items: usize,
    /// Never any: the change was somebody else's.
    toast: Option<Toast>,
}

pub(super) async fn live(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<ItemId>,
) -> Answer<Response> {
    let (opened, after, counts, archived_items) = app
        .store
        .tenant(&caller)
        .read(async move |tx| {
            let opened = Opened::load(tx, id).await?;
            let after = list::item_before(tx, &opened.item).await?;
            let counts = GroupCount::of_board(tx, opened.item.board_id).await?;
            let archived_items = list::archived_count(tx, opened.item.board_id).await?;
            Ok((opened, after, counts, whole(archived_items)))
        })
        .await?;
    let page = visit.fragment(&app);
    let today = Today::at(app.now(), visit.zone(&page));
    let detail = opened.detail(&caller, &today, page.w).await?;
    let after = after.map(|id| id.to_string());
    Ok(Html(ItemLive { page, detail, after, counts, archived_items, toast: None }).into_response())
}
