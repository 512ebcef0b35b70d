//! The document piece by piece. Each piece is read in a transaction of its own, so that nothing waits
//! for a slow reader.

use ::store::{FromRow, Row, TenantDoor, TenantTx, params};
use bytes::Bytes;
use kernel::{Error, Result, Timestamp, UserId};
use serde::Serialize;
use tokio::sync::mpsc::Sender;
use web::time::Utc;

use super::store::ITEMS;
use crate::activity::{self, ActivityId};
use crate::checklists;
use crate::items::{Item, ItemId, ItemRow};
use crate::projects::{Archived, Project, ProjectId};
use crate::updates::{self, UpdateId};
use crate::{boards, groups, labels, links, members};

/// Items, updates and entries of history that are read at a time.
const AT_ONCE: i64 = 50;
/// A piece goes out when it is this long.
const PIECE: usize = 64 * 1_024;

/// Gone when nobody reads any more.
pub(super) type Out = Sender<Result<Bytes>>;

/// Writes the whole document; an error breaks it off, so that nobody takes a part for the whole.
pub(super) async fn write(door: TenantDoor, project: Project, out: Out) {
    let mut pieces = Pieces { text: Vec::with_capacity(PIECE + PIECE / 2), out };
    if let Err(error) = document(&door, project, &mut pieces).await {
        tracing::warn!(%error, "an export was broken off");
        let _ = pieces.out.send(Err(error)).await;
    }
}

struct Pieces {
    text: Vec<u8>,
    out: Out,
}

impl Pieces {
    fn raw(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn json(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.text, value).map_err(Error::internal)
    }

    /// A list's next element; `first` is false from then on.
    fn element(&mut self, first: &mut bool, value: &impl Serialize) -> Result<()> {
        if !std::mem::replace(first, false) {
            self.raw(",");
        }
        self.json(value)
    }

    async fn send(&mut self, least: usize) -> Result<()> {
        if self.text.len() < least.max(1) {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.text));
        self.out
            .send(Ok(piece))
            .await
            .map_err(|_| Error::Unavailable { reason: "The reader of an export went away." })
    }
}

async fn document(door: &TenantDoor, project: Project, out: &mut Pieces) -> Result<()> {
    let id = project.id;
    head(door, project, out).await?;
    let (mut first, mut number) = (true, 0);
    loop {
        let rows = door.read(async |tx: &mut TenantTx| items(tx, id, number).await).await?;
        let Some(last) = rows.last() else { break };
        number = last.row.number;
        for row in rows {
            if !std::mem::replace(&mut first, false) {
                out.raw(",");
            }
            item(door, row, out).await?;
        }
    }
    out.raw("]}\n");
    out.send(0).await
}

#[derive(Serialize)]
struct Member {
    id: UserId,
    name: String,
    status: String,
}

#[derive(Serialize)]
struct Board {
    #[serde(flatten)]
    board: boards::Board,
    groups: Vec<groups::Group>,
}

async fn head(door: &TenantDoor, project: Project, out: &mut Pieces) -> Result<()> {
    let id = project.id;
    let (now, members, labels, boards) = door
        .read(async |tx: &mut TenantTx| {
            let members = members::everybody(tx).await?;
            let labels = labels::of_project(tx, id).await?;
            let mut all = Vec::new();
            for board in boards::page(tx, id, Archived::All, None, boards::MOST).await? {
                let groups = groups::page(tx, board.id, Archived::All, None, groups::MOST).await?;
                all.push(Board { board, groups });
            }
            Ok((tx.now(), members, labels, all))
        })
        .await?;
    let member = |member: members::Member| Member { id: member.id, name: member.name, status: member.status };
    let members: Vec<Member> = members.into_iter().map(member).collect();
    out.raw("{\"format\":\"trackhold.project.1\",\"exported_at\":");
    out.json(&Utc(now))?;
    out.raw(",\"project\":");
    out.json(&project)?;
    out.raw(",\"members\":");
    out.json(&members)?;
    out.raw(",\"labels\":");
    out.json(&labels)?;
    out.raw(",\"boards\":");
    out.json(&boards)?;
    out.raw(",\"items\":[");
    out.send(PIECE).await
}

struct Exported {
    row: ItemRow,
    deleted_at: Option<Timestamp>,
    checklists: Vec<checklists::Checklist>,
}

impl FromRow for Exported {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self { row: ItemRow::read(&mut columns)?, deleted_at: columns.take()?, checklists: Vec::new() })
    }
}

async fn items(tx: &mut TenantTx, project: ProjectId, after: i64) -> Result<Vec<Exported>> {
    let mut rows: Vec<Exported> = tx.all(&ITEMS, params![tx.workspace(), project, after, AT_ONCE]).await?;
    for row in &mut rows {
        row.checklists = checklists::of_item(tx, &row.row).await?;
    }
    Ok(rows)
}

async fn item(door: &TenantDoor, exported: Exported, out: &mut Pieces) -> Result<()> {
    let Exported { row, deleted_at, checklists } = exported;
    let (id, created_by) = (row.id, row.created_by);
    let links = if row.link_count > 0 {
        door.read(async |tx: &mut TenantTx| links::of_item(tx, id).await).await?
    } else {
        Vec::new()
    };
    out.raw("{\"item\":");
    out.json(&Item::new(row, checklists))?;
    out.raw(",\"created_by\":");
    out.json(&created_by)?;
    out.raw(",\"deleted_at\":");
    out.json(&deleted_at.map(Utc))?;
    out.raw(",\"links\":");
    out.json(&links)?;
    out.raw(",\"updates\":[");
    all_updates(door, id, out).await?;
    out.raw("],\"activity\":[");
    all_activity(door, id, out).await?;
    out.raw("]}");
    out.send(PIECE).await
}

/// Oldest first.
async fn all_updates(door: &TenantDoor, item: ItemId, out: &mut Pieces) -> Result<()> {
    let (mut first, mut after): (bool, Option<(Timestamp, UpdateId)>) = (true, None);
    loop {
        let some = door.read(async |tx: &mut TenantTx| updates::page(tx, item, after, AT_ONCE).await).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = Some((last.created_at.0, last.id));
        for update in &some {
            out.element(&mut first, update)?;
            out.send(PIECE).await?;
        }
    }
}

/// Newest first.
async fn all_activity(door: &TenantDoor, item: ItemId, out: &mut Pieces) -> Result<()> {
    let (mut first, mut before): (bool, Option<(Timestamp, ActivityId)>) = (true, None);
    loop {
        let some =
            door.read(async |tx: &mut TenantTx| activity::page(tx, item, before, AT_ONCE).await).await?;
        let Some(last) = some.last() else { return Ok(()) };
        before = Some((last.at.0, last.id));
        for entry in &some {
            out.element(&mut first, entry)?;
            out.send(PIECE).await?;
        }
    }
}
