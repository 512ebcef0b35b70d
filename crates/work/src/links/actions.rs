//! Adding links to an item and taking them away.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::store::{COUNT, DELETE, INSERT};
use super::{Link, LinkId, LinkKind, MOST, NewLink, find};
use crate::activity::{self, Change};
use crate::items::{self, ItemId};

pub async fn add(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    new: NewLink,
    key: Option<Key>,
) -> Result<Link> {
    permit.require(Level::Limited)?;
    new.check()?;
    let found = items::find(tx, item).await?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return find(tx, item, made).await;
    }
    permit.require_full_or_own(found.created_by)?;
    if found.link_count >= MOST {
        return Err(Error::conflict("too_many_links", "This item has as many links as an item takes."));
    }
    let (workspace, id, now, url) = (tx.workspace(), tx.new_id::<LinkKind>(), tx.now(), tidy(new.url));
    let name = new.name.map_or_else(|| url.chars().take(500).collect(), tidy);
    tx.exec_all(&[
        (&INSERT, params![workspace, id, item, &name, &url, permit.user(), now]),
        (&COUNT, params![workspace, item, 1_i64]),
    ])
    .await?;
    let value = json!({"name": name, "url": url});
    activity::record(tx, item, &[Change::of("link_added", None, Some(&value))]).await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    tx.audit(Entry::new("link.created", id).details(json!({"item": item})).personal("url", url, None));
    tx.event("item.updated", item, json!({"board": found.board_id, "version": found.version}));
    find(tx, item, id).await
}

pub async fn remove(tx: &mut TenantTx, permit: Permit<Tasks>, item: ItemId, id: LinkId) -> Result<()> {
    permit.require(Level::Limited)?;
    let found = items::find(tx, item).await?;
    let link = find(tx, item, id).await?;
    permit.require_full_or_own(found.created_by)?;
    let workspace = tx.workspace();
    tx.exec_all(&[(&DELETE, params![workspace, id]), (&COUNT, params![workspace, item, -1_i64])]).await?;
    let value = json!({"name": link.name, "url": link.url});
    activity::record(tx, item, &[Change::of("link_removed", Some(&value), None)]).await?;
    tx.audit(Entry::new("link.deleted", id).details(json!({"item": item})).personal("url", link.url, None));
    tx.event("item.updated", item, json!({"board": found.board_id, "version": found.version}));
    Ok(())
}
