//! Updates: what people write on an item, in Markdown.

pub mod actions;
mod api;
pub(crate) mod page;
pub(crate) mod store;

use self::store::{FIND, LATEST, PAGE};
use ::store::{TenantTx, params};
use kernel::{Result, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Check;
use web::time::Utc;

pub use api::routes;

use crate::items::ItemId;
use crate::members::Person;

kernel::id!(pub UpdateId, UpdateKind, "upd");

/// Characters of an update.
pub const LONGEST: usize = 100_000;
/// Updates an item takes.
pub const MOST: i64 = 10_000;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Update {
    pub id: UpdateId,
    pub item_id: ItemId,
    /// None where an import could not name them.
    pub author: Option<Person>,
    /// Markdown.
    pub body: String,
    pub version: i64,
    pub created_at: Utc,
    pub edited_at: Option<Utc>,
}

impl ::store::FromRow for Update {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        let (id, item_id) = (columns.take()?, columns.take()?);
        let author: Option<UserId> = columns.take()?;
        let name: Option<String> = columns.take()?;
        Ok(Self {
            id,
            item_id,
            author: author.map(|id| Person { id, name: name.unwrap_or_default() }),
            body: columns.take()?,
            version: columns.take()?,
            created_at: Utc(columns.take()?),
            edited_at: columns.take::<Option<Timestamp>>()?.map(Utc),
        })
    }
}

/// What a new or edited update says.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Markdown, 1 to 100,000 characters.
    #[schema(min_length = 1, max_length = 100_000)]
    pub body: String,
}

impl Text {
    fn checked(self) -> Result<String> {
        Check::new().text("/body", &self.body, 1..=LONGEST).finish()?;
        Ok(web::check::tidy(self.body))
    }
}

/// One update of an item that is not in the trash.
pub async fn find(tx: &mut TenantTx, id: UpdateId) -> Result<Update> {
    tx.one(&FIND, params![tx.workspace(), id]).await
}

/// An item's updates behind (`created_at`, `id`), oldest first.
pub async fn page(
    tx: &mut TenantTx,
    item: ItemId,
    after: Option<(Timestamp, UpdateId)>,
    limit: i64,
) -> Result<Vec<Update>> {
    let (at, id) = after.unwrap_or((Timestamp::from_micros(i64::MIN), UpdateId::from_uuid(Uuid::nil())));
    tx.all(&PAGE, params![tx.workspace(), item, at, id, limit]).await
}

/// An item's updates before (`created_at`, `id`), newest first.
pub async fn latest(
    tx: &mut TenantTx,
    item: ItemId,
    before: Option<(Timestamp, UpdateId)>,
    limit: i64,
) -> Result<Vec<Update>> {
    let (at, id) = before.unwrap_or((Timestamp::from_micros(i64::MAX), UpdateId::from_uuid(Uuid::max())));
    tx.all(&LATEST, params![tx.workspace(), item, at, id, limit]).await
}
