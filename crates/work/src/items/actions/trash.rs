//! The trash: what is deleted can be brought back for 30 days.

use std::time::Duration;

use ::store::{Store, TenantDoor, TenantTx, params};
use kernel::access::{Actor, Level, Permit, Tasks};
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp};
use serde_json::json;

use super::{change, tell};
use crate::activity::{self, Change};
use crate::items::store::{CHILD_IDS, DELETE, EXPIRED, FIND_DELETED, LEAVE_PARENT, PURGE, RESTORE};
use crate::items::{ItemChange, ItemId, ItemRow, MOST_CHILDREN, find};
use crate::projects::ProjectId;

/// How long the trash keeps an item.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

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
/// [`empty_trash`] alone.
async fn purge(tx: &mut TenantTx, limit: i64) -> Result<usize> {
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

/// Items that are deleted for good in one transaction.
const AT_ONCE: i64 = 100;

/// Empties the trash of every workspace of what has been there for 30 days; gives how many items that were.
/// A workspace that cannot be opened now is passed over until the next time.
pub async fn empty_trash(store: &Store) -> Result<usize> {
    let mut count = 0;
    for workspace in store.workspaces().await? {
        let door = store.system_tenant(workspace, Actor::system());
        match empty(&door, store.clock().now().minus(KEPT)).await {
            Ok(some) => count += some,
            Err(error) => tracing::warn!(%workspace, %error, "the trash waits to be emptied"),
        }
    }
    Ok(count)
}

async fn empty(door: &TenantDoor, before: Timestamp) -> Result<usize> {
    // Most have nothing there: then nothing is written.
    let one = params![door.workspace(), before, 1_i64];
    let first: Option<(ItemId, ProjectId)> = door.first(&EXPIRED, one).await?;
    let (mut count, mut may_go_on) = (0, first.is_some());
    while may_go_on {
        let some = door.write(async |tx: &mut TenantTx| purge(tx, AT_ONCE).await).await?;
        count += some;
        may_go_on = i64::try_from(some) == Ok(AT_ONCE);
    }
    Ok(count)
}
