//! Where in a group an item goes. The neighbours are read inside the transaction that moves it, so
//! that moves at the same time cannot take the same place.

use ::store::{TenantTx, params};
use kernel::{Error, Result};

use crate::groups::GroupId;
use crate::items::store::{BEFORE, BEHIND};
use crate::items::{ItemId, ItemMove, ItemRow, find};
use crate::position;

/// The new position in `group`; none when the item is there already.
pub(super) async fn place(
    tx: &mut TenantTx,
    item: &ItemRow,
    group: GroupId,
    to: &ItemMove,
) -> Result<Option<String>> {
    if to.after == Some(item.id) || to.before == Some(item.id) {
        return Err(Error::invalid("/after", "must be another item than the one that moves"));
    }
    let (low, high) = match (to.after, to.before) {
        (Some(after), _) => {
            let low = neighbour(tx, group, after).await?;
            let high = next(tx, item, group, &low).await?;
            (Some(low), high)
        }
        (None, Some(before)) => {
            let high = neighbour(tx, group, before).await?;
            (previous(tx, item, group, &high).await?, Some(high))
        }
        (None, None) => (previous(tx, item, group, position::LAST).await?, None),
    };
    let (above, below) =
        (low.as_deref().unwrap_or(position::FIRST), high.as_deref().unwrap_or(position::LAST));
    let here = item.position.as_str();
    if item.group_id == group && above < here && here < below {
        return Ok(None);
    }
    position::between(low.as_deref(), high.as_deref()).map(Some)
}

/// The position of an item that must be in the group.
async fn neighbour(tx: &mut TenantTx, group: GroupId, id: ItemId) -> Result<String> {
    let item = find(tx, id).await?;
    if item.group_id != group {
        return Err(Error::conflict("not_neighbours", "The item beside it is in another group by now."));
    }
    Ok(item.position)
}

async fn next(tx: &mut TenantTx, item: &ItemRow, group: GroupId, place: &str) -> Result<Option<String>> {
    let row: Option<(ItemId, String)> =
        tx.first(&BEHIND, params![tx.workspace(), group, place, item.id]).await?;
    Ok(row.map(|(_, place)| place))
}

async fn previous(tx: &mut TenantTx, item: &ItemRow, group: GroupId, place: &str) -> Result<Option<String>> {
    let row: Option<(ItemId, String)> =
        tx.first(&BEFORE, params![tx.workspace(), group, place, item.id]).await?;
    Ok(row.map(|(_, place)| place))
}
