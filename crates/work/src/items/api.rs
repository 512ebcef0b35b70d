use ::store::{TenantDoor, TenantTx};
use axum::extract::{OriginalUri, State};
use kernel::access::{Access, Area, Level, Tasks};
use kernel::{Error, UserId};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use web::{
    Answer, App, Body, Created, Doc, IfMatch, Json, Keyed, Listing, NoContent, Page, Params, PathId,
    Permitted, Route, Routes, Signed, Tagged, Written,
};

use super::list::{Filter, Sort};
use super::trash::{self, Deleted, DeletedItem};
use super::{Date, Item, ItemChange, ItemId, ItemMove, NewItem, Status, actions, listing};
use crate::boards::{self, ArchivePlace, BoardId};
use crate::groups::GroupId;
use crate::labels::LabelId;
use crate::projects::Archived;

const VIEW: Access = Access::Area(Area::Tasks, Level::View);
const LIMITED: Access = Access::Area(Area::Tasks, Level::Limited);
const FULL: Access = Access::Area(Area::Tasks, Level::Full);

pub fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/boards/{board}/items", VIEW, list_board).doc(
                Doc::new("List a board's items")
                    .about("A page ends before its `limit` where its items are long, at about 4 MiB.")
                    .tag("items")
                    .query::<Query>()
                    .lists::<Item>(),
            ),
        )
        .with(
            Route::post("/boards/{board}/items", LIMITED, create).doc(
                Doc::new("File an item")
                    .about("At the end of the group; of the board's first one where none is named.")
                    .tag("items")
                    .body::<NewItem>(json!({"title": "Write it down", "priority": "high", "due_on": "2026-03-01"}))
                    .answers::<Item>(201)
                    .refuses(409)
                    .idempotent(),
            ),
        )
        .with(
            Route::get("/boards/{board}/trash", FULL, list_trash).doc(
                Doc::new("List a board's deleted items, deleted last first")
                    .about("After 30 days they are gone; until then `POST /items/{item}/restore` brings them back.")
                    .tag("items")
                    .lists::<DeletedItem>(),
            ),
        )
        .with(
            Route::get("/items/{item}", VIEW, show).doc(Doc::new("Show an item").answers::<Item>(200).versioned()),
        )
        .with(
            Route::patch("/items/{item}", LIMITED, change).doc(
                Doc::new("Change or archive an item")
                    .about("With limited rights: the status of any item, everything of those one filed.")
                    .body::<ItemChange>(json!({"status": "doing", "due_on": null}))
                    .answers::<Item>(200)
                    .refuses(409)
                    .versioned(),
            ),
        )
        .with(
            Route::delete("/items/{item}", FULL, delete)
                .doc(Doc::new("Put an item into the trash").answers_empty(204).versioned()),
        )
        .with(
            Route::post("/items/{item}/restore", LIMITED, restore)
                .doc(Doc::new("Bring an item back from the trash or the archive").answers::<Item>(200)),
        )
        .with(
            Route::post("/items/{item}/move", LIMITED, relocate).doc(
                Doc::new("Move an item to a place, a group, a board, a project")
                    .about(
                        "Behind `after`, else before `before`, else to the end of the group; of the board's first \
                         one where only a board is named. Another project gives it another number, the labels of the \
                         same names, and no parent.",
                    )
                    .body::<ItemMove>(json!({}))
                    .answers::<Item>(200)
                    .refuses(409)
                    .versioned(),
            ),
        )
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct Query {
    /// Part of the title, or the item's number.
    #[param(max_length = 200)]
    q: Option<String>,
    #[param(inline)]
    status: Option<Status>,
    assignee: Option<UserId>,
    label: Option<LabelId>,
    group: Option<GroupId>,
    due_before: Option<Date>,
    /// Whether archived ones are listed: `false` (they are not), `true` (they alone), `all`.
    #[param(inline)]
    archived: Archived,
    /// `position` (the default), `number`, `title`, `due_on` or `updated_at`; with `-` before it the
    /// greatest first.
    #[param(pattern = "^-?(position|number|title|due_on|updated_at)$")]
    sort: Option<String>,
    /// By columns, which boards do not have: refused, rather than answered as if it were not there.
    #[param(ignore)]
    filter: Option<String>,
}

impl Query {
    fn filter(self) -> kernel::Result<(Filter, Sort)> {
        let bad = |code, detail: &'static str| Err(Error::malformed(code, detail));
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 200) {
            return bad("bad_parameter", "q has at most 200 characters.");
        }
        if self.filter.is_some() {
            return bad("bad_filter", "The board has no columns to filter by.");
        }
        let sort = match self.sort.as_deref() {
            None => Some(Sort::default()),
            Some(text) => Sort::parse(text),
        };
        let Some(sort) = sort else {
            return bad(
                "bad_sort",
                "sort is one of position, number, title, due_on, updated_at, with or without a minus.",
            );
        };
        let filter = Filter {
            q: self.q.filter(|q| !q.trim().is_empty()),
            statuses: self.status.into_iter().collect(),
            assignees: self.assignee.into_iter().collect(),
            labels: self.label.into_iter().collect(),
            group: self.group,
            due_before: self.due_before,
            archived: self.archived,
        };
        Ok((filter, sort))
    }
}

async fn list_board(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(board): PathId<BoardId>,
    Params(query): Params<Query>,
    listing: Listing,
    OriginalUri(asked): OriginalUri,
) -> Answer<Written> {
    let (filter, sort) = query.filter()?;
    let read = async |door: &TenantDoor| {
        let page = listing::of_board(door, board, &filter, sort, &listing).await?;
        if page.data.is_empty() {
            // Empty, or not there: only then is it worth a question.
            door.read(async |tx: &mut TenantTx| boards::find(tx, board).await).await?;
        }
        Ok(Written::new(&page)?.0)
    };
    Ok(Written(app.store.tenant(&caller).kept(&asked.to_string(), read).await?))
}

async fn list_trash(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(board): PathId<BoardId>,
    listing: Listing,
) -> Answer<Json<Page<DeletedItem>>> {
    let before: Option<ArchivePlace> = listing.after()?;
    let fetch = listing.fetch();
    let read = async |tx: &mut TenantTx| {
        boards::find(tx, board).await?;
        trash::of_board(tx, board, before, fetch).await
    };
    let rows = app.store.tenant(&caller).read(read).await?;
    let page = listing.page(rows, Deleted::place)?;
    let data = page.data.into_iter().map(DeletedItem::from).collect();
    Ok(Json(Page { data, next_cursor: page.next_cursor }))
}

async fn create(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(board): PathId<BoardId>,
    Keyed(Body(new), key): Keyed<Body<NewItem>>,
) -> Answer<Tagged<Created<Item>>> {
    let write = async move |tx: &mut TenantTx| {
        let row = actions::create(tx, permit, board, new, key).await?;
        super::whole(tx, row).await
    };
    let item = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(item.version, Created { location: format!("/api/v1/items/{}", item.id), body: item }))
}

async fn show(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(id): PathId<ItemId>,
) -> Answer<Tagged<Json<Item>>> {
    let read = async |tx: &mut TenantTx| {
        let row = super::find(tx, id).await?;
        super::whole(tx, row).await
    };
    let item = app.store.tenant(&caller).read(read).await?;
    Ok(Tagged(item.version, Json(item)))
}

async fn change(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    IfMatch(seen): IfMatch,
    Body(change): Body<ItemChange>,
) -> Answer<Tagged<Json<Item>>> {
    let write = async move |tx: &mut TenantTx| {
        let row = actions::change(tx, permit, id, change, seen).await?;
        super::whole(tx, row).await
    };
    let item = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(item.version, Json(item)))
}

async fn delete(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    IfMatch(seen): IfMatch,
) -> Answer<NoContent> {
    app.store
        .tenant(&caller)
        .write(async move |tx: &mut TenantTx| actions::delete(tx, permit, id, seen).await)
        .await?;
    Ok(NoContent)
}

async fn restore(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
) -> Answer<Tagged<Json<Item>>> {
    let write = async move |tx: &mut TenantTx| {
        let row = actions::restore(tx, permit, id).await?;
        super::whole(tx, row).await
    };
    let item = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(item.version, Json(item)))
}

async fn relocate(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Tasks>,
    PathId(id): PathId<ItemId>,
    IfMatch(seen): IfMatch,
    Body(to): Body<ItemMove>,
) -> Answer<Tagged<Json<Item>>> {
    let write = async move |tx: &mut TenantTx| {
        let row = actions::relocate(tx, permit, id, to, seen).await?;
        super::whole(tx, row).await
    };
    let item = app.store.tenant(&caller).write(write).await?;
    Ok(Tagged(item.version, Json(item)))
}
