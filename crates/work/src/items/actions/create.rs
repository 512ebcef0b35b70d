//! Filing a new item. The hottest write: two round trips, five statements.

use ::store::{Step, Tenant, TenantTx, Value, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::id::User;
use kernel::{Error, Result};
use serde_json::json;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::{family, target, tell};
use crate::activity::{self, ActivityId, Change};
use crate::boards::{self, BoardId};
use crate::groups::{self, GroupId, NewGroup};
use crate::items::store::{ADD_ASSIGNEE, ADD_LABEL, ALLOCATE, INSERT};
use crate::items::{Date, Ids, ItemId, ItemKind, ItemRow, NewItem, find};
use crate::labels::{self, LabelKind};
use crate::members;
use crate::position;
use crate::projects::ProjectId;

/// Files an item at the end of its group. Everybody with limited rights may.
pub async fn create(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    board: BoardId,
    new: NewItem,
    key: Option<Key>,
) -> Result<ItemRow> {
    permit.require(Level::Limited)?;
    new.check()?;
    if key.is_some()
        && let Some(made) = idempotency::seen(tx, key.as_ref()).await?
    {
        return find(tx, made).await;
    }
    let group = group_for(tx, board, new.group_id).await?;
    let (project, number, last) = allocate(tx, board, group).await?;
    let labels = Ids::<LabelKind>::new(new.labels);
    for label in labels.iter() {
        labels::find(tx, project, label).await?;
    }
    let assignees = Ids::<User>::new(new.assignees);
    members::require_assignable(tx, &assignees.to_vec()).await?;
    let id = tx.new_id::<ItemKind>();
    if let Some(parent) = new.parent_id {
        family::require_parent(tx, project, id, parent).await?;
    }
    let now = tx.now();
    let item = ItemRow {
        id,
        project_id: project,
        board_id: board,
        group_id: group,
        number,
        title: tidy(new.title),
        description: tidy(new.description),
        status: new.status,
        priority: new.priority,
        start_on: new.start_on,
        due_on: new.due_on,
        parent_id: new.parent_id,
        position: position::after(last.as_deref())?,
        labels,
        assignees,
        checklist_count: 0,
        entry_count: 0,
        done_count: 0,
        update_count: 0,
        link_count: 0,
        archived_at: None,
        version: 1,
        created_by: Some(permit.user()),
        created_at: now,
        updated_at: now,
    };
    insert(tx, &item, true).await?;
    if key.is_some() {
        idempotency::keep(tx, key.as_ref(), id).await?;
    }
    tell(tx, "item.created", &item, 1, json!({"project": project, "board": board, "number": number}));
    Ok(item)
}

async fn group_for(tx: &mut TenantTx, board: BoardId, asked: Option<GroupId>) -> Result<GroupId> {
    if let Some(group) = asked {
        return Ok(group);
    }
    if let Some(group) = groups::first(tx, board).await? {
        return Ok(group);
    }
    if boards::find(tx, board).await?.archived {
        return Err(crate::archived("board"));
    }
    // A client that only wants to write something down need not know of groups.
    let first = NewGroup { name: "To do".into(), color: None, wip_limit: None };
    groups::actions::insert(tx, board, first).await
}

/// The project, the item's number, and the last position in the group.
async fn allocate(
    tx: &mut TenantTx,
    board: BoardId,
    group: GroupId,
) -> Result<(ProjectId, i64, Option<String>)> {
    if let Some(place) = tx.first(&ALLOCATE, params![tx.workspace(), board, group]).await? {
        return Ok(place);
    }
    boards::find(tx, board).await?;
    let target = target(tx, Some(board), group).await?;
    Err(target.archived.map_or(Error::NotFound, crate::archived))
}

/// The rows of an item, its labels and assignees, exactly as given; with `history`, that it was created.
pub(crate) async fn insert(tx: &mut TenantTx, item: &ItemRow, history: bool) -> Result<()> {
    let workspace = Value::from(tx.workspace());
    let row = item_values(workspace, item);
    let created = Change::plain("created");
    let id: ActivityId = tx.new_id();
    let activity = activity::row(workspace, id, item.id, item.created_by, item.created_at, &created);
    let mut steps: Vec<Step<'_, Tenant>> = vec![(&INSERT, &row)];
    if history {
        steps.push((&activity::store::INSERT, &activity));
    }
    let of = |item: ItemId, other: Value<'static>| [workspace, item.into(), other];
    let labels: Vec<_> = item.labels.iter().map(|label| of(item.id, label.into())).collect();
    let assignees: Vec<_> = item.assignees.iter().map(|user| of(item.id, user.into())).collect();
    steps.extend(labels.iter().map(|row| (&ADD_LABEL, row.as_slice())));
    steps.extend(assignees.iter().map(|row| (&ADD_ASSIGNEE, row.as_slice())));
    tx.exec_all(&steps).await
}

/// The parameters of [`INSERT`].
fn item_values<'a>(workspace: Value<'a>, item: &'a ItemRow) -> [Value<'a>; 24] {
    [
        workspace,
        item.id.into(),
        item.project_id.into(),
        item.board_id.into(),
        item.group_id.into(),
        item.number.into(),
        (&item.title).into(),
        (&item.description).into(),
        item.status.name().into(),
        item.priority.number().into(),
        item.start_on.as_ref().map(Date::as_str).into(),
        item.due_on.as_ref().map(Date::as_str).into(),
        item.parent_id.into(),
        (&item.position).into(),
        item.labels.text().into(),
        item.assignees.text().into(),
        item.checklist_count.into(),
        item.entry_count.into(),
        item.done_count.into(),
        item.link_count.into(),
        item.archived_at.into(),
        item.created_by.into(),
        item.created_at.into(),
        item.updated_at.into(),
    ]
}
