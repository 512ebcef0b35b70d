//! Making and changing checklists: everybody who may edit the item may.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::audit;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};
use web::Check;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::store::{
    CHANGE_ENTRY, COUNT, DELETE, DELETE_ENTRY, ENTRY_BEFORE, ENTRY_BEHIND, FIND, FIND_ENTRY, INSERT,
    INSERT_ENTRY, LAST, LAST_ENTRY, RENAME, SIZE,
};
use super::{Checklist, ChecklistId, ChecklistKind, Entry, EntryChange, EntryId, EntryKind, NewEntry, Title};
use super::{MOST, MOST_ENTRIES};
use crate::activity::{self, Change};
use crate::items::{self, ItemId, ItemRow};
use crate::position;

/// Characters of an entry.
const LONGEST_ENTRY: usize = 2_000;

/// An item that this permit may edit; 404, then 403.
async fn editable(tx: &mut TenantTx, permit: Permit<Tasks>, id: ItemId) -> Result<ItemRow> {
    permit.require(Level::Limited)?;
    let item = items::find(tx, id).await?;
    permit.require_full_or_own(item.created_by)?;
    Ok(item)
}

/// As [`editable`], with the title of its checklist.
async fn editable_list(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    list: ChecklistId,
) -> Result<(ItemRow, String)> {
    permit.require(Level::Limited)?;
    let item = items::find(tx, item).await?;
    let (_, title): (ChecklistId, String) = tx.one(&FIND, params![tx.workspace(), item.id, list]).await?;
    permit.require_full_or_own(item.created_by)?;
    Ok((item, title))
}

/// Counts what changed into the item's row, and records it.
async fn changed(
    tx: &mut TenantTx,
    item: &ItemRow,
    [lists, entries, done]: [i64; 3],
    action: &'static str,
    resource: impl ToString,
    change: Change,
    text: &str,
) -> Result<()> {
    tx.exec(&COUNT, params![tx.workspace(), item.id, lists, entries, done, tx.now()]).await?;
    activity::record(tx, item.id, &[change]).await?;
    tx.audit(
        audit::Entry::new(action, resource).details(json!({"item": item.id})).personal("text", text, None),
    );
    tx.event("item.updated", item.id, json!({"board": item.board_id, "version": item.version + 1}));
    Ok(())
}

fn titled(title: &str) -> Json {
    json!({"title": title})
}

fn entry_of(list: &str, text: &str) -> Json {
    json!({"checklist": list, "text": text})
}

pub async fn add(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    new: Title,
    key: Option<Key>,
) -> Result<Checklist> {
    Check::new().line("/title", &new.title, 1..=500).finish()?;
    let item = editable(tx, permit, item).await?;
    if let Some(made) = idempotency::seen::<ChecklistKind>(tx, key.as_ref()).await? {
        let lists = super::of_item(tx, &item).await?;
        return lists.into_iter().find(|list| list.id == made).ok_or(Error::NotFound);
    }
    if item.checklist_count >= MOST {
        return Err(Error::conflict(
            "too_many_checklists",
            "This item has as many checklists as an item takes.",
        ));
    }
    let (workspace, id, title) = (tx.workspace(), tx.new_id::<ChecklistKind>(), tidy(new.title));
    let (last,): (Option<String>,) = tx.one(&LAST, params![workspace, item.id]).await?;
    let place = position::after(last.as_deref())?;
    tx.exec(&INSERT, params![workspace, id, item.id, &title, &place]).await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    let change = Change::of("checklist_added", None, Some(&titled(&title)));
    changed(tx, &item, [1, 0, 0], "checklist.created", id, change, &title).await?;
    Ok(Checklist { id, title, entries: Vec::new() })
}

pub async fn rename(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    id: ChecklistId,
    new: Title,
) -> Result<Checklist> {
    Check::new().line("/title", &new.title, 1..=500).finish()?;
    let (item, old) = editable_list(tx, permit, item, id).await?;
    let title = tidy(new.title);
    if title != old {
        tx.exec(&RENAME, params![tx.workspace(), id, &title]).await?;
        let change = Change::of("checklist_renamed", Some(&titled(&old)), Some(&titled(&title)));
        changed(tx, &item, [0, 0, 0], "checklist.updated", id, change, &title).await?;
    }
    let lists = super::of_item(tx, &item).await?;
    lists.into_iter().find(|list| list.id == id).ok_or(Error::NotFound)
}

pub async fn remove(tx: &mut TenantTx, permit: Permit<Tasks>, item: ItemId, id: ChecklistId) -> Result<()> {
    let (item, title) = editable_list(tx, permit, item, id).await?;
    let (entries, done): (i64, i64) = tx.one(&SIZE, params![tx.workspace(), id]).await?;
    tx.exec(&DELETE, params![tx.workspace(), id]).await?;
    let change = Change::of("checklist_removed", Some(&titled(&title)), None);
    changed(tx, &item, [-1, -entries, -done], "checklist.deleted", id, change, &title).await
}

pub async fn add_entry(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    list: ChecklistId,
    new: NewEntry,
    key: Option<Key>,
) -> Result<Entry> {
    Check::new().line("/text", &new.text, 1..=LONGEST_ENTRY).finish()?;
    let (item, title) = editable_list(tx, permit, item, list).await?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return Ok(find_entry(tx, list, made).await?.0);
    }
    if item.entry_count >= MOST_ENTRIES {
        return Err(Error::conflict(
            "too_many_entries",
            "This item's checklists have as many entries as an item takes.",
        ));
    }
    let (workspace, id, done) = (tx.workspace(), tx.new_id::<EntryKind>(), new.done);
    let text = tidy(new.text);
    let (last,): (Option<String>,) = tx.one(&LAST_ENTRY, params![workspace, list]).await?;
    let place = position::after(last.as_deref())?;
    tx.exec(&INSERT_ENTRY, params![workspace, id, list, item.id, &text, done, &place]).await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    let change = Change::of("entry_added", None, Some(&entry_of(&title, &text)));
    changed(tx, &item, [0, 1, done.into()], "entry.created", id, change, &text).await?;
    Ok(Entry { id, text, done })
}

/// An entry and its position.
async fn find_entry(tx: &mut TenantTx, list: ChecklistId, id: EntryId) -> Result<(Entry, String)> {
    let (id, text, done, place): (EntryId, String, bool, String) =
        tx.one(&FIND_ENTRY, params![tx.workspace(), list, id]).await?;
    Ok((Entry { id, text, done }, place))
}

pub async fn change_entry(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    list: ChecklistId,
    id: EntryId,
    change: EntryChange,
) -> Result<Entry> {
    let text = change.text.as_deref();
    Check::new().when(text, |check, text| check.line("/text", text, 1..=LONGEST_ENTRY)).finish()?;
    let (item, title) = editable_list(tx, permit, item, list).await?;
    let (old, old_place) = find_entry(tx, list, id).await?;
    let place = moved(tx, list, id, &change).await?.unwrap_or_else(|| old_place.clone());
    let new = Entry {
        id,
        text: change.text.map_or_else(|| old.text.clone(), tidy),
        done: change.done.unwrap_or(old.done),
    };
    if new == old && place == old_place {
        return Ok(old);
    }
    tx.exec(&CHANGE_ENTRY, params![tx.workspace(), id, &new.text, new.done, &place]).await?;
    let (before, after) = (entry_of(&title, &old.text), entry_of(&title, &new.text));
    let kind = match (new.text != old.text, new.done) {
        (true, _) => "entry_renamed",
        (false, true) => "entry_done",
        (false, false) => "entry_reopened",
    };
    let count = i64::from(new.done) - i64::from(old.done);
    if new == old {
        // A new order alone is not worth a line of history.
        tx.exec(&COUNT, params![tx.workspace(), item.id, 0_i64, 0_i64, 0_i64, tx.now()]).await?;
        tx.audit(audit::Entry::new("entry.moved", id).details(json!({"item": item.id})));
        tx.event("item.updated", item.id, json!({"board": item.board_id, "version": item.version + 1}));
    } else {
        let change = Change::of(kind, Some(&before), Some(&after));
        changed(tx, &item, [0, 0, count], "entry.updated", id, change, &new.text).await?;
    }
    Ok(new)
}

async fn moved(
    tx: &mut TenantTx,
    list: ChecklistId,
    id: EntryId,
    change: &EntryChange,
) -> Result<Option<String>> {
    let workspace = tx.workspace();
    if let Some(after) = change.after.filter(|after| *after != id) {
        let (_, low) = find_entry(tx, list, after).await?;
        let high: Option<(String,)> = tx.first(&ENTRY_BEHIND, params![workspace, list, &low, id]).await?;
        return position::between(Some(&low), high.as_ref().map(|(place,)| place.as_str())).map(Some);
    }
    if let Some(before) = change.before.filter(|before| *before != id) {
        let (_, high) = find_entry(tx, list, before).await?;
        let low: Option<(String,)> = tx.first(&ENTRY_BEFORE, params![workspace, list, &high, id]).await?;
        return position::between(low.as_ref().map(|(place,)| place.as_str()), Some(&high)).map(Some);
    }
    Ok(None)
}

pub async fn remove_entry(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    item: ItemId,
    list: ChecklistId,
    id: EntryId,
) -> Result<()> {
    let (item, title) = editable_list(tx, permit, item, list).await?;
    let (old, _) = find_entry(tx, list, id).await?;
    tx.exec(&DELETE_ENTRY, params![tx.workspace(), id]).await?;
    let change = Change::of("entry_removed", Some(&entry_of(&title, &old.text)), None);
    let done = -i64::from(old.done);
    changed(tx, &item, [0, -1, done], "entry.deleted", id, change, &old.text).await
}
