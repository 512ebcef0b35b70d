//! What happened to an item: who, when, which field, its old and its new value.
//!
//! | kind | field | old and new |
//! |---|---|---|
//! | `created` | | none |
//! | `changed` | `title` `description` | texts |
//! | | `status` `priority` | names |
//! | | `start_on` `due_on` | `YYYY-MM-DD` or null |
//! | | `labels` | lists of `{id,name}` as they were called then |
//! | | `assignees` | lists of user ids |
//! | | `parent` | `{id,number,title}` or null |
//! | `moved` | | `{project:{id,name}, board:{id,name}, group:{id,name}, number}` |
//! | `archived` `restored` `deleted` | | none |
//! | `checklist_added` `checklist_removed` `checklist_renamed` | | `{title}` |
//! | `entry_added` `entry_removed` `entry_renamed` `entry_done` `entry_reopened` | | `{checklist,text}` |
//! | `link_added` `link_removed` | | `{name,url}` |
//! | `update_removed` | | none |

mod api;
pub mod feed;
pub(crate) mod store;

use self::store::{INSERT, PAGE};
use ::store::{Step, Tenant, TenantTx, Value, params};
use kernel::{Result, Timestamp, UserId};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::time::Utc;

pub use api::routes;

use crate::items::ItemId;
use crate::members::Person;

kernel::id!(pub ActivityId, ActivityKind, "act");

/// One entry of an item's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Activity {
    pub id: ActivityId,
    pub at: Utc,
    /// None for the system, and for people whom an import could not name.
    pub actor: Option<Person>,
    pub kind: String,
    pub field: Option<String>,
    /// A text, a number, a list of names: as the field is.
    pub old: Option<Json>,
    pub new: Option<Json>,
}

impl ::store::FromRow for Activity {
    fn from_row(row: &::store::Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        let id = columns.take()?;
        let at: Timestamp = columns.take()?;
        let actor: Option<UserId> = columns.take()?;
        let name: Option<String> = columns.take()?;
        Ok(Self {
            id,
            at: Utc(at),
            actor: actor.map(|id| Person { id, name: name.unwrap_or_default() }),
            kind: columns.take()?,
            field: columns.take()?,
            old: json(columns.take()?),
            new: json(columns.take()?),
        })
    }
}

fn json(text: Option<String>) -> Option<Json> {
    text.and_then(|text| serde_json::from_str(&text).ok())
}

/// A change as it is about to be recorded; the values are JSON texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: &'static str,
    pub field: Option<&'static str>,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Change {
    /// Without values: `created`, `archived`, `restored`, `deleted`.
    pub const fn plain(kind: &'static str) -> Self {
        Self { kind, field: None, old: None, new: None }
    }

    /// A field's old and new value.
    pub fn field(field: &'static str, old: &impl Serialize, new: &impl Serialize) -> Self {
        Self { kind: "changed", field: Some(field), old: text(old), new: text(new) }
    }

    /// Any other kind, with what was there before and what is there now.
    pub fn of(kind: &'static str, old: Option<&Json>, new: Option<&Json>) -> Self {
        Self { kind, field: None, old: old.map(Json::to_string), new: new.map(Json::to_string) }
    }
}

fn text(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// Adds to an item's history, in the name of who acts now.
pub async fn record(tx: &mut TenantTx, item: ItemId, changes: &[Change]) -> Result<()> {
    let (workspace, actor, at) = (tx.workspace(), tx.user(), tx.now());
    let ids: Vec<ActivityId> = changes.iter().map(|_| tx.new_id()).collect();
    let rows: Vec<[Value<'_>; 9]> = ids
        .iter()
        .zip(changes)
        .map(|(id, change)| row(workspace.into(), *id, item, actor, at, change))
        .collect();
    let steps: Vec<Step<'_, Tenant>> = rows.iter().map(|row| (&INSERT, row.as_slice())).collect();
    tx.exec_all(&steps).await
}

/// The parameters of [`store::INSERT`].
pub(crate) fn row<'a>(
    workspace: Value<'a>,
    id: ActivityId,
    item: ItemId,
    actor: Option<UserId>,
    at: Timestamp,
    change: &'a Change,
) -> [Value<'a>; 9] {
    [
        workspace,
        id.into(),
        item.into(),
        actor.into(),
        at.into(),
        change.kind.into(),
        change.field.into(),
        change.old.as_deref().into(),
        change.new.as_deref().into(),
    ]
}

/// An item's history before (`at`, `id`), newest first. The item's existence is the caller's question.
pub async fn page(
    tx: &mut TenantTx,
    item: ItemId,
    before: Option<(Timestamp, ActivityId)>,
    limit: i64,
) -> Result<Vec<Activity>> {
    let (at, id) = before.unwrap_or((Timestamp::from_micros(i64::MAX), ActivityId::from_uuid(Uuid::max())));
    tx.all(&PAGE, params![tx.workspace(), item, at, id, limit]).await
}
