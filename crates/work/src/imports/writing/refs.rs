//! What imported things became: `import_refs`. A thing is known by the board that it was on and its
//! id there (`<board>:<id>`), people by their id alone, because they are the same on every board.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;

use kernel::Result;
use store::{Sql, Tenant, TenantTx, Value, params};
use uuid::Uuid;

use crate::imports::trello::SourceId;

pub(super) const SOURCE: &str = "trello";

/// The word in the column `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noun {
    Board,
    List,
    Label,
    Person,
    Card,
    Checklist,
    Entry,
    Link,
    Comment,
    Activity,
}

impl Noun {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::List => "list",
            Self::Label => "label",
            Self::Person => "member",
            Self::Card => "card",
            Self::Checklist => "checklist",
            Self::Entry => "entry",
            Self::Link => "attachment",
            Self::Comment => "comment",
            Self::Activity => "activity",
        }
    }

    /// Those that go with their board.
    const OF_BOARD: [Self; 8] = [
        Self::List,
        Self::Label,
        Self::Card,
        Self::Checklist,
        Self::Entry,
        Self::Link,
        Self::Comment,
        Self::Activity,
    ];
}

/// Ids are asked for so many at a time, so that the statement is always the same.
const AT_ONCE: usize = 64;

macro_rules! of_64 {
    ($start:literal) => {
        concat!(
            $start,
            " IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43,
             $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63,
             $64, $65, $66, $67)"
        )
    };
}

store::statements! {
    tenant ONE = "SELECT target_id FROM import_refs WHERE workspace_id = $1 AND source = $2 AND kind = $3 AND source_id = $4";
    tenant KNOWN = of_64!("SELECT source_id, target_id FROM import_refs
        WHERE workspace_id = $1 AND source = $2 AND kind = $3 AND source_id");
    tenant KNOWN_CARDS = of_64!("SELECT r.source_id, i.id FROM import_refs r
        LEFT JOIN items i ON i.workspace_id = r.workspace_id AND i.id = r.target_id
        WHERE r.workspace_id = $1 AND r.source = $2 AND r.kind = $3 AND r.source_id");
    tenant KNOWN_CHECKLISTS = of_64!("SELECT r.source_id, c.id FROM import_refs r
        LEFT JOIN checklists c ON c.workspace_id = r.workspace_id AND c.id = r.target_id
        WHERE r.workspace_id = $1 AND r.source = $2 AND r.kind = $3 AND r.source_id");
    tenant KEEP = "INSERT INTO import_refs (workspace_id, source, kind, source_id, target_id) VALUES ($1, $2, $3, $4, $5)";
    tenant POINT_ELSEWHERE = "UPDATE import_refs SET target_id = $5
        WHERE workspace_id = $1 AND source = $2 AND kind = $3 AND source_id = $4";
    tenant FORGET = "DELETE FROM import_refs WHERE workspace_id = $1 AND source = $2 AND kind = $3 AND source_id = $4";
    tenant FORGET_ALL = "DELETE FROM import_refs
        WHERE workspace_id = $1 AND source = $2 AND kind = $3 AND source_id >= $4 AND source_id < $5";
    tenant GROUPS = "SELECT r.source_id, g.id FROM import_refs r
        JOIN board_groups g ON g.workspace_id = r.workspace_id AND g.id = r.target_id
        WHERE r.workspace_id = $1 AND r.source = $2 AND r.kind = $3 AND r.source_id > $4 AND r.source_id < $5
        ORDER BY r.source_id LIMIT $6";
    tenant LABELS = "SELECT r.source_id, l.id FROM import_refs r
        JOIN labels l ON l.workspace_id = r.workspace_id AND l.id = r.target_id
        WHERE r.workspace_id = $1 AND r.source = $2 AND r.kind = $3 AND r.source_id > $4 AND r.source_id < $5
        ORDER BY r.source_id LIMIT $6";
    tenant PEOPLE = of_64!("SELECT r.source_id, m.user_id FROM import_refs r
        JOIN members m ON m.workspace_id = r.workspace_id AND m.user_id = r.target_id
        WHERE r.workspace_id = $1 AND r.source = $2 AND r.kind = $3 AND r.source_id");
}

/// The ids of one board's things.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names(pub SourceId);

impl Names {
    pub fn of(self, id: impl Display) -> String {
        format!("{}:{id}", self.0)
    }

    /// Everything from the first to before the second begins with this board's id.
    fn range(self) -> (String, String) {
        (format!("{}:", self.0), format!("{};", self.0))
    }

    /// The id behind the board's.
    fn parse(text: &str) -> Option<SourceId> {
        SourceId::parse(text.rsplit(':').next()?)
    }
}

/// What an earlier chunk or import made of each of these; things that are not in it are new.
pub(super) async fn known(tx: &mut TenantTx, noun: Noun, ids: &[String]) -> Result<HashMap<String, Uuid>> {
    let rows: Vec<(String, Uuid)> = ask(tx, &KNOWN, noun, ids).await?;
    Ok(rows.into_iter().collect())
}

/// The items that cards became; none where somebody deleted it for good since.
pub(super) async fn items(tx: &mut TenantTx, ids: &[String]) -> Result<HashMap<String, Option<Uuid>>> {
    let rows: Vec<(String, Option<Uuid>)> = ask(tx, &KNOWN_CARDS, Noun::Card, ids).await?;
    Ok(rows.into_iter().collect())
}

/// The same for checklists.
pub(super) async fn checklists(tx: &mut TenantTx, ids: &[String]) -> Result<HashMap<String, Option<Uuid>>> {
    let rows: Vec<(String, Option<Uuid>)> = ask(tx, &KNOWN_CHECKLISTS, Noun::Checklist, ids).await?;
    Ok(rows.into_iter().collect())
}

async fn ask<T: store::FromRow>(
    tx: &mut TenantTx,
    sql: &'static Sql<Tenant>,
    noun: Noun,
    ids: &[String],
) -> Result<Vec<T>> {
    let workspace = tx.workspace();
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let last = some.last().map(String::as_str).unwrap_or_default();
        let mut params: Vec<Value<'_>> = vec![workspace.into(), SOURCE.into(), noun.name().into()];
        params.extend(some.iter().map(Value::from));
        params.resize(3 + AT_ONCE, Value::Text(last));
        rows.extend(tx.all::<T>(sql, &params).await?);
    }
    Ok(rows)
}

pub(super) async fn one(tx: &mut TenantTx, noun: Noun, id: &str) -> Result<Option<Uuid>> {
    let workspace = tx.workspace();
    let row: Option<(Uuid,)> = tx.first(&ONE, params![workspace, SOURCE, noun.name(), id]).await?;
    Ok(row.map(|(target,)| target))
}

/// Forgets a board that somebody deleted, so that it and all of it can come again.
pub(super) async fn forget_board(tx: &mut TenantTx, board: SourceId) -> Result<()> {
    let workspace = tx.workspace();
    let (from, to) = Names(board).range();
    for noun in Noun::OF_BOARD {
        tx.exec(&FORGET_ALL, params![workspace, SOURCE, noun.name(), &from, &to]).await?;
    }
    let board = board.to_string();
    tx.exec(&FORGET, params![workspace, SOURCE, Noun::Board.name(), &board]).await.map(drop)
}

/// The board's groups that are still there.
pub(super) async fn groups(tx: &mut TenantTx, names: Names) -> Result<HashMap<SourceId, Uuid>> {
    of_board(tx, &GROUPS, Noun::List, names).await
}

/// The board's labels that are still there.
pub(super) async fn labels(tx: &mut TenantTx, names: Names) -> Result<HashMap<SourceId, Uuid>> {
    of_board(tx, &LABELS, Noun::Label, names).await
}

async fn of_board(
    tx: &mut TenantTx,
    sql: &'static Sql<Tenant>,
    noun: Noun,
    names: Names,
) -> Result<HashMap<SourceId, Uuid>> {
    let workspace = tx.workspace();
    let (mut from, to) = names.range();
    let mut found = HashMap::new();
    loop {
        let rows: Vec<(String, Uuid)> =
            tx.all(sql, params![workspace, SOURCE, noun.name(), &from, &to, PAGE]).await?;
        let full = rows.len() as i64 == PAGE;
        if let Some((last, _)) = rows.last() {
            from.clone_from(last);
        }
        found.extend(rows.into_iter().filter_map(|(name, id)| Names::parse(&name).map(|name| (name, id))));
        if !full {
            return Ok(found);
        }
    }
}

const PAGE: i64 = 1_000;

/// What became of these people: placeholders, or those who took their places since. Asked in the
/// transaction that writes, so that nothing goes to a placeholder that is gone.
pub(super) async fn people(
    tx: &mut TenantTx,
    people: impl Iterator<Item = SourceId>,
) -> Result<HashMap<SourceId, Uuid>> {
    let distinct: BTreeSet<SourceId> = people.collect();
    let ids: Vec<String> = distinct.iter().map(SourceId::to_string).collect();
    let rows: Vec<(String, Uuid)> = ask(tx, &PEOPLE, Noun::Person, &ids).await?;
    Ok(rows.into_iter().filter_map(|(id, user)| SourceId::parse(&id).map(|id| (id, user))).collect())
}
