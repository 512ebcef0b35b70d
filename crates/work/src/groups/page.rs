//! Forms of a board's groups, and the cards that follow in one.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::{Access, Area, Level, Permit, Projects};
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::json;
use store::{TenantTx, params};
use web::page::Page;
use web::{
    Answer, App, Cursor, Doc, FormBody, Html, Keyed, Params, Patch, PathId, PathIds, Permitted, Route,
    Routes, Signed, Visit, see_other,
};

use super::{GroupChange, GroupId, GroupMove, NewGroup, actions};
use crate::boards::BoardId;
use crate::boards::page::cards::{Loaded, View};
use crate::boards::page::filter::Asked;
use crate::items::list::Place;
use crate::items::page::answer::COUNT;
use crate::page::board::{BoardHead, Group, url};
use crate::page::due::Today;
use crate::page::form::answer;

const SEE: Access = Access::Area(Area::Tasks, Level::View);
const ARRANGE: Access = Access::Area(Area::Projects, Level::Full);

pub fn pages() -> Routes {
    Routes::new()
        .with(
            Route::page_post("/boards/{id}/groups", ARRANGE, create)
                .doc(Doc::new("Add a group").form(json!({"name": "Doing"})).answers_empty(303)),
        )
        .with(
            Route::page_post("/boards/{id}/groups/{group_id}", ARRANGE, change).doc(
                Doc::new("Rename a group, or set its limit")
                    .form(json!({"name": "Doing", "wip_limit": "3"}))
                    .answers_empty(303),
            ),
        )
        .with(
            Route::page_post("/boards/{id}/groups/{group_id}/move", ARRANGE, reorder)
                .doc(Doc::new("Move a group one place on").form(json!({"to": "left"})).answers_empty(303)),
        )
        .with(
            Route::page_get("/boards/{id}/groups/{group_id}/cards", SEE, more)
                .doc(Doc::new("Show the next cards of a group")),
        )
}

/// The answer to POST /boards/{id}/groups/{group_id}: its new name and limit.
#[derive(Template)]
#[template(path = "boards/group_changed.html")]
struct GroupChanged {
    page: Page,
    group: Group,
}

/// GET /boards/{id}/groups/{group_id}/cards?view=kanban&cursor=…
#[derive(Template)]
#[template(path = "boards/more_cards.html")]
struct MoreCards {
    page: Page,
    group: Group,
}

/// The same with view=table.
#[derive(Template)]
#[template(path = "boards/more_rows.html")]
struct MoreRows {
    page: Page,
    board: BoardHead,
    group: Group,
}

#[derive(Deserialize)]
struct NewForm {
    #[serde(default)]
    name: String,
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(board): PathId<BoardId>,
    Keyed(FormBody(form), key): Keyed<FormBody<NewForm>>,
) -> Answer<Response> {
    let new = NewGroup { name: form.name, color: None, wip_limit: None };
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| actions::create(tx, permit, board, new, key).await).await?;
    Ok(see_other(&url(board)))
}

#[derive(Deserialize)]
struct ChangeForm {
    name: Option<String>,
    /// Empty takes the limit away.
    wip_limit: Option<String>,
}

impl ChangeForm {
    fn change(self) -> Result<GroupChange> {
        let wip_limit = match self.wip_limit.as_deref().map(str::trim) {
            None => Patch::Keep,
            Some("") => Patch::Clear,
            Some(text) => {
                let bad = |_| Error::invalid("/wip_limit", "must be a number from 1 to 10000");
                Patch::Set(text.parse().map_err(bad)?)
            }
        };
        Ok(GroupChange { name: self.name, wip_limit, ..GroupChange::default() })
    }
}

async fn change(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
    FormBody(form): FormBody<ChangeForm>,
) -> Answer<Response> {
    let change = form.change()?;
    let door = app.store.tenant(&caller);
    let (group, count) = door
        .write(async move |tx: &mut TenantTx| {
            let group = actions::change(tx, permit, board, id, change, None).await?;
            let (_, count): (Option<i64>, i64) = tx.one(&COUNT, params![tx.workspace(), id]).await?;
            Ok((group, count))
        })
        .await?;
    let fragment = GroupChanged { page: visit.fragment(&app), group: Group::empty(&group, count) };
    Ok(answer(&visit, &url(board), Html(fragment)))
}

#[derive(Deserialize)]
struct MoveForm {
    to: Way,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Left,
    Right,
}

async fn reorder(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
    FormBody(form): FormBody<MoveForm>,
) -> Answer<Response> {
    let door = app.store.tenant(&caller);
    door.write(async move |tx: &mut TenantTx| step(tx, permit, board, id, form.to).await).await?;
    Ok(see_other(&format!("{}#group-{id}", url(board))))
}

/// Puts a group on the other side of the one beside it; the first and the last have nowhere to go.
async fn step(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    board: BoardId,
    id: GroupId,
    to: Way,
) -> Result<()> {
    super::find(tx, board, id).await?;
    let groups: Vec<GroupId> = super::of_board(tx, board).await?.iter().map(|group| group.id).collect();
    let place = groups.iter().position(|group| *group == id);
    let beside = |step: fn(usize) -> Option<usize>| place.and_then(step).and_then(|place| groups.get(place));
    let to = match to {
        Way::Left => GroupMove { before: beside(|place| place.checked_sub(1)).copied(), after: None },
        Way::Right => GroupMove { before: None, after: beside(|place| place.checked_add(1)).copied() },
    };
    if to.before.or(to.after).is_some() {
        actions::reorder(tx, permit, board, id, to).await?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct MoreQuery {
    #[serde(default)]
    view: View,
    cursor: Option<String>,
}

async fn more(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    PathIds((board, id)): PathIds<(BoardId, GroupId)>,
    Params(query): Params<MoreQuery>,
    Params(asked): Params<Asked>,
) -> Answer<Response> {
    let bad = || Error::malformed("bad_cursor", "The cursor is not one that this list gave.");
    let after: Option<Place> =
        query.cursor.as_deref().map(|text| Cursor::read(text).ok_or_else(bad)).transpose()?;
    let (filter, view) = (asked.filter(), query.view);
    let loaded = app
        .store
        .tenant(&caller)
        .read(async move |tx| Loaded::more(tx, board, id, &filter, after.as_ref(), view).await)
        .await?;
    let page = visit.fragment(&app);
    let today = Today::at(app.now(), visit.zone(&page));
    let group = loaded.groups(&today, page.w, &asked).pop().ok_or(Error::NotFound)?;
    Ok(match view {
        View::Kanban => Html(MoreCards { page, group }).into_response(),
        View::Table => {
            let board = loaded.setting.head(&caller, loaded.counts);
            Html(MoreRows { page, board, group }).into_response()
        }
    })
}
