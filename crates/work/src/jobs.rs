//! What the server does with items on its own.

use kernel::access::Actor;
use kernel::{Result, Timestamp};
use store::{Store, TenantDoor, TenantTx, params};

use crate::items::ItemId;
use crate::items::actions::{KEPT, purge};
use crate::items::store::EXPIRED;
use crate::projects::ProjectId;

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
