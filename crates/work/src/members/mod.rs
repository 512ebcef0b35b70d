//! The people of a workspace, as work sees them: ids and names, never an address.

pub(crate) mod store;

use self::store::{ASSIGNABLE, EVERYBODY, LEADING};
use ::store::{TenantTx, params};
use kernel::{Error, Result, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody who did something, or to whom something is assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    pub id: UserId,
    pub name: String,
}

/// A person and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: UserId,
    pub name: String,
    /// `active`; `placeholder`, of an import and not here yet; `removed`.
    pub status: String,
}

::store::row!(Member { id, name, status });

impl Member {
    /// Whether items may be assigned to them.
    pub fn is_assignable(&self) -> bool {
        self.status != "removed"
    }
}

/// Those who were here longest ago are not asked for: pages show this many names at most.
const MOST: i64 = 1_000;

/// Everybody, those who left as well, by name; at most 1,000.
pub async fn everybody(tx: &mut TenantTx) -> Result<Vec<Member>> {
    tx.all(&EVERYBODY, params![tx.workspace(), MOST]).await
}

/// Refuses everybody but active members and placeholders of this workspace with 404.
pub async fn require_assignable(tx: &mut TenantTx, users: &[UserId]) -> Result<()> {
    for user in users {
        let found: Option<(UserId,)> = tx.first(&ASSIGNABLE, params![tx.workspace(), *user]).await?;
        found.ok_or(Error::NotFound)?;
    }
    Ok(())
}

/// Refuses everybody but active members with 404.
pub async fn require_active(tx: &mut TenantTx, user: UserId) -> Result<()> {
    let found: Option<(UserId,)> = tx.first(&LEADING, params![tx.workspace(), user]).await?;
    found.map(drop).ok_or(Error::NotFound)
}
