//! Items below items: one project, no circle, not too many, not too deep.

use ::store::{TenantTx, params};
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

use crate::items::store::{ABOVE, CHILD_COUNT, HEIGHT, PARENT};
use crate::items::{DEEPEST, ItemId, MOST_CHILDREN};
use crate::projects::ProjectId;

/// Refuses a parent that is not an item of the project (404), then one that cannot be this item's (409).
/// The item itself need not exist yet.
pub(super) async fn require_parent(
    tx: &mut TenantTx,
    project: ProjectId,
    item: ItemId,
    parent: ItemId,
) -> Result<()> {
    named(tx, project, parent).await?;
    let workspace = tx.workspace();
    let above: Vec<(ItemId,)> = tx.all(&ABOVE, params![workspace, parent, DEEPEST, DEEPEST + 1]).await?;
    if above.iter().any(|(id,)| *id == item) {
        return Err(Error::conflict("parent_cycle", "An item cannot be below itself."));
    }
    let (height,): (Option<i64>,) = tx.one(&HEIGHT, params![workspace, item, DEEPEST]).await?;
    let levels = i64::try_from(above.len()).unwrap_or(i64::MAX).saturating_add(height.unwrap_or(1));
    if levels > DEEPEST {
        return Err(Error::conflict("too_deep", "Items go at most 8 levels deep."));
    }
    let (children,): (i64,) = tx.one(&CHILD_COUNT, params![workspace, parent]).await?;
    if children >= MOST_CHILDREN {
        return Err(Error::conflict("too_many_children", "There are at most 200 items right below an item."));
    }
    Ok(())
}

/// An item of the project as the history names it.
pub(super) async fn named(tx: &mut TenantTx, project: ProjectId, id: ItemId) -> Result<Json> {
    let (id, number, title): (ItemId, i64, String) =
        tx.one(&PARENT, params![tx.workspace(), project, id]).await?;
    Ok(json!({"id": id, "number": number, "title": title}))
}
