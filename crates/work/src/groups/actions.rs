//! Making, changing, ordering and deleting groups. All of it takes full rights in projects.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Projects};
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp};
use serde_json::json;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::store::{BEFORE, BEHIND, CHANGE, COUNT, DELETE, HAS_ITEMS, INSERT, PLACE};
use super::{Group, GroupChange, GroupId, GroupKind, GroupMove, MOST, NewGroup, find};
use crate::boards::{self, BoardId};
use crate::items::ItemId;
use crate::position;

/// A group behind the board's others.
pub async fn create(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    board: BoardId,
    new: NewGroup,
    key: Option<Key>,
) -> Result<Group> {
    permit.require(Level::Full)?;
    new.check()?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return find(tx, board, made).await;
    }
    if boards::find(tx, board).await?.archived {
        return Err(crate::archived("board"));
    }
    let id = insert(tx, board, new).await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    find(tx, board, id).await
}

/// The row, the record and the event of a new group.
pub(crate) async fn insert(tx: &mut TenantTx, board: BoardId, new: NewGroup) -> Result<GroupId> {
    let workspace = tx.workspace();
    let (count, last): (i64, Option<String>) = tx.one(&COUNT, params![workspace, board]).await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_groups", "This board has as many groups as a board takes."));
    }
    let (id, now, name) = (tx.new_id::<GroupKind>(), tx.now(), tidy(new.name));
    let place = position::after(last.as_deref())?;
    let row = params![workspace, id, board, &name, &place, new.color, new.wip_limit, None::<Timestamp>, now];
    tx.exec(&INSERT, row).await?;
    tx.audit(Entry::new("group.created", id).details(json!({"board": board})).personal("name", name, None));
    tx.event("group.created", id, json!({"board": board}));
    Ok(id)
}

pub async fn change(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    board: BoardId,
    id: GroupId,
    change: GroupChange,
    seen: Option<i64>,
) -> Result<Group> {
    permit.require(Level::Full)?;
    change.check()?;
    let old = find(tx, board, id).await?;
    crate::unless_stale(seen, old.version)?;
    let name = change.name.map_or_else(|| old.name.clone(), tidy);
    let color = change.color.over(old.color);
    let wip_limit = change.wip_limit.over(old.wip_limit);
    let archived = change.archived.unwrap_or(old.archived);
    let fields = crate::changed(&[
        ("name", name != old.name),
        ("color", color != old.color),
        ("wip_limit", wip_limit != old.wip_limit),
        ("archived", archived != old.archived),
    ]);
    if fields.is_empty() {
        return Ok(old);
    }
    let now = tx.now();
    tx.exec(&CHANGE, params![tx.workspace(), id, &name, color, wip_limit, archived, now]).await?;
    let details = json!({"board": board, "fields": fields});
    tx.audit(Entry::new("group.updated", id).details(details).personal("name", name, None));
    tx.event("group.updated", id, json!({"board": board, "version": old.version + 1}));
    find(tx, board, id).await
}

/// Puts a group behind `after`, else before `before`, else last.
pub async fn reorder(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    board: BoardId,
    id: GroupId,
    to: GroupMove,
) -> Result<Group> {
    permit.require(Level::Full)?;
    find(tx, board, id).await?;
    let workspace = tx.workspace();
    let (low, high) = match (to.after.filter(|after| *after != id), to.before.filter(|before| *before != id))
    {
        (Some(after), _) => {
            let low = find(tx, board, after).await?.position;
            let next: Option<(String,)> = tx.first(&BEHIND, params![workspace, board, &low, id]).await?;
            (Some(low), next.map(|(place,)| place))
        }
        (None, Some(before)) => {
            let high = find(tx, board, before).await?.position;
            (previous(tx, board, &high, id).await?, Some(high))
        }
        (None, None) => (previous(tx, board, position::LAST, id).await?, None),
    };
    let place = position::between(low.as_deref(), high.as_deref())?;
    tx.exec(&PLACE, params![workspace, id, &place]).await?;
    tx.audit(Entry::new("group.moved", id).details(json!({"board": board})));
    tx.event("group.moved", id, json!({"board": board}));
    find(tx, board, id).await
}

async fn previous(tx: &mut TenantTx, board: BoardId, place: &str, id: GroupId) -> Result<Option<String>> {
    let row: Option<(String,)> = tx.first(&BEFORE, params![tx.workspace(), board, place, id]).await?;
    Ok(row.map(|(place,)| place))
}

/// Deletes an empty group; one that holds items, were they archived or in the trash, can be archived.
pub async fn delete(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    board: BoardId,
    id: GroupId,
    seen: Option<i64>,
) -> Result<()> {
    permit.require(Level::Full)?;
    let old = find(tx, board, id).await?;
    crate::unless_stale(seen, old.version)?;
    let workspace = tx.workspace();
    let item: Option<(ItemId,)> = tx.first(&HAS_ITEMS, params![workspace, id]).await?;
    if item.is_some() {
        let detail =
            "The group holds items (archived and deleted ones count); move them, or archive the group.";
        return Err(Error::conflict("group_not_empty", detail));
    }
    tx.exec(&DELETE, params![workspace, id]).await?;
    tx.audit(
        Entry::new("group.deleted", id).details(json!({"board": board})).personal("name", old.name, None),
    );
    tx.event("group.deleted", id, json!({"board": board}));
    Ok(())
}
