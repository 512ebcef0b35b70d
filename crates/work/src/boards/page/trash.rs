//! Items that were deleted and can be brought back.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use web::page::{Page, Time};
use web::{Answer, App, Html, Listing, PathId, Signed, Visit};

use crate::boards::{ArchivePlace, BoardId};
use crate::groups::{self, GroupId};
use crate::items::trash::{self, Deleted};
use crate::page::board::{BoardHead, Setting};
use crate::page::card::Card;
use crate::page::due::Today;
use crate::page::people::People;
use crate::projects::Archived;

/// GET /boards/{id}/trash
#[derive(Template)]
#[template(path = "boards/trash.html")]
struct TrashPage {
    page: Page,
    board: BoardHead,
    items: Vec<DeletedItem>,
    /// `/boards/{id}/trash?cursor=…`
    more: Option<String>,
}

struct DeletedItem {
    card: Card,
    group: String,
    deleted_at: Time,
}

pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<BoardId>,
    listing: Listing,
) -> Answer<Response> {
    let before = listing.after::<ArchivePlace>()?;
    let fetch = listing.fetch();
    let (setting, counts, groups, rows) = app
        .store
        .tenant(&caller)
        .read(async move |tx| {
            let setting = Setting::load(tx, id).await?;
            let counts = setting.counts(tx).await?;
            let groups = groups::page(tx, id, Archived::All, None, groups::MOST).await?;
            Ok((setting, counts, groups, trash::of_board(tx, id, before, fetch).await?))
        })
        .await?;
    let rows = listing.page(rows, Deleted::place)?;
    let page = visit.page(&app, &setting.board.name, "").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    let people = People::of(&setting.members);
    let legend = setting.legend(&people, &today, page.w);
    let names: HashMap<GroupId, String> = groups.into_iter().map(|group| (group.id, group.name)).collect();
    let deleted = |deleted: &Deleted| DeletedItem {
        card: legend.card(&deleted.item),
        group: names.get(&deleted.item.group_id).cloned().unwrap_or_default(),
        deleted_at: today.time(deleted.at),
    };
    let items = rows.data.iter().map(deleted).collect();
    let board = setting.head(&caller, counts);
    let more = rows.next_cursor.map(|cursor| format!("{}/trash?cursor={cursor}", board.url));
    Ok(Html(TrashPage { page, board, items, more }).into_response())
}
