//! What hangs on cards: checklists with their entries, and attachments as links.

use std::collections::HashMap;

use kernel::Result;
use store::{Sql, Tenant, TenantTx, params};
use uuid::Uuid;

use super::batch::Batch;
use super::refs::{self, Noun};
use super::{Desk, Standing};
use crate::checklists::{ChecklistId, EntryId};
use crate::imports::report::Report;
use crate::imports::trello::{Card, Checklist, Entry, Kind, Link};
use crate::links::LinkId;
use crate::position;

store::statements! {
    tenant LAST_CHECKLIST = "SELECT position FROM checklists WHERE workspace_id = $1 AND item_id = $2
        ORDER BY position DESC, id LIMIT $3";
    tenant LAST_ENTRY = "SELECT position FROM checklist_entries WHERE workspace_id = $1 AND checklist_id = $2
        ORDER BY position DESC, id LIMIT $3";
    tenant INSERT_CHECKLIST = "INSERT INTO checklists (workspace_id, id, item_id, title, position) VALUES ($1, $2, $3, $4, $5)";
    tenant INSERT_ENTRY = "INSERT INTO checklist_entries (workspace_id, id, checklist_id, item_id, text, done, position)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tenant INSERT_LINK = "INSERT INTO item_links (workspace_id, id, item_id, name, url, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    tenant COUNT = "UPDATE items SET checklist_count = checklist_count + $3, entry_count = entry_count + $4,
        done_count = done_count + $5, link_count = link_count + $6 WHERE workspace_id = $1 AND id = $2";
    tenant CHANGED = "UPDATE items SET version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2";
}

/// A card and the item that it became.
pub(super) struct Home<'c> {
    pub card: &'c Card,
    /// None where the item was deleted for good, and for new ones of a dry run.
    pub item: Option<Uuid>,
    pub is_new: bool,
}

impl Home<'_> {
    /// Nothing can be put there any more.
    const fn is_gone(&self) -> bool {
        self.item.is_none() && !self.is_new
    }
}

/// Names of everything, and what of it came before.
struct Before {
    checklists: HashMap<String, Option<Uuid>>,
    entries: HashMap<String, Uuid>,
    links: HashMap<String, Uuid>,
}

/// What is new on one item.
#[derive(Default)]
struct Added {
    checklists: i64,
    entries: i64,
    done: i64,
    links: i64,
}

struct NewChecklist<'c> {
    id: Uuid,
    item: Uuid,
    list: &'c Checklist,
    name: String,
    position: String,
}

struct NewEntry<'c> {
    item: Uuid,
    checklist: Uuid,
    entry: &'c Entry,
    name: String,
    position: String,
}

struct NewLink<'c> {
    item: Uuid,
    link: &'c Link,
    name: String,
    at: i64,
}

/// All that is to be inserted, and where it is counted.
struct Gathering<'g, 'c> {
    desk: &'g Desk,
    report: &'g mut Report,
    before: Before,
    checklists: Vec<NewChecklist<'c>>,
    entries: Vec<NewEntry<'c>>,
    links: Vec<NewLink<'c>>,
    added: Vec<(Uuid, bool, Added)>,
}

pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    homes: &[Home<'_>],
    now: &mut Standing,
) -> Result<()> {
    let before = before(tx, desk, homes, now.report.course.fresh).await?;
    let mut gathering = Gathering {
        desk,
        report: &mut now.report,
        before,
        checklists: Vec::new(),
        entries: Vec::new(),
        links: Vec::new(),
        added: Vec::new(),
    };
    for home in homes {
        let mut added = Added::default();
        let mut last = None;
        for list in &home.card.checklists {
            gathering.checklist(tx, home, list, &mut last, &mut added).await?;
        }
        gathering.links(home, &mut added);
        if let Some(item) = home.item
            && added.checklists + added.entries + added.links > 0
        {
            gathering.added.push((item, home.is_new, added));
        }
    }
    if desk.writes { gathering.insert(tx).await } else { Ok(()) }
}

async fn before(tx: &mut TenantTx, desk: &Desk, homes: &[Home<'_>], fresh: bool) -> Result<Before> {
    if fresh {
        return Ok(Before { checklists: HashMap::new(), entries: HashMap::new(), links: HashMap::new() });
    }
    let names = desk.scene.names;
    let lists = || homes.iter().flat_map(|home| &home.card.checklists);
    let checklists: Vec<String> = lists().map(|list| names.of(list.id)).collect();
    let entries: Vec<String> =
        lists().flat_map(|list| &list.entries).map(|entry| names.of(entry.id)).collect();
    let links: Vec<String> = homes
        .iter()
        .flat_map(|home| home.card.attachments.iter().map(|link| link_name(desk, home.card, link)))
        .collect();
    Ok(Before {
        checklists: refs::checklists(tx, &checklists).await?,
        entries: refs::known(tx, Noun::Entry, &entries).await?,
        links: refs::known(tx, Noun::Link, &links).await?,
    })
}

/// Attachments are told apart on their card alone.
fn link_name(desk: &Desk, card: &Card, link: &Link) -> String {
    desk.scene.names.of(format_args!("{}:{}", card.id, link.id))
}

impl<'c> Gathering<'_, 'c> {
    async fn checklist(
        &mut self,
        tx: &mut TenantTx,
        home: &Home<'c>,
        list: &'c Checklist,
        last: &mut Option<String>,
        added: &mut Added,
    ) -> Result<()> {
        let name = self.desk.scene.names.of(list.id);
        let target = match self.before.checklists.get(&name) {
            Some(there) => {
                self.report.skipped(Kind::Checklists, 1);
                *there
            }
            None if home.is_gone() => {
                self.report.orphaned(Kind::Checklists, 1);
                None
            }
            None => {
                self.report.created(Kind::Checklists, 1);
                added.checklists += 1;
                let (id, item): (ChecklistId, _) = (tx.new_id(), home.item.unwrap_or_default());
                let position = self.behind(tx, &LAST_CHECKLIST, item, home.is_new, last).await?;
                self.checklists.push(NewChecklist {
                    id: id.uuid(),
                    item,
                    list,
                    name: name.clone(),
                    position,
                });
                Some(id.uuid())
            }
        };
        let is_new = !self.before.checklists.contains_key(&name);
        let mut last = None;
        for entry in &list.entries {
            let name = self.desk.scene.names.of(entry.id);
            match (self.before.entries.contains_key(&name), target) {
                (true, _) => self.report.skipped(Kind::ChecklistEntries, 1),
                (false, None) => self.report.orphaned(Kind::ChecklistEntries, 1),
                (false, Some(checklist)) => {
                    self.report.created(Kind::ChecklistEntries, 1);
                    added.entries += 1;
                    added.done += i64::from(entry.done);
                    let item = home.item.unwrap_or_default();
                    let position = self.behind(tx, &LAST_ENTRY, checklist, is_new, &mut last).await?;
                    self.entries.push(NewEntry { item, checklist, entry, name, position });
                }
            }
        }
        Ok(())
    }

    fn links(&mut self, home: &Home<'c>, added: &mut Added) {
        for link in &home.card.attachments {
            let name = link_name(self.desk, home.card, link);
            if self.before.links.contains_key(&name) {
                self.report.skipped(Kind::Attachments, 1);
            } else if home.is_gone() {
                self.report.orphaned(Kind::Attachments, 1);
            } else {
                self.report.created(Kind::Attachments, 1);
                added.links += 1;
                let at = link.date.unwrap_or(home.card.created);
                self.links.push(NewLink { item: home.item.unwrap_or_default(), link, name, at });
            }
        }
    }

    /// A place behind all others, and behind what this chunk puts there before.
    async fn behind(
        &self,
        tx: &mut TenantTx,
        sql: &'static Sql<Tenant>,
        parent: Uuid,
        is_new: bool,
        last: &mut Option<String>,
    ) -> Result<String> {
        if last.is_none() && !is_new && self.desk.writes {
            let workspace = tx.workspace();
            let there: Option<(String,)> = tx.first(sql, params![workspace, parent, 1_i64]).await?;
            *last = there.map(|(there,)| there);
        }
        let next = position::after(last.as_deref())?;
        *last = Some(next.clone());
        Ok(next)
    }

    async fn insert(self, tx: &mut TenantTx) -> Result<()> {
        let at = tx.now();
        let mut batch = Batch::new(tx, true);
        for NewChecklist { id, item, list, name, position } in &self.checklists {
            batch.push(&INSERT_CHECKLIST, params![*id, *item, &list.name, position]);
            batch.keep(Noun::Checklist, name, *id);
        }
        for NewEntry { item, checklist, entry, name, position } in &self.entries {
            let id: EntryId = tx.new_id();
            batch.push(&INSERT_ENTRY, params![id, *checklist, *item, &entry.text, entry.done, position]);
            batch.keep(Noun::Entry, name, id.uuid());
        }
        for NewLink { item, link, name, at } in &self.links {
            let id: LinkId = tx.new_id();
            batch.push(&INSERT_LINK, params![id, *item, &link.name, &link.url, *at]);
            batch.keep(Noun::Link, name, id.uuid());
        }
        for (item, is_new, added) in &self.added {
            batch.push(&COUNT, params![*item, added.checklists, added.entries, added.done, added.links]);
            if !is_new {
                batch.push(&CHANGED, params![*item, at]);
            }
        }
        batch.run(tx).await
    }
}
