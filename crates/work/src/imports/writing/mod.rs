//! Writing a checked export, chunk by chunk, in the order in which things refer to one another. Each
//! chunk is one transaction: what it makes, what it became (`import_refs`), the counts, and where to
//! go on. A dry run goes the same way and only looks.
//!
//! What is there already is left as it is, whatever the file says of it: somebody may have changed it
//! here. New cards, checklists, entries, links, comments and activity are added to it.

mod activity;
mod batch;
mod board;
mod cards;
mod children;
mod comments;
mod dates;
mod groups;
mod key;
mod labels;
mod numbers;
mod people;
mod refs;
mod scene;
mod status;

pub(super) use dates::zone;
pub(super) use numbers::order;
pub(super) use scene::Scene;

use std::sync::Arc;

use kernel::access::{Area, Level, Role};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use store::{TenantTx, params};
use uuid::Uuid;

use super::ImportId;
use super::report::Report;
use super::store::{ADVANCE, totals};
use super::trello::{Activity, Card, Checked, Comment, Group, ImportError, Label, Person, Source};

/// What is written at a time; long enough to be fast, short enough to let others in between.
const GROUPS: usize = 100;
const LABELS: usize = 100;
const PEOPLE: usize = 200;
const CARDS: usize = 100;
const COMMENTS: usize = 200;
const ACTIVITY: usize = 300;

/// The kinds of chunks, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Board,
    Groups,
    Labels,
    People,
    Cards,
    Comments,
    Activity,
}

impl Phase {
    const ALL: [Self; 7] =
        [Self::Board, Self::Groups, Self::Labels, Self::People, Self::Cards, Self::Comments, Self::Activity];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Groups => "groups",
            Self::Labels => "labels",
            Self::People => "people",
            Self::Cards => "cards",
            Self::Comments => "comments",
            Self::Activity => "activity",
        }
    }

    fn steps(self, checked: &Checked) -> usize {
        match self {
            Self::Board => 1,
            Self::Groups => checked.groups().len(),
            Self::Labels => checked.labels().len(),
            Self::People => checked.people().len(),
            Self::Cards => checked.card_count(),
            Self::Comments => checked.comment_count(),
            Self::Activity => checked.activity_count(),
        }
    }
}

/// All steps of an import.
pub(super) fn total(checked: &Checked) -> usize {
    Phase::ALL.into_iter().map(|phase| phase.steps(checked)).sum()
}

/// Which phase the step number `done` belongs to, and the how manieth of it it is.
pub(super) fn place(checked: &Checked, done: usize) -> Option<(Phase, usize)> {
    let mut rest = done;
    Phase::ALL.into_iter().find_map(|phase| {
        let steps = phase.steps(checked);
        if rest < steps {
            return Some((phase, rest));
        }
        rest -= steps;
        None
    })
}

/// What one chunk brings.
#[derive(Debug)]
enum Things {
    Board,
    Groups(Vec<Group>),
    Labels(Vec<Label>),
    People(Vec<Person>),
    /// And the place in the file of the first.
    Cards(Vec<Card>, usize),
    Comments(Vec<Comment>),
    Activity(Vec<Activity>),
    /// All of a phase, none of which can be there yet; only for a dry run.
    AllNew(Phase),
}

/// One step of an import, ready to be written.
#[derive(Debug)]
pub(super) struct Chunk {
    pub phase: Phase,
    pub steps: usize,
    things: Things,
}

/// Reads the chunk that begins at step `done`; none when all are done. Blocks on the disk.
pub(super) fn read(
    checked: &Checked,
    source: &dyn Source,
    done: usize,
    looks_at_nothing: bool,
) -> Result<Option<Chunk>, ImportError> {
    let Some((phase, from)) = place(checked, done) else { return Ok(None) };
    if looks_at_nothing && !matches!(phase, Phase::Board | Phase::People) {
        let steps = phase.steps(checked) - from;
        return Ok(Some(Chunk { phase, steps, things: Things::AllNew(phase) }));
    }
    fn some<T: Clone>(all: &[T], from: usize, most: usize) -> Vec<T> {
        all.iter().skip(from).take(most).cloned().collect()
    }
    let (things, steps) = match phase {
        Phase::Board => (Things::Board, 1),
        Phase::Groups => counted(some(checked.groups(), from, GROUPS), Things::Groups),
        Phase::Labels => counted(some(checked.labels(), from, LABELS), Things::Labels),
        Phase::People => counted(some(checked.people(), from, PEOPLE), Things::People),
        Phase::Cards => {
            counted(checked.cards(source, from, CARDS)?.items, |cards| Things::Cards(cards, from))
        }
        Phase::Comments => counted(checked.comments(source, from, COMMENTS)?.items, Things::Comments),
        Phase::Activity => counted(checked.activity(source, from, ACTIVITY)?.items, Things::Activity),
    };
    Ok(Some(Chunk { phase, steps, things }))
}

fn counted<T>(items: Vec<T>, things: impl FnOnce(Vec<T>) -> Things) -> (Things, usize) {
    let steps = items.len();
    (things(items), steps)
}

/// What an import has come to; stored with every chunk.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub done: i64,
    pub report: Report,
    pub project: Option<Uuid>,
    pub board: Option<Uuid>,
}

/// What a chunk is written with.
pub(super) struct Desk {
    pub import: ImportId,
    /// A dry run has none to write with: it looks.
    pub writes: bool,
    pub scene: Arc<Scene>,
    pub checked: Arc<Checked>,
    /// Ranks of the file's cards by number; empty where they are not needed.
    pub order: Arc<Vec<u32>>,
}

/// Writes one chunk and where it leads; gives the new standing, and whether the scene has changed.
///
/// # Errors
/// `409 import_stopped` when somebody cancelled it, or another run of it has come further; `403` when
/// whoever asked for it may import no more.
pub(super) async fn write(
    tx: &mut TenantTx,
    desk: Desk,
    chunk: Chunk,
    before: Standing,
) -> Result<(Standing, bool)> {
    require_importer(tx).await?;
    let mut now = before.clone();
    let (old_created, old_skipped) = totals(&before.report)?;
    let changed = things(tx, &desk, &chunk, &mut now).await?;
    now.done += i64::try_from(chunk.steps).map_err(Error::internal)?;
    let (created, skipped) = totals(&now.report)?;
    let (workspace, text) = (tx.workspace(), now.report.text()?);
    let phase = place(&desk.checked, usize::try_from(now.done).map_err(Error::internal)?);
    let phase = phase.map_or("", |(phase, _)| phase.name());
    let moved = tx
        .exec(
            &ADVANCE,
            params![
                workspace,
                desk.import,
                before.done,
                phase,
                now.done,
                created,
                skipped,
                &text,
                now.project,
                now.board
            ],
        )
        .await?;
    if moved == 0 {
        return Err(Error::conflict("import_stopped", "This import was stopped."));
    }
    if desk.writes {
        let details = json!({
            "phase": chunk.phase.name(),
            "from": before.done,
            "to": now.done,
            "created": created - old_created,
            "skipped": skipped - old_skipped,
        });
        tx.audit(Entry::new("import.continued", desk.import).details(details));
    }
    Ok((now, changed))
}

store::statements! {
    tenant ROLE = "SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2 AND status = 'active'";
}

/// It goes on in somebody's name for as long as they could ask for it now.
async fn require_importer(tx: &mut TenantTx) -> Result<()> {
    let (workspace, Some(user)) = (tx.workspace(), tx.user()) else { return Ok(()) };
    let row: Option<(Option<String>,)> = tx.first(&ROLE, params![workspace, user]).await?;
    let role = row.and_then(|(role,)| role).and_then(|role| Role::from_name(&role));
    if role.is_some_and(|role| role.level(Area::Projects) >= Level::Full) {
        Ok(())
    } else {
        Err(Error::forbidden("importer_gone", "Whoever asked for this import may import no more."))
    }
}

async fn things(tx: &mut TenantTx, desk: &Desk, chunk: &Chunk, now: &mut Standing) -> Result<bool> {
    match &chunk.things {
        Things::Board => return board::write(tx, desk, now).await.map(|()| true),
        Things::Groups(groups) => groups::write(tx, desk, groups, now).await?,
        Things::Labels(labels) => labels::write(tx, desk, labels, now).await?,
        Things::People(people) => people::write(tx, desk, people, now).await?,
        Things::Cards(cards, from) => return cards::write(tx, desk, cards, *from, now).await,
        Things::Comments(comments) => comments::write(tx, desk, comments, now).await?,
        Things::Activity(activity) => activity::write(tx, desk, activity, now).await?,
        Things::AllNew(phase) => all_new(desk, *phase, &mut now.report),
    }
    Ok(matches!(chunk.phase, Phase::Groups | Phase::Labels))
}

/// Nothing of a board that never came can be here.
fn all_new(desk: &Desk, phase: Phase, report: &mut Report) {
    use super::trello::Kind;
    let kinds: &[Kind] = match phase {
        Phase::Groups => &[Kind::Lists],
        Phase::Labels => &[Kind::Labels],
        Phase::Cards => &[Kind::Cards, Kind::Checklists, Kind::ChecklistEntries, Kind::Attachments],
        Phase::Comments => &[Kind::Comments],
        Phase::Activity => &[Kind::Activity],
        Phase::Board | Phase::People => &[],
    };
    for kind in kinds {
        report.created(*kind, desk.checked.summary().count(*kind).taken);
    }
}

/// What the first chunk has made or found.
fn found(id: Option<Uuid>) -> Result<Uuid> {
    id.ok_or_else(|| Error::internal("an import without a board"))
}
