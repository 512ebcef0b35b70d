//! Items that left the board and wait.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use web::page::{Page, Time};
use web::{Answer, App, Html, Listing, PathId, Signed, Visit};

use crate::boards::{ArchivePlace, BoardId};
use crate::groups::{self, GroupId};
use crate::items::{ItemRow, list};
use crate::page::board::{BoardHead, Setting};
use crate::page::card::Card;
use crate::page::due::Today;
use crate::page::people::People;
use crate::projects::Archived;

/// GET /boards/{id}/archive
#[derive(Template)]
#[template(path = "boards/archive.html")]
struct ArchivePage {
    page: Page,
    board: BoardHead,
    items: Vec<ArchivedItem>,
    /// `/boards/{id}/archive?cursor=…`
    more: Option<String>,
}

struct ArchivedItem {
    card: Card,
    group: String,
    archived_at: Time,
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
            Ok((setting, counts, groups, list::archive(tx, id, before, fetch).await?))
        })
        .await?;
    let at = |item: &ItemRow| item.archived_at.unwrap_or_default();
    let rows = listing.page(rows, |item| ArchivePlace { at: at(item).micros(), id: item.id })?;
    let page = visit.page(&app, &setting.board.name, "").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    let people = People::of(&setting.members);
    let legend = setting.legend(&people, &today, page.w);
    let names: HashMap<GroupId, String> = groups.into_iter().map(|group| (group.id, group.name)).collect();
    let archived = |item: &ItemRow| ArchivedItem {
        card: legend.card(item),
        group: names.get(&item.group_id).cloned().unwrap_or_default(),
        archived_at: today.time(at(item)),
    };
    let items = rows.data.iter().map(archived).collect();
    let board = setting.head(&caller, counts);
    let more = rows.next_cursor.map(|cursor| format!("{}/archive?cursor={cursor}", board.url));
    Ok(Html(ArchivePage { page, board, items, more }).into_response())
}
