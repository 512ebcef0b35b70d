//! `Idempotency-Key`: sending a request that creates something again makes nothing twice. What was
//! made is remembered in the transaction that made it, for a day, by principal, route and key; the
//! answer itself is never kept.

use std::time::Duration;

use kernel::{Error, Id, Result};
use store::{TenantTx, params};
use uuid::Uuid;

const REMEMBERED: Duration = Duration::from_secs(24 * 3_600);

store::statements! {
    tenant SEEN = "SELECT body_hash, resource FROM idempotency WHERE workspace_id = $1 AND principal = $2 AND route = $3 AND key = $4 AND at >= $5";
    tenant FORGET = "DELETE FROM idempotency WHERE workspace_id = $1 AND at < $2";
    tenant KEEP = "INSERT INTO idempotency (workspace_id, principal, route, key, body_hash, resource, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

/// A key that came with a request, and which request that was.
#[derive(Debug, Clone)]
pub struct Key {
    /// Method and path as registered.
    pub route: String,
    /// 1 to 255 visible ASCII characters.
    pub key: String,
    /// SHA-256 of path, query and body.
    pub body_hash: [u8; 32],
}

/// What an earlier request with this key made; ask before making anything. Another body under the same
/// key is a conflict.
pub async fn seen<K>(tx: &mut TenantTx, key: Option<&Key>) -> Result<Option<Id<K>>> {
    let (Some(key), Some(user)) = (key, tx.user()) else { return Ok(None) };
    let workspace = tx.workspace();
    let since = tx.now().minus(REMEMBERED);
    let row: Option<(Vec<u8>, Uuid)> =
        tx.first(&SEEN, params![workspace, user, &key.route, &key.key, since]).await?;
    match row {
        Some((hash, resource)) if hash == key.body_hash => Ok(Some(Id::from_uuid(resource))),
        Some(_) => Err(Error::conflict(
            "idempotency_key_reused",
            "This Idempotency-Key came with another request before; use a new one.",
        )),
        None => Ok(None),
    }
}

/// Remembers what was made under the key.
pub async fn keep<K>(tx: &mut TenantTx, key: Option<&Key>, resource: Id<K>) -> Result<()> {
    let (Some(key), Some(user)) = (key, tx.user()) else { return Ok(()) };
    let (workspace, now) = (tx.workspace(), tx.now());
    tx.exec_all(&[
        (&FORGET, params![workspace, now.minus(REMEMBERED)]),
        (&KEEP, params![workspace, user, &key.route, &key.key, &key.body_hash, resource, now]),
    ])
    .await
}
