//! The trash: what is deleted can be brought back for 30 days.

use std::time::Duration;

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;

use super::{change, tell};
use crate::activity::{self, Change};
use crate::items::store::{CHILD_IDS, DELETE, EXPIRED, FIND_DELETED, LEAVE_PARENT, PURGE, RESTORE};
use crate::items::{ItemChange, ItemId, ItemRow, MOST_CHILDREN, find};
use crate::projects::ProjectId;

/// How long the trash keeps an item.
pub(crate) const KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

/// Puts an item into the trash. It takes full rights.
pub async fn delete(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: ItemId,
    seen: Option<i64>,
) -> Result<ItemRow> {
    permit.require(Level::Limited)?;
    let item = find(tx, id).await?;
    permit.require(Level::Full)?;
    crate::unless_stale(seen, item.version)?;
    tx.exec(&DELETE, params![tx.workspace(), id, tx.now()]).await?;
    activity::record(tx, id, &[Change::plain("deleted")]).await?;
    let details = json!({"project": item.project_id, "board": item.board_id});
    tell(tx, "item.deleted", &item, item.version + 1, details);
    Ok(item)
}

/// Brings an item back from the trash, which takes full rights, or from the archive.
pub async fn restore(tx: &mut TenantTx, permit: Permit<Tasks>, id: ItemId) -> Result<ItemRow> {
    permit.require(Level::Limited)?;
    let workspace = tx.workspace();
    let deleted: Option<ItemRow> = tx.first(&FIND_DELETED, params![workspace, id]).await?;
    let Some(item) = deleted else {
        return change(tx, permit, id, ItemChange::archived(false), None).await;
    };
    permit.require(Level::Full)?;
    tx.exec(&RESTORE, params![workspace, id, tx.now()]).await?;
    activity::record(tx, id, &[Change::plain("restored")]).await?;
    let details = json!({"project": item.project_id, "board": item.board_id});
    tell(tx, "item.restored", &item, item.version + 1, details);
    find(tx, id).await
}

/// Deletes for good what has been in the trash for 30 days, at most `limit` items; gives how many. For
/// [`crate::jobs::empty_trash`] alone.
pub(crate) async fn purge(tx: &mut TenantTx, limit: i64) -> Result<usize> {
    if tx.user().is_some() {
        return Err(Error::internal("the trash is emptied by the server alone"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    let expired: Vec<(ItemId, ProjectId)> =
        tx.all(&EXPIRED, params![workspace, now.minus(KEPT), limit]).await?;
    for (id, project) in &expired {
        let children: Vec<(ItemId,)> = tx.all(&CHILD_IDS, params![workspace, *id, MOST_CHILDREN]).await?;
        for (child,) in children {
            tx.exec(&LEAVE_PARENT, params![workspace, child, now]).await?;
        }
        tx.exec(&PURGE, params![workspace, *id]).await?;
        tx.audit(Entry::new("item.purged", *id).details(json!({"project": project})));
    }
    Ok(expired.len())
}
