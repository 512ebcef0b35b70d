//! The history of cards becomes the activity of items: who changed what from what to what, and when.

use std::collections::{BTreeMap, HashMap};

use kernel::{Result, UserId};
use serde_json::{Value as Json, json};
use store::{TenantTx, params};
use uuid::Uuid;

use super::batch::Batch;
use super::comments::STIRRED;
use super::dates::day;
use super::refs::{self, Noun};
use super::scene::Scene;
use super::{Desk, Standing};
use crate::activity::store::INSERT;
use crate::activity::{ActivityId, Change as Told};
use crate::groups::GroupId;
use crate::imports::trello::{Activity, Change, Kind, ListThen, SourceId};

store::statements! {
    /// Archived by an import, at a time that it did not know yet, or by an older action.
    tenant ARCHIVED = "UPDATE items SET archived_at = $3
        WHERE workspace_id = $1 AND id = $2 AND (archived_at = $4 OR archived_at < $3)";
}

/// What the names in the history mean here.
#[derive(Clone, Copy)]
struct Known<'k> {
    people: &'k HashMap<SourceId, Uuid>,
    scene: &'k Scene,
}

/// Everybody whom an action names.
fn named(action: &Activity) -> impl Iterator<Item = SourceId> {
    let changed = action.changes.iter().filter_map(|change| match change {
        Change::MemberAdded { person } | Change::MemberRemoved { person } => Some(*person),
        _ => None,
    });
    action.person.into_iter().chain(changed)
}

/// One change as it is stored.
struct Row {
    id: ActivityId,
    item: Uuid,
    actor: Option<Uuid>,
    at: i64,
    told: Told,
}

/// Actions that are new, and what of theirs is to be written.
#[derive(Default)]
struct Gathered<'n> {
    rows: Vec<Row>,
    /// The name of each action, and its first row; its item where nothing of it can be told.
    kept: Vec<(&'n str, Uuid)>,
    latest: BTreeMap<Uuid, i64>,
    archived: BTreeMap<Uuid, i64>,
}

pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    history: &[Activity],
    now: &mut Standing,
) -> Result<()> {
    let names: Vec<String> = history.iter().map(|action| desk.scene.names.of(action.id)).collect();
    let cards: Vec<String> = history.iter().map(|action| desk.scene.names.of(action.card)).collect();
    let known = refs::known(tx, Noun::Activity, &names).await?;
    let items = refs::items(tx, &cards).await?;
    let people = refs::people(tx, history.iter().flat_map(named)).await?;
    let meaning = Known { people: &people, scene: &desk.scene };
    let mut gathered = Gathered::default();
    for ((action, name), card) in history.iter().zip(&names).zip(&cards) {
        match items.get(card) {
            _ if known.contains_key(name) => now.report.skipped(Kind::Activity, 1),
            Some(None) => now.report.orphaned(Kind::Activity, 1),
            there => {
                now.report.created(Kind::Activity, 1);
                // Its card is new to a dry run where it has no item.
                let item = there.copied().flatten().unwrap_or_default();
                gathered.take(tx, action, name, item, meaning);
            }
        }
    }
    let mut batch = Batch::new(tx, desk.writes);
    for Row { id, item, actor, at, told } in &gathered.rows {
        let (old, new) = (told.old.as_deref(), told.new.as_deref());
        batch.push(&INSERT, params![*id, *item, *actor, *at, told.kind, told.field, old, new]);
    }
    for (name, target) in &gathered.kept {
        batch.keep(Noun::Activity, name, *target);
    }
    for (item, at) in &gathered.latest {
        batch.push(&STIRRED, params![*item, *at]);
    }
    for (item, at) in &gathered.archived {
        batch.push(&ARCHIVED, params![*item, *at, desk.scene.stamp]);
    }
    batch.run(tx).await
}

impl<'n> Gathered<'n> {
    fn take(&mut self, tx: &TenantTx, action: &Activity, name: &'n str, item: Uuid, known: Known<'_>) {
        let actor = action.person.and_then(|person| known.people.get(&person).copied());
        let first = self.rows.len();
        for told in action.changes.iter().filter_map(|change| tell(change, known)) {
            self.rows.push(Row { id: tx.new_id(), item, actor, at: action.at, told });
        }
        self.kept.push((name, self.rows.get(first).map_or(item, |row| row.id.uuid())));
        self.latest.insert(item, action.at);
        if action.changes.contains(&Change::Archived) {
            self.archived.insert(item, action.at);
        }
    }
}

/// The change in the words of [`crate::activity`]; nothing where it is none by the day.
fn tell(change: &Change, known: Known<'_>) -> Option<Told> {
    let scene = known.scene;
    let both = |kind, old: Option<Json>, new: Option<Json>| Some(Told::of(kind, old.as_ref(), new.as_ref()));
    let new = |kind, new: Json| both(kind, None, Some(new));
    let old = |kind, old: Json| both(kind, Some(old), None);
    match change {
        Change::Created { .. } => Some(Told::plain("created")),
        Change::Arrived { board } => old("moved", json!({"board": {"id": null, "name": board}})),
        Change::Renamed { from, to } => Some(Told::field("title", from, to)),
        Change::Described { from, to } => Some(Told::field("description", from, to)),
        Change::Moved { from, to } => both("moved", Some(group(from, scene)), Some(group(to, scene))),
        Change::Archived => Some(Told::plain("archived")),
        Change::Restored => Some(Told::plain("restored")),
        Change::Due { from, to } => dates("due_on", *from, *to, scene),
        Change::Start { from, to } => dates("start_on", *from, *to, scene),
        Change::DueComplete { done: true } => Some(Told::field("status", &Json::Null, &"done")),
        Change::DueComplete { done: false } => Some(Told::field("status", &"done", &Json::Null)),
        Change::MemberAdded { person } => {
            Some(Told::field("assignees", &NOBODY, &person_ids(*person, known)))
        }
        Change::MemberRemoved { person } => {
            Some(Told::field("assignees", &person_ids(*person, known), &NOBODY))
        }
        Change::LabelAdded { name } => {
            Some(Told::field("labels", &json!([]), &json!([{"id": null, "name": name}])))
        }
        Change::LabelRemoved { name } => {
            Some(Told::field("labels", &json!([{"id": null, "name": name}]), &json!([])))
        }
        Change::ChecklistAdded { name } => new("checklist_added", json!({"title": name})),
        Change::ChecklistRemoved { name } => old("checklist_removed", json!({"title": name})),
        Change::ChecklistRenamed { from, to } => {
            both("checklist_renamed", Some(json!({"title": from})), Some(json!({"title": to})))
        }
        Change::EntryDone { checklist, entry, done } => {
            let kind = if *done { "entry_done" } else { "entry_reopened" };
            new(kind, json!({"checklist": checklist, "text": entry}))
        }
        Change::AttachmentAdded { name, url } => new("link_added", json!({"name": name, "url": url})),
        Change::AttachmentRemoved { name } => old("link_removed", json!({"name": name, "url": null})),
    }
}

const NOBODY: [UserId; 0] = [];

fn person_ids(person: SourceId, known: Known<'_>) -> Vec<UserId> {
    known.people.get(&person).map(|id| UserId::from_uuid(*id)).into_iter().collect()
}

/// A list as it was called then, and the group that it is now, if it is one.
fn group(list: &ListThen, scene: &Scene) -> Json {
    let id = list.id.and_then(|id| scene.groups.get(&id)).map(|id| GroupId::from_uuid(*id));
    json!({"group": {"id": id, "name": list.name}})
}

/// Days; a change of the hour alone is none.
fn dates(field: &'static str, from: Option<i64>, to: Option<i64>, scene: &Scene) -> Option<Told> {
    let day = |at: Option<i64>| at.and_then(|at| day(at, &scene.zone));
    let (from, to) = (day(from), day(to));
    (from != to).then(|| Told::field(field, &from, &to))
}
