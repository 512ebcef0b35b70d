//! What a change of an item answers: with script the panel, the card and the row, wherever they are on
//! the page; without it the way back to the item.

use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::Result;
use kernel::access::Caller;
use store::TenantTx;
use web::page::{Page, Toast};
use web::{Answer, App, Html, Visit, see_other};

use super::detail::{Detail, Opened};
use super::feed::FeedEntry;
use crate::boards::BoardId;
use crate::groups::{self, GroupId};
use crate::items::ItemId;
use crate::items::list::{self, Filter};
use crate::page::card::{url, whole};
use crate::page::due::Today;

/// The answer to every change of an item (title, description, status, priority, labels, assignees,
/// dates, checklists, updates, move).
#[derive(Template)]
#[template(path = "items/changed.html")]
struct ItemChanged {
    page: Page,
    detail: Detail,
    /// The new counts of the groups that changed.
    counts: Vec<GroupCount>,
    toast: Option<Toast>,
}

pub(crate) struct GroupCount {
    pub id: String,
    pub count: usize,
    pub wip_limit: Option<usize>,
}

impl GroupCount {
    pub fn over_limit(&self) -> bool {
        self.wip_limit.is_some_and(|limit| self.count > limit)
    }

    /// How many items each of these groups of a board has now.
    pub async fn on(tx: &mut TenantTx, board: BoardId, wanted: &[GroupId]) -> Result<Vec<Self>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let counts = list::counts(tx, board, &Filter::default()).await?;
        let groups = groups::of_board(tx, board).await?;
        let shown = groups.iter().filter(|group| wanted.contains(&group.id)).map(|group| Self {
            id: group.id.to_string(),
            count: counts.get(&group.id).copied().map_or(0, whole),
            wip_limit: group.wip_limit.map(whole),
        });
        Ok(shown.collect())
    }
}

/// What an item looks like now, after a change; `groups` are those whose counts changed with it.
pub(crate) async fn changed(
    app: &App,
    visit: &Visit,
    caller: &Caller,
    id: ItemId,
    groups: Vec<GroupId>,
) -> Answer<Response> {
    if !visit.htmx {
        return Ok(see_other(&url(id)));
    }
    let (opened, counts) = app
        .store
        .tenant(caller)
        .read(async move |tx| {
            let opened = Opened::load(tx, id).await?;
            let counts = GroupCount::on(tx, opened.item.board_id, &groups).await?;
            Ok((opened, counts))
        })
        .await?;
    let page = visit.fragment(app);
    let today = Today::at(app.now(), visit.zone(&page));
    let detail = opened.detail(caller, &today, page.w).await?;
    Ok(Html(ItemChanged { page, detail, counts, toast: None }).into_response())
}
