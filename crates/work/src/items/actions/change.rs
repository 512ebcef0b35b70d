//! Changing what an item says.

use ::store::{Step, Tenant, TenantTx, Value};
use kernel::access::{Level, Permit, Tasks};
use kernel::id::User;
use kernel::{Error, Result, UserId};
use serde_json::{Value as Json, json};
use web::check::tidy;

use super::{family, tell};
use crate::activity::{self, Change};
use crate::items::new::{OUT_OF_ORDER, in_order};
use crate::items::store::{ADD_ASSIGNEE, ADD_LABEL, CHANGE, DROP_ASSIGNEE, DROP_LABEL};
use crate::items::{Date, Ids, ItemChange, ItemId, ItemRow, find};
use crate::labels::{self, LabelId, LabelKind};
use crate::members;

/// Changes an item. Limited rights reach the status of every item, and all of one's own. What is the
/// same already changes nothing, and leaves no trace.
pub async fn change(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    change: ItemChange,
    seen: Option<i64>,
) -> Result<ItemRow> {
    permit.require(Level::Limited)?;
    change.check()?;
    let old = find(tx, id).await?;
    require_named(tx, &old, &change).await?;
    if change.edits() {
        permit.require_full_or_own(old.created_by)?;
    }
    crate::unless_stale(seen, old.version)?;
    let new = changed(tx, &old, change).await?;
    if !in_order(new.start_on.as_ref(), new.due_on.as_ref()) {
        return Err(Error::invalid("/due_on", OUT_OF_ORDER));
    }
    let changes = history(tx, &old, &new).await?;
    if changes.is_empty() {
        return Ok(old);
    }
    write(tx, &old, &new).await?;
    activity::record(tx, id, &changes).await?;
    let fields: Vec<&str> = changes.iter().map(|change| change.field.unwrap_or("archived")).collect();
    let action = match (changes.as_slice(), &new.archived_at) {
        ([Change { field: None, .. }], Some(_)) => "item.archived",
        ([Change { field: None, .. }], None) => "item.restored",
        _ => "item.updated",
    };
    let details = json!({"project": new.project_id, "board": new.board_id, "fields": fields});
    tell(tx, action, &new, new.version, details);
    Ok(new)
}

/// 404 for every id of the change that is not there, before anything else of it is looked at.
async fn require_named(tx: &mut TenantTx, old: &ItemRow, change: &ItemChange) -> Result<()> {
    for label in change.labels.iter().flatten().filter(|label| !old.labels.contains(**label)) {
        labels::find(tx, old.project_id, *label).await?;
    }
    let new: Vec<UserId> =
        change.assignees.iter().flatten().copied().filter(|user| !old.assignees.contains(*user)).collect();
    members::require_assignable(tx, &new).await?;
    if let Some(parent) = change.parent_id.as_ref().set() {
        family::named(tx, old.project_id, *parent).await?;
    }
    Ok(())
}

/// The item as it would be.
async fn changed(tx: &mut TenantTx, old: &ItemRow, change: ItemChange) -> Result<ItemRow> {
    let now = tx.now();
    let mut new = ItemRow { version: old.version + 1, updated_at: now, ..old.clone() };
    if let Some(parent) = change.parent_id.as_ref().set().filter(|parent| Some(**parent) != old.parent_id) {
        family::require_parent(tx, old.project_id, old.id, *parent).await?;
    }
    new.parent_id = change.parent_id.over(new.parent_id);
    new.title = change.title.map_or(new.title, tidy);
    new.description = change.description.map_or(new.description, tidy);
    new.status = change.status.unwrap_or(new.status);
    new.priority = change.priority.unwrap_or(new.priority);
    new.start_on = change.start_on.over(new.start_on);
    new.due_on = change.due_on.over(new.due_on);
    new.labels = change.labels.map_or(new.labels, Ids::new);
    new.assignees = change.assignees.map_or(new.assignees, Ids::new);
    if let Some(archived) = change.archived {
        new.archived_at = archived.then(|| old.archived_at.unwrap_or(now));
    }
    Ok(new)
}

async fn history(tx: &mut TenantTx, old: &ItemRow, new: &ItemRow) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    if new.title != old.title {
        changes.push(Change::field("title", &old.title, &new.title));
    }
    if new.description != old.description {
        changes.push(Change::field("description", &old.description, &new.description));
    }
    if new.status != old.status {
        changes.push(Change::field("status", &old.status, &new.status));
    }
    if new.priority != old.priority {
        changes.push(Change::field("priority", &old.priority, &new.priority));
    }
    if new.start_on != old.start_on {
        changes.push(Change::field("start_on", &old.start_on, &new.start_on));
    }
    if new.due_on != old.due_on {
        changes.push(Change::field("due_on", &old.due_on, &new.due_on));
    }
    if new.labels != old.labels {
        let (before, after) = (names(tx, old, &old.labels).await?, names(tx, old, &new.labels).await?);
        changes.push(Change::field("labels", &before, &after));
    }
    if new.assignees != old.assignees {
        changes.push(Change::field("assignees", &old.assignees, &new.assignees));
    }
    if new.parent_id != old.parent_id {
        let (before, after) = (parent(tx, old).await?, parent(tx, new).await?);
        changes.push(Change::field("parent", &before, &after));
    }
    match (old.archived_at, new.archived_at) {
        (None, Some(_)) => changes.push(Change::plain("archived")),
        (Some(_), None) => changes.push(Change::plain("restored")),
        _ => {}
    }
    Ok(changes)
}

/// Labels as they are called now: a name in the history stays when the label goes.
pub(super) async fn names(tx: &mut TenantTx, item: &ItemRow, labels: &Ids<LabelKind>) -> Result<Vec<Json>> {
    let mut named = Vec::new();
    for id in labels.iter() {
        let label = labels::find(tx, item.project_id, id).await?;
        named.push(json!({"id": id, "name": label.name}));
    }
    Ok(named)
}

async fn parent(tx: &mut TenantTx, item: &ItemRow) -> Result<Option<Json>> {
    match item.parent_id {
        Some(parent) => match family::named(tx, item.project_id, parent).await {
            Ok(named) => Ok(Some(named)),
            // It is in the trash.
            Err(Error::NotFound) => Ok(Some(json!({"id": parent}))),
            Err(error) => Err(error),
        },
        None => Ok(None),
    }
}

async fn write(tx: &mut TenantTx, old: &ItemRow, new: &ItemRow) -> Result<()> {
    let workspace = Value::from(tx.workspace());
    let row: [Value<'_>; 13] = [
        workspace,
        new.id.into(),
        (&new.title).into(),
        (&new.description).into(),
        new.status.name().into(),
        new.priority.number().into(),
        new.start_on.as_ref().map(Date::as_str).into(),
        new.due_on.as_ref().map(Date::as_str).into(),
        new.parent_id.into(),
        new.labels.text().into(),
        new.assignees.text().into(),
        new.archived_at.into(),
        new.updated_at.into(),
    ];
    let link = |other: Value<'static>| [workspace, new.id.into(), other];
    let labels = differences(&old.labels.to_vec(), &new.labels.to_vec());
    let assignees = differences(&old.assignees.to_vec(), &new.assignees.to_vec());
    let dropped_labels: Vec<_> = labels.0.into_iter().map(|id| link(id.into())).collect();
    let added_labels: Vec<_> = labels.1.into_iter().map(|id| link(id.into())).collect();
    let dropped_users: Vec<_> = assignees.0.into_iter().map(|id| link(id.into())).collect();
    let added_users: Vec<_> = assignees.1.into_iter().map(|id| link(id.into())).collect();
    let mut steps: Vec<Step<'_, Tenant>> = vec![(&CHANGE, &row)];
    steps.extend(dropped_labels.iter().map(|row| (&DROP_LABEL, row.as_slice())));
    steps.extend(added_labels.iter().map(|row| (&ADD_LABEL, row.as_slice())));
    steps.extend(dropped_users.iter().map(|row| (&DROP_ASSIGNEE, row.as_slice())));
    steps.extend(added_users.iter().map(|row| (&ADD_ASSIGNEE, row.as_slice())));
    tx.exec_all(&steps).await
}

/// What is gone, and what is new.
pub(super) fn differences<T: PartialEq + Copy>(old: &[T], new: &[T]) -> (Vec<T>, Vec<T>) {
    let only =
        |these: &[T], others: &[T]| these.iter().copied().filter(|one| !others.contains(one)).collect();
    (only(old, new), only(new, old))
}

/// Puts one more label on an item.
pub async fn add_label(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    label: LabelId,
) -> Result<ItemRow> {
    let labels = find(tx, id).await?.labels.iter().chain([label]).collect();
    change(tx, permit, id, ItemChange { labels: Some(labels), ..ItemChange::default() }, None).await
}

/// Takes one label off an item.
pub async fn remove_label(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    label: LabelId,
) -> Result<ItemRow> {
    let labels = find(tx, id).await?.labels.iter().filter(|known| *known != label).collect();
    change(tx, permit, id, ItemChange { labels: Some(labels), ..ItemChange::default() }, None).await
}

/// Assigns an item to one more person.
pub async fn add_assignee(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    user: UserId,
) -> Result<ItemRow> {
    let assignees: Vec<UserId> = assigned(tx, id).await?.iter().chain([user]).collect();
    change(tx, permit, id, ItemChange { assignees: Some(assignees), ..ItemChange::default() }, None).await
}

/// Takes an item off one person's hands.
pub async fn remove_assignee(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    user: UserId,
) -> Result<ItemRow> {
    let assignees = assigned(tx, id).await?.iter().filter(|known| *known != user).collect();
    change(tx, permit, id, ItemChange { assignees: Some(assignees), ..ItemChange::default() }, None).await
}

async fn assigned(tx: &mut TenantTx, id: ItemId) -> Result<Ids<User>> {
    Ok(find(tx, id).await?.assignees)
}
