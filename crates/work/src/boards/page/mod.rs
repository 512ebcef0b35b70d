//! A board as kanban and as table, its archive, and who can see it.

mod access;
pub(crate) mod cards;
pub(crate) mod filter;
mod shelf;
mod start;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::access::{Access, Area, Level};
use web::page::Page;
use web::{Answer, App, Doc, Html, Params, PathId, Route, Routes, Signed, Visit};

use self::cards::{Loaded, View};
use self::filter::{Asked, Shown};
use super::BoardId;
use crate::page::board::{BoardHead, Group};
use crate::page::due::Today;

const SEE: Access = Access::Area(Area::Tasks, Level::View);
/// What is in the trash is out of the way of those who cannot bring it back.
const RESTORE: Access = Access::Area(Area::Tasks, Level::Full);

pub fn pages() -> Routes {
    Routes::new()
        .with(Route::page_get("/", Access::SignedIn, start::start).doc(Doc::new("Begin where one was last")))
        .with(Route::page_get("/boards/{id}", SEE, kanban).doc(Doc::new("Show a board as kanban")))
        .with(Route::page_get("/boards/{id}/table", SEE, table).doc(Doc::new("Show a board as table")))
        .with(
            Route::page_get("/boards/{id}/archive", SEE, shelf::archive)
                .doc(Doc::new("Show a board's archived items")),
        )
        .with(
            Route::page_get("/boards/{id}/trash", RESTORE, shelf::trash)
                .doc(Doc::new("Show a board's deleted items")),
        )
        .with(
            Route::page_get("/boards/{id}/access", SEE, access::show)
                .doc(Doc::new("Show who can see a board")),
        )
}

/// GET /boards/{id}
#[derive(Template)]
#[template(path = "boards/show.html")]
struct BoardPage {
    page: Page,
    board: BoardHead,
    filter: Shown,
    groups: Vec<Group>,
}

impl BoardPage {
    fn nothing_found(&self) -> bool {
        self.filter.is_on() && self.groups.iter().all(|group| group.cards.is_empty())
    }
}

/// GET /boards/{id}/table
#[derive(Template)]
#[template(path = "boards/table.html")]
struct TablePage {
    page: Page,
    board: BoardHead,
    filter: Shown,
    groups: Vec<Group>,
}

impl TablePage {
    fn nothing_found(&self) -> bool {
        self.filter.is_on() && self.groups.iter().all(|group| group.cards.is_empty())
    }
}

async fn kanban(
    State(app): State<App>,
    visit: Visit,
    caller: Signed,
    PathId(id): PathId<BoardId>,
    Params(asked): Params<Asked>,
) -> Answer<Response> {
    let (page, board, filter, groups) = load(&app, &visit, &caller, id, &asked, View::Kanban).await?;
    let page = Html(BoardPage { page, board, filter, groups });
    Ok(start::remember(&app.settings, id, page))
}

async fn table(
    State(app): State<App>,
    visit: Visit,
    caller: Signed,
    PathId(id): PathId<BoardId>,
    Params(asked): Params<Asked>,
) -> Answer<Response> {
    let (page, board, filter, groups) = load(&app, &visit, &caller, id, &asked, View::Table).await?;
    let page = Html(TablePage { page, board, filter, groups });
    Ok(start::remember(&app.settings, id, page))
}

async fn load(
    app: &App,
    visit: &Visit,
    Signed(caller): &Signed,
    id: BoardId,
    asked: &Asked,
    view: View,
) -> kernel::Result<(Page, BoardHead, Shown, Vec<Group>)> {
    let filter = asked.filter();
    let passing = filter.clone();
    let loaded =
        app.store.tenant(caller).read(async move |tx| Loaded::all(tx, id, &passing, view).await).await?;
    let page = visit.page(app, &loaded.setting.board.name, "").await?;
    let today = Today::at(app.now(), visit.zone(&page));
    let shown = Shown::new(asked, &filter, &loaded.setting, page.w);
    let groups = loaded.groups(&today, page.w, asked);
    let board = loaded.setting.head(caller, loaded.counts);
    Ok((page, board, shown, groups))
}
