//! Moving an item: within its group, to another group or board, or to another project.

use ::store::{Step, Tenant, TenantTx, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::{Error, Result, UserId};
use serde_json::{Value as Json, json};

use super::change::differences;
use super::place::place;
use super::{Target, about, record, target, tell};
use crate::activity::{self, Change};
use crate::boards::{self, BoardId};
use crate::groups::{self, GroupId};
use crate::items::store::{ADD_LABEL, CHILD_IDS, CHILD_OF_OTHERS, DROP_LABEL, LEAVE_PARENT, MOVE, PLACE};
use crate::items::{Ids, ItemId, ItemMove, ItemRow, MOST_CHILDREN, find};
use crate::labels::{self, LabelId, LabelKind, NewLabel};
use crate::projects::{self, ProjectId};

/// Moves an item. It takes full rights, or that one filed the item, and a target that is not archived.
///
/// Within a project it keeps its number and history. Another project gives it a number of its own, the
/// labels of the same names, and no relatives: parents and children are of one project. Limited rights make
/// no labels there, and take no parent away from what others filed.
pub async fn relocate(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    to: ItemMove,
    seen: Option<i64>,
) -> Result<ItemRow> {
    permit.require(Level::Limited)?;
    let old = find(tx, id).await?;
    let group = wanted(tx, &old, &to).await?;
    let target = target(tx, to.board_id, group).await?;
    for neighbour in to.after.iter().chain(&to.before) {
        find(tx, *neighbour).await?;
    }
    permit.require_full_or_own(old.created_by)?;
    if target.project != old.project_id && permit.level() < Level::Full {
        require_no_children_of_others(tx, permit.user(), &old).await?;
    }
    crate::unless_stale(seen, old.version)?;
    if let (Some(what), true) = (target.archived, target.group != old.group_id) {
        return Err(crate::archived(what));
    }
    let Some(position) = place(tx, &old, target.group, &to).await? else { return Ok(old) };
    if target.group == old.group_id {
        return reordered(tx, old, position).await;
    }
    let now = tx.now();
    let mut new = ItemRow {
        project_id: target.project,
        board_id: target.board,
        group_id: target.group,
        position,
        version: old.version + 1,
        updated_at: now,
        ..old.clone()
    };
    if new.project_id != old.project_id {
        new.number = projects::actions::take_numbers(tx, new.project_id, 1).await?;
        new.labels = labels_there(tx, permit, &old, new.project_id).await?;
        new.parent_id = None;
        leave_children(tx, &old).await?;
    }
    write(tx, &old, &new).await?;
    let (from, to) = (whereabouts(tx, &old).await?, whereabouts(tx, &new).await?);
    activity::record(tx, id, &[Change::of("moved", Some(&from), Some(&to))]).await?;
    let mut about = about(&new, new.version);
    // Whoever follows the board that it has left is told as well.
    about["from"] = json!({"board": old.board_id, "group": old.group_id});
    record(tx, "item.moved", &new, details(&old, &target));
    tx.event("item.moved", new.id, about);
    Ok(new)
}

fn details(old: &ItemRow, target: &Target) -> Json {
    json!({
        "from": {"project": old.project_id, "board": old.board_id, "group": old.group_id},
        "to": {"project": target.project, "board": target.board, "group": target.group},
    })
}

/// The group that is asked for.
async fn wanted(tx: &mut TenantTx, item: &ItemRow, to: &ItemMove) -> Result<GroupId> {
    match (to.group_id, to.board_id) {
        (Some(group), _) => Ok(group),
        (None, Some(board)) if board != item.board_id => {
            boards::find(tx, board).await?;
            let first = groups::first(tx, board).await?;
            first.ok_or_else(|| Error::conflict("no_group", "The board has no group to put the item into."))
        }
        (None, _) => Ok(item.group_id),
    }
}

/// A new order alone leaves version and history: nothing that the item says has changed.
async fn reordered(tx: &mut TenantTx, old: ItemRow, position: String) -> Result<ItemRow> {
    tx.exec(&PLACE, params![tx.workspace(), old.id, &position]).await?;
    let new = ItemRow { position, ..old };
    let details = json!({"project": new.project_id, "board": new.board_id, "group": new.group_id});
    tell(tx, "item.moved", &new, new.version, details);
    Ok(new)
}

async fn require_no_children_of_others(tx: &mut TenantTx, user: UserId, item: &ItemRow) -> Result<()> {
    let values = params![tx.workspace(), item.id, user];
    let child: Option<(ItemId,)> = tx.first(&CHILD_OF_OTHERS, values).await?;
    if child.is_some() {
        let detail = "Others filed items below this one, and those would lose their parent.";
        return Err(Error::forbidden("not_yours", detail));
    }
    Ok(())
}

/// The labels of the same names in another project, made there where they are missing; without full
/// rights, which making one takes, those stay behind.
async fn labels_there(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: &ItemRow,
    project: ProjectId,
) -> Result<Ids<LabelKind>> {
    let mut there = Vec::new();
    for id in item.labels.iter() {
        let label = labels::find(tx, item.project_id, id).await?;
        let found = labels::by_name(tx, project, &label.name).await?;
        if found.is_some() || permit.level() < Level::Full {
            there.extend(found.map(|label| label.id));
            continue;
        }
        let new = NewLabel { name: label.name, color: Some(label.color) };
        there.push(labels::actions::insert(tx, project, new).await?.id);
    }
    Ok(Ids::new(there))
}

async fn leave_children(tx: &mut TenantTx, item: &ItemRow) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let children: Vec<(ItemId, BoardId)> =
        tx.all(&CHILD_IDS, params![workspace, item.id, MOST_CHILDREN]).await?;
    let parent = Some(json!({"id": item.id, "number": item.number, "title": item.title}));
    for (child, board) in children {
        tx.exec(&LEAVE_PARENT, params![workspace, child, now]).await?;
        activity::record(tx, child, &[Change::field("parent", &parent, &Json::Null)]).await?;
        tx.event("item.updated", child, json!({"project": item.project_id, "board": board}));
    }
    Ok(())
}

async fn write(tx: &mut TenantTx, old: &ItemRow, new: &ItemRow) -> Result<()> {
    let workspace = tx.workspace();
    let row = params![
        workspace,
        new.id,
        new.project_id,
        new.board_id,
        new.group_id,
        new.number,
        &new.position,
        new.parent_id,
        new.labels.text(),
        new.updated_at,
    ];
    let (gone, added) = differences(&old.labels.to_vec(), &new.labels.to_vec());
    let link = |label: LabelId| [workspace.into(), new.id.into(), label.into()];
    let gone: Vec<_> = gone.into_iter().map(link).collect();
    let added: Vec<_> = added.into_iter().map(link).collect();
    let mut steps: Vec<Step<'_, Tenant>> = vec![(&MOVE, row)];
    steps.extend(gone.iter().map(|row| (&DROP_LABEL, row.as_slice())));
    steps.extend(added.iter().map(|row| (&ADD_LABEL, row.as_slice())));
    tx.exec_all(&steps).await
}

/// Where an item is, with the names of now.
async fn whereabouts(tx: &mut TenantTx, item: &ItemRow) -> Result<Json> {
    let project = projects::find(tx, item.project_id).await?;
    let board = boards::find(tx, item.board_id).await?;
    let group = groups::find(tx, item.board_id, item.group_id).await?;
    Ok(json!({
        "project": {"id": project.id, "name": project.key},
        "board": {"id": board.id, "name": board.name},
        "group": {"id": group.id, "name": group.name},
        "number": item.number,
    }))
}
