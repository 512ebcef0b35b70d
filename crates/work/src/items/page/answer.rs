//! What a change of an item answers: with script the panel, the card and the row, wherever they are on
//! the page; without it the way back to the item.

use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::Result;
use kernel::access::Caller;
use store::{TenantTx, params};
use web::page::{Page, Toast};
use web::{Answer, App, Html, Visit, see_other};

use super::detail::{Detail, Opened};
use super::feed::FeedEntry;
use crate::boards::BoardId;
use crate::groups::{self, GroupId};
use crate::items::ItemId;
use crate::page::card::{url, whole};
use crate::page::due::Today;

store::statements! {
    tenant COUNT = "SELECT g.wip_limit, (SELECT count(*) FROM items i
            WHERE i.workspace_id = g.workspace_id AND i.group_id = g.id AND i.archived_at IS NULL AND i.deleted_at IS NULL)
        FROM board_groups g WHERE g.workspace_id = $1 AND g.id = $2";
    tenant COUNTS = "SELECT g.id, g.wip_limit, (SELECT count(*) FROM items i
            WHERE i.workspace_id = g.workspace_id AND i.group_id = g.id AND i.archived_at IS NULL AND i.deleted_at IS NULL)
        FROM board_groups g WHERE g.workspace_id = $1 AND g.board_id = $2 AND g.archived_at IS NULL
        ORDER BY g.position, g.id LIMIT $3";
}

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

    /// How many items each of these groups has now; they may be of several boards.
    pub async fn of(tx: &mut TenantTx, groups: &[GroupId]) -> Result<Vec<Self>> {
        let mut counts = Vec::new();
        for id in groups {
            let (wip_limit, count): (Option<i64>, i64) = tx.one(&COUNT, params![tx.workspace(), *id]).await?;
            counts.push(Self::new(*id, wip_limit, count));
        }
        Ok(counts)
    }

    /// The same of all groups of a board.
    pub async fn of_board(tx: &mut TenantTx, board: BoardId) -> Result<Vec<Self>> {
        let rows: Vec<(GroupId, Option<i64>, i64)> =
            tx.all(&COUNTS, params![tx.workspace(), board, groups::MOST]).await?;
        Ok(rows.into_iter().map(|(id, wip_limit, count)| Self::new(id, wip_limit, count)).collect())
    }

    fn new(id: GroupId, wip_limit: Option<i64>, count: i64) -> Self {
        Self { id: id.to_string(), count: whole(count), wip_limit: wip_limit.map(whole) }
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
            let counts = GroupCount::of(tx, &groups).await?;
            Ok((opened, counts))
        })
        .await?;
    let page = visit.fragment(app);
    let today = Today::at(app.now(), visit.zone(&page));
    let detail = opened.detail(caller, &today, page.w).await?;
    Ok(Html(ItemChanged { page, detail, counts, toast: None }).into_response())
}
