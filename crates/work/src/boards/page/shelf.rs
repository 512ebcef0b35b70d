//! Items that are out of sight and can come back: a board's archive, and its trash.

use std::collections::HashMap;

use ::store::TenantTx;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::Caller;
use kernel::{Result, Timestamp};
use web::page::{Page, Time};
use web::{Answer, App, Html, Listing, PathId, Signed, Visit};

use crate::boards::{ArchivePlace, BoardId};
use crate::groups::{self, GroupId};
use crate::items::{ItemRow, list, trash};
use crate::page::board::{BoardHead, Setting};
use crate::page::card::Card;
use crate::page::due::Today;
use crate::page::people::People;
use crate::projects::Archived;

/// GET /boards/{id}/archive and GET /boards/{id}/trash
#[derive(Template)]
#[template(path = "boards/shelf.html")]
struct ShelfPage {
    page: Page,
    board: BoardHead,
    /// The tab, and where something comes back from: `archive` or `trash`.
    view: &'static str,
    is_trash: bool,
    items: Vec<Shelved>,
    /// `/boards/{id}/archive?cursor=…`
    more: Option<String>,
}

struct Shelved {
    card: Card,
    group: String,
    since: Time,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelf {
    Archive,
    Trash,
}

impl Shelf {
    const fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Trash => "trash",
        }
    }

    /// Items and since when they are there, the latest first.
    async fn read(
        self,
        tx: &mut TenantTx,
        board: BoardId,
        before: Option<ArchivePlace>,
        limit: i64,
    ) -> Result<Vec<(ItemRow, Timestamp)>> {
        Ok(match self {
            Self::Archive => {
                let items = list::archive(tx, board, before, limit).await?.into_iter();
                let since = |item: ItemRow| {
                    let at = item.archived_at.unwrap_or_default();
                    (item, at)
                };
                items.map(since).collect()
            }
            Self::Trash => {
                let items = trash::of_board(tx, board, before, limit).await?.into_iter();
                items.map(|deleted| (deleted.item, deleted.at)).collect()
            }
        })
    }
}

pub(super) async fn archive(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<BoardId>,
    listing: Listing,
) -> Answer<Response> {
    show(Shelf::Archive, &app, visit, &caller, id, listing).await
}

pub(super) async fn trash(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathId(id): PathId<BoardId>,
    listing: Listing,
) -> Answer<Response> {
    show(Shelf::Trash, &app, visit, &caller, id, listing).await
}

async fn show(
    shelf: Shelf,
    app: &App,
    visit: Visit,
    caller: &Caller,
    id: BoardId,
    listing: Listing,
) -> Answer<Response> {
    let before = listing.after::<ArchivePlace>()?;
    let fetch = listing.fetch();
    let (setting, counts, groups, rows) = app
        .store
        .tenant(caller)
        .read(async move |tx| {
            let setting = Setting::load(tx, id).await?;
            let counts = setting.counts(tx).await?;
            let groups = groups::page(tx, id, Archived::All, None, groups::MOST).await?;
            Ok((setting, counts, groups, shelf.read(tx, id, before, fetch).await?))
        })
        .await?;
    let rows = listing.page(rows, |(item, at)| ArchivePlace { at: at.micros(), id: item.id })?;
    let page = visit.page(app, &setting.board.name, "").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    let people = People::of(&setting.members);
    let legend = setting.legend(&people, &today, page.w);
    let names: HashMap<GroupId, String> = groups.into_iter().map(|group| (group.id, group.name)).collect();
    let shelved = |(item, at): &(ItemRow, Timestamp)| Shelved {
        card: legend.card(item),
        group: names.get(&item.group_id).cloned().unwrap_or_default(),
        since: today.time(*at),
    };
    let items = rows.data.iter().map(shelved).collect();
    let board = setting.head(caller, counts);
    let more = rows.next_cursor.map(|cursor| format!("{}/{}?cursor={cursor}", board.url, shelf.name()));
    let (view, is_trash) = (shelf.name(), shelf == Shelf::Trash);
    Ok(Html(ShelfPage { page, board, view, is_trash, items, more }).into_response())
}
