//! Writing, editing and taking away updates.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use web::idempotency::{self, Key};

use super::store::{COUNT, DELETE, EDIT, INSERT};
use super::{MOST, Text, Update, UpdateId, find};
use crate::activity::{self, Change};
use crate::items::{self, ItemId};

/// Adds an update. Everybody who files items may.
pub async fn create(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    text: Text,
    key: Option<Key>,
) -> Result<Update> {
    permit.require(Level::Limited)?;
    let body = text.checked()?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return find(tx, made).await;
    }
    let found = items::find(tx, item).await?;
    if found.update_count >= MOST {
        return Err(Error::conflict("too_many_updates", "This item has as many updates as an item takes."));
    }
    let (workspace, id, now) = (tx.workspace(), tx.new_id::<super::UpdateKind>(), tx.now());
    tx.exec_all(&[
        (&INSERT, params![workspace, id, item, permit.user(), &body, now, None::<i64>]),
        (&COUNT, params![workspace, item, 1_i64]),
    ])
    .await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    tx.audit(Entry::new("update.created", id).details(json!({"item": item})));
    tx.event("update.created", id, json!({"item": item, "board": found.board_id}));
    find(tx, id).await
}

/// Rewrites one's own update; nobody rewrites what somebody else said.
pub async fn edit(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    id: UpdateId,
    text: Text,
    seen: Option<i64>,
) -> Result<Update> {
    permit.require(Level::Limited)?;
    let body = text.checked()?;
    let old = find(tx, id).await?;
    if old.author.as_ref().map(|author| author.id) != Some(permit.user()) {
        return Err(Error::forbidden("not_yours", "You can edit only your own updates."));
    }
    crate::unless_stale(seen, old.version)?;
    if old.body == body {
        return Ok(old);
    }
    let item = old.item_id;
    let board = items::find(tx, item).await?.board_id;
    tx.exec(&EDIT, params![tx.workspace(), id, &body, tx.now()]).await?;
    tx.audit(Entry::new("update.updated", id).details(json!({"item": item, "fields": ["body"]})));
    tx.event("update.updated", id, json!({"item": item, "board": board}));
    find(tx, id).await
}

/// Takes away one's own update, or anybody's with full rights.
pub async fn remove(tx: &mut TenantTx, permit: Permit<Tasks>, id: UpdateId, seen: Option<i64>) -> Result<()> {
    permit.require(Level::Limited)?;
    let old = find(tx, id).await?;
    permit.require_full_or_own(old.author.as_ref().map(|author| author.id))?;
    crate::unless_stale(seen, old.version)?;
    let (workspace, item) = (tx.workspace(), old.item_id);
    let board = items::find(tx, item).await?.board_id;
    tx.exec_all(&[(&DELETE, params![workspace, id]), (&COUNT, params![workspace, item, -1_i64])]).await?;
    activity::record(tx, item, &[Change::plain("update_removed")]).await?;
    tx.audit(Entry::new("update.deleted", id).details(json!({"item": item})));
    tx.event("update.deleted", id, json!({"item": item, "board": board}));
    Ok(())
}
