//! Cards become items.

use std::collections::HashMap;

use kernel::{Error, Id, Result, UserId};
use store::{TenantTx, params};
use uuid::Uuid;

use super::batch::Batch;
use super::children::{self, Home};
use super::refs::{self, Noun};
use super::{Desk, Standing, dates, groups, numbers, status};
use crate::imports::trello::{Card, Kind, SourceId};
use crate::items::ItemId;
use crate::labels::LabelId;
use crate::position;

store::statements! {
    tenant TAKEN = "SELECT count(*) FROM items WHERE workspace_id = $1 AND group_id = $2 AND position = $3";
    tenant BEHIND = "SELECT position FROM items
        WHERE workspace_id = $1 AND group_id = $2 AND position > $3 ORDER BY position, id LIMIT $4";
    tenant INSERT = "INSERT INTO items
        (workspace_id, id, project_id, board_id, group_id, number, title, description, status, priority, start_on, due_on,
         due_key, position, labels, assignees, checklist_count, entry_count, done_count, update_count, link_count,
         archived_at, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13, $14, $15, 0, 0, 0, 0, 0, $16, 1, $17, $18, $18)";
    tenant INSERT_LABEL = "INSERT INTO item_labels (workspace_id, item_id, label_id) VALUES ($1, $2, $3)";
    tenant INSERT_ASSIGNEE = "INSERT INTO item_assignees (workspace_id, item_id, user_id) VALUES ($1, $2, $3)";
}

/// A card on its way to being an item.
struct Row<'c> {
    card: &'c Card,
    name: &'c str,
    id: ItemId,
    group: Uuid,
    number: i64,
    status: &'static str,
    position: String,
    start_on: Option<String>,
    due_on: Option<String>,
    labels: Vec<LabelId>,
    people: Vec<UserId>,
    creator: Option<Uuid>,
}

/// Writes new cards and what is new on those that came before; tells whether a group had to be made.
pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    cards: &[Card],
    from: usize,
    now: &mut Standing,
) -> Result<bool> {
    let names: Vec<String> = cards.iter().map(|card| desk.scene.names.of(card.id)).collect();
    let known = if now.report.course.fresh { HashMap::new() } else { refs::items(tx, &names).await? };
    let new: Vec<(usize, &Card, &str)> = cards
        .iter()
        .zip(&names)
        .enumerate()
        .filter(|(_, (_, name))| !known.contains_key(*name))
        .map(|(place, (card, name))| (from + place, card, name.as_str()))
        .collect();
    now.report.created(Kind::Cards, new.len() as u64);
    now.report.skipped(Kind::Cards, known.len() as u64);

    let (mut rows, mut groups_made) = (Vec::new(), false);
    if desk.writes {
        (rows, groups_made) = rows_of(tx, desk, &new, now).await?;
        insert(tx, desk, &rows, now).await?;
    }
    let made: HashMap<SourceId, Uuid> = rows.iter().map(|row| (row.card.id, row.id.uuid())).collect();
    let homes: Vec<Home<'_>> = cards
        .iter()
        .zip(&names)
        .map(|(card, name)| match known.get(name) {
            Some(Some(item)) => Home { card, item: Some(*item), is_new: false },
            Some(None) => Home { card, item: None, is_new: false },
            None => Home { card, item: made.get(&card.id).copied(), is_new: true },
        })
        .collect();
    children::write(tx, desk, &homes, now).await?;
    Ok(groups_made)
}

async fn rows_of<'c>(
    tx: &mut TenantTx,
    desk: &Desk,
    new: &[(usize, &'c Card, &'c str)],
    now: &Standing,
) -> Result<(Vec<Row<'c>>, bool)> {
    let numbers = numbers::of_cards(tx, desk, new, now).await?;
    let named = new.iter().flat_map(|(_, card, _)| card.members.iter().copied().chain(card.creator));
    let people = refs::people(tx, named).await?;
    let mut again: HashMap<SourceId, Uuid> = HashMap::new();
    let mut rows = Vec::with_capacity(new.len());
    for ((_, card, name), number) in new.iter().zip(numbers) {
        let list = desk.checked.groups().iter().find(|group| group.id == card.group);
        let list = list.ok_or_else(|| Error::internal("a card without a list passed the check"))?;
        let group = match desk.scene.groups.get(&card.group).or_else(|| again.get(&card.group)) {
            Some(group) => *group,
            None => {
                let made = groups::make_again(tx, desk, list, now).await?;
                again.insert(card.group, made);
                made
            }
        };
        let status = if card.due_complete { "done" } else { status::of_list(&list.name) };
        let position = place(tx, group, card.rank).await?;
        rows.push(row(tx, desk, &people, Source { card, name, group, number, status, position }));
    }
    Ok((rows, !again.is_empty()))
}

struct Source<'c> {
    card: &'c Card,
    name: &'c str,
    group: Uuid,
    number: i64,
    status: &'static str,
    position: String,
}

fn row<'c>(tx: &TenantTx, desk: &Desk, became: &HashMap<SourceId, Uuid>, source: Source<'c>) -> Row<'c> {
    let Source { card, name, group, number, status, position } = source;
    let day = |at: Option<i64>| at.and_then(|at| dates::day(at, &desk.scene.zone));
    let labels = distinct(&card.labels, &desk.scene.labels);
    let people = distinct(&card.members, became);
    let creator = card.creator.and_then(|person| became.get(&person).copied());
    let (start_on, due_on) = (day(card.start), day(card.due));
    Row {
        card,
        name,
        id: tx.new_id(),
        group,
        number,
        status,
        position,
        start_on,
        due_on,
        labels,
        people,
        creator,
    }
}

/// What these became, in their order; two labels of one name and colour are one here.
fn distinct<K>(ids: &[SourceId], became: &HashMap<SourceId, Uuid>) -> Vec<Id<K>> {
    let mut targets: Vec<Uuid> = Vec::with_capacity(ids.len());
    for target in ids.iter().filter_map(|id| became.get(id)) {
        if !targets.contains(target) {
            targets.push(*target);
        }
    }
    targets.into_iter().map(Id::from_uuid).collect()
}

/// The card's own place in its group; right behind what stands there already, if anything does.
async fn place(tx: &mut TenantTx, group: Uuid, rank: u32) -> Result<String> {
    let workspace = tx.workspace();
    let own = position::nth(rank);
    let taken: Option<(i64,)> = tx.first(&TAKEN, params![workspace, group, &own]).await?;
    if taken.is_none_or(|(count,)| count == 0) {
        return Ok(own);
    }
    // Before the next card's own place, which may not be written yet.
    let next = position::nth(rank.saturating_add(1));
    let behind: Option<(String,)> = tx.first(&BEHIND, params![workspace, group, &own, 1_i64]).await?;
    let high = behind.map_or_else(|| next.clone(), |(behind,)| behind.min(next.clone()));
    position::between(Some(&own), Some(&high))
}

async fn insert(tx: &mut TenantTx, desk: &Desk, rows: &[Row<'_>], now: &Standing) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let (project, board) = (super::found(now.project)?, super::found(now.board)?);
    let lists: Vec<(String, String)> =
        rows.iter().map(|row| (list(&row.labels), list(&row.people))).collect();
    let mut batch = Batch::new(tx, true);
    for (row, (labels, people)) in rows.iter().zip(&lists) {
        let card = row.card;
        let archived = card.closed.then_some(desk.scene.stamp);
        let due_key = row.due_on.as_deref().unwrap_or(NO_DUE_DATE);
        batch.push(
            &INSERT,
            params![
                row.id,
                project,
                board,
                row.group,
                row.number,
                &card.name,
                &card.description,
                row.status,
                row.start_on.as_deref(),
                row.due_on.as_deref(),
                due_key,
                &row.position,
                labels,
                people,
                archived,
                row.creator,
                card.created
            ],
        );
        batch.keep(Noun::Card, row.name, row.id.uuid());
        for label in &row.labels {
            batch.push(&INSERT_LABEL, params![row.id, *label]);
        }
        for person in &row.people {
            batch.push(&INSERT_ASSIGNEE, params![row.id, *person]);
        }
    }
    batch.run(tx).await
}

/// Sorts behind every date.
const NO_DUE_DATE: &str = "~";

/// A list of ids as it stands in an item's row: each with a space behind it.
fn list<K: kernel::id::Kind>(ids: &[Id<K>]) -> String {
    ids.iter().map(|id| format!("{id} ")).collect()
}
