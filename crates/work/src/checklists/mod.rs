//! Checklists of an item, and their entries.

pub mod actions;
mod api;
pub(crate) mod page;
pub(crate) mod store;

use std::collections::HashMap;

use ::store::{TenantDoor, TenantTx, Value, params};
use kernel::{Result, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use api::routes;

use self::store::{OF_ITEM, OF_ITEMS};
use crate::items::{ItemId, ItemRow};

kernel::id!(pub ChecklistId, ChecklistKind, "chk");
kernel::id!(pub EntryId, EntryKind, "ent");

/// Checklists of an item.
pub const MOST: i64 = 50;
/// Entries of all checklists of an item together.
pub const MOST_ENTRIES: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Checklist {
    pub id: ChecklistId,
    pub title: String,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChecklistEntry)]
pub struct Entry {
    pub id: EntryId,
    pub text: String,
    pub done: bool,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChecklistTitle)]
pub struct Title {
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChecklistEntry)]
pub struct NewEntry {
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
    #[serde(default)]
    pub done: bool,
}

/// What a change of an entry may touch; what is not there stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ChecklistEntryChange)]
pub struct EntryChange {
    #[schema(min_length = 1, max_length = 2000)]
    pub text: Option<String>,
    pub done: Option<bool>,
    /// Puts it behind this entry of the same checklist.
    pub after: Option<EntryId>,
    /// Puts it before this entry of the same checklist.
    pub before: Option<EntryId>,
}

/// One entry with its checklist, or a checklist without entries.
struct Line {
    item: ItemId,
    checklist: ChecklistId,
    title: String,
    entry: Option<EntryId>,
    text: Option<String>,
    done: Option<bool>,
}

::store::row!(Line { item, checklist, title, entry, text, done });

/// Lists by item, from lines in the order of item, list and entry.
fn gather(lines: Vec<Line>) -> HashMap<ItemId, Vec<Checklist>> {
    let mut found: HashMap<ItemId, Vec<Checklist>> = HashMap::new();
    for line in lines {
        let lists = found.entry(line.item).or_default();
        if lists.last().is_none_or(|list| list.id != line.checklist) {
            lists.push(Checklist { id: line.checklist, title: line.title, entries: Vec::new() });
        }
        if let (Some(list), Some(id)) = (lists.last_mut(), line.entry) {
            list.entries.push(Entry {
                id,
                text: line.text.unwrap_or_default(),
                done: line.done.unwrap_or_default(),
            });
        }
    }
    found
}

const LINES: i64 = MOST * MOST_ENTRIES;

/// The checklists of an item in their order.
pub async fn of_item(tx: &mut TenantTx, item: &ItemRow) -> Result<Vec<Checklist>> {
    if item.checklist_count == 0 {
        return Ok(Vec::new());
    }
    let lines = tx.all(&OF_ITEM, params![tx.workspace(), item.id, LINES]).await?;
    Ok(gather(lines).remove(&item.id).unwrap_or_default())
}

/// Items that one statement asks for.
const AT_ONCE: usize = 64;

/// The parameters of [`store::OF_ITEMS`]; what is left of the places repeats the last item.
fn places<'a>(workspace: WorkspaceId, items: &[ItemId]) -> Vec<Value<'a>> {
    let last = items.last().copied();
    let ids = items.iter().copied().map(Some).chain(std::iter::repeat(last)).take(AT_ONCE);
    let lines = LINES * i64::try_from(AT_ONCE).unwrap_or(64);
    let mut values = vec![Value::from(workspace), Value::from(lines)];
    values.extend(ids.map(Value::from));
    values
}

fn with_checklists(items: &[ItemRow]) -> Vec<ItemId> {
    items.iter().filter(|item| item.checklist_count > 0).map(|item| item.id).collect()
}

/// The checklists of many items: no statement when none has any, one for 64 that have.
pub async fn of_items(tx: &mut TenantTx, items: &[ItemRow]) -> Result<HashMap<ItemId, Vec<Checklist>>> {
    let mut lines = Vec::new();
    for some in with_checklists(items).chunks(AT_ONCE) {
        lines.extend(tx.all(&OF_ITEMS, &places(tx.workspace(), some)).await?);
    }
    Ok(gather(lines))
}

/// As [`of_items`], each statement for itself.
pub async fn of_items_alone(door: &TenantDoor, items: &[ItemRow]) -> Result<HashMap<ItemId, Vec<Checklist>>> {
    let mut lines = Vec::new();
    for some in with_checklists(items).chunks(AT_ONCE) {
        lines.extend(door.all(&OF_ITEMS, &places(door.workspace(), some)).await?);
    }
    Ok(gather(lines))
}
