//! Lists of items: which, in what order, and where a page begins. Filters and sorts come from an
//! allow-list; every order is total, and for items that are not archived each has its index.

use std::collections::HashMap;

use ::store::{Sql, Tenant, TenantDoor, TenantTx, Value, like, params};
use kernel::{Error, Result, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pages::{self, Order, Which};
use super::{Date, ItemId, ItemRow, Status};
use crate::boards::{ArchivePlace, BoardId};
use crate::groups::GroupId;
use crate::labels::LabelId;
use crate::position;
use crate::projects::Archived;

/// Labels, or assignees, that a filter may name.
pub const MOST_NAMED: usize = 8;

/// Which items of a board: those that pass all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In the title, or the item's number.
    pub q: Option<String>,
    /// One of these; all where there are none. So with `assignees` and `labels`, at most 8 each.
    pub statuses: Vec<Status>,
    pub assignees: Vec<UserId>,
    pub labels: Vec<LabelId>,
    pub group: Option<GroupId>,
    pub due_before: Option<Date>,
    pub archived: Archived,
}

impl Filter {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn check(&self) -> Result<()> {
        if self.assignees.len() > MOST_NAMED || self.labels.len() > MOST_NAMED {
            return Err(Error::malformed("bad_filter", "A filter names at most 8 assignees and 8 labels."));
        }
        Ok(())
    }
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortField {
    /// As on the board, group by group mixed; within one group, as there.
    #[default]
    Position,
    Number,
    Title,
    /// Those without a date come last.
    DueOn,
    UpdatedAt,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    pub field: SortField,
    pub descending: bool,
}

impl Sort {
    /// `number`, or `-number` for the greatest first.
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let field = match name {
            "position" => SortField::Position,
            "number" => SortField::Number,
            "title" => SortField::Title,
            "due_on" => SortField::DueOn,
            "updated_at" => SortField::UpdatedAt,
            _ => return None,
        };
        Some(Self { field, descending })
    }

    fn start(self) -> Place {
        let key = match (self.field, self.descending) {
            (SortField::Number | SortField::UpdatedAt, false) => Key::Int(i64::MIN),
            (SortField::Number | SortField::UpdatedAt, true) => Key::Int(i64::MAX),
            (_, false) => Key::Text(String::new()),
            // Longer than any title, of the greatest character.
            (SortField::Title, true) => Key::Text("\u{10FFFF}".repeat(super::LONGEST_TITLE + 1)),
            (_, true) => Key::Text("~~".into()),
        };
        let id = if self.descending { Uuid::max() } else { Uuid::nil() };
        Place { sort: self, key, id: ItemId::from_uuid(id) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Int(i64),
    Text(String),
}

/// The item behind which a page begins: a cursor's position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    sort: Sort,
    key: Key,
    id: ItemId,
}

impl Place {
    pub fn of(item: &ItemRow, sort: Sort) -> Self {
        let key = match sort.field {
            SortField::Position => Key::Text(item.position.clone()),
            SortField::Number => Key::Int(item.number),
            SortField::Title => Key::Text(item.title.clone()),
            SortField::DueOn => Key::Text(item.due_on.as_ref().map_or("~", Date::as_str).to_owned()),
            SortField::UpdatedAt => Key::Int(item.updated_at.micros()),
        };
        Self { sort, key, id: item.id }
    }

    /// Anybody can write a cursor: a key of another kind than the column's is none of ours.
    const fn fits(&self) -> bool {
        match self.sort.field {
            SortField::Number | SortField::UpdatedAt => matches!(self.key, Key::Int(_)),
            SortField::Position | SortField::Title | SortField::DueOn => matches!(self.key, Key::Text(_)),
        }
    }

    fn value(&self) -> Value<'_> {
        match &self.key {
            Key::Int(number) => Value::Int(*number),
            Key::Text(text) => Value::Text(text),
        }
    }
}

/// A question with all its parameters owned.
struct Query {
    sql: &'static Sql<Tenant>,
    of: Uuid,
    filter: Option<(Filter, String, Option<i64>)>,
    place: Place,
    limit: i64,
    archived: Option<(bool, bool)>,
}

impl Query {
    fn of_board(
        board: BoardId,
        filter: &Filter,
        sort: Sort,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Self> {
        let is_a_group = sort == Sort::default() && filter.archived == Archived::False;
        if let (Some(group), true) = (filter.group, is_a_group) {
            // The group's own index; the board is in the filter's place of the group.
            return Self::of_group(Some(board), group, filter, after, limit);
        }
        filter.check()?;
        let which = match (filter.is_empty(), filter.archived) {
            (true, _) => Which::Live,
            (false, Archived::False) => Which::Filtered,
            (false, _) => Which::Any,
        };
        let sql = pages::of_board(which, Order { field: sort.field, descending: sort.descending });
        let archived = (which == Which::Any).then(|| filter.archived.shows());
        Self::new(sql, board.uuid(), filter, sort, after, limit, archived)
    }

    /// The items of a group in their order; with a board, only if the group is its own.
    fn of_group(
        board: Option<BoardId>,
        group: GroupId,
        filter: &Filter,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Self> {
        filter.check()?;
        let filter = Filter { group: None, ..filter.clone() };
        let sort = Sort::default();
        let sql = match (board, filter.is_empty()) {
            (Some(_), _) => &pages::GROUP_OF_BOARD,
            (None, true) => &pages::GROUP,
            (None, false) => &pages::GROUP_FILTERED,
        };
        let mut query = Self::new(sql, group.uuid(), &filter, sort, after, limit, None)?;
        if let Some(board) = board {
            let owned = Self::filtered(&Filter { group: Some(GroupId::from_uuid(board.uuid())), ..filter });
            query.filter = Some(owned);
        }
        Ok(query)
    }

    fn new(
        sql: &'static Sql<Tenant>,
        of: Uuid,
        filter: &Filter,
        sort: Sort,
        after: Option<&Place>,
        limit: i64,
        archived: Option<(bool, bool)>,
    ) -> Result<Self> {
        let place = match after {
            Some(place) if place.sort != sort || !place.fits() => {
                return Err(Error::malformed("bad_cursor", "The cursor is not one that this list gave."));
            }
            Some(place) => place.clone(),
            None => sort.start(),
        };
        let filter = (!filter.is_empty()).then(|| Self::filtered(filter));
        Ok(Self { sql, of, filter, place, limit, archived })
    }

    fn filtered(filter: &Filter) -> (Filter, String, Option<i64>) {
        let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        // Both engines' lower() knows ASCII alone.
        let pattern = q.map(|q| like(&q.to_ascii_lowercase())).unwrap_or_default();
        (filter.clone(), pattern, q.and_then(number))
    }

    fn params(&self, workspace: WorkspaceId) -> Vec<Value<'_>> {
        let mut values = vec![Value::from(workspace), Value::from(self.of)];
        if let Some((filter, pattern, number)) = &self.filter {
            values.extend(filter_values(filter, pattern, *number));
        }
        values.extend([self.place.value(), self.place.id.into(), self.limit.into()]);
        if let Some((open, closed)) = self.archived {
            values.extend([Value::from(open), Value::from(closed)]);
        }
        values
    }
}

/// `142` and `WEB-142`.
fn number(q: &str) -> Option<i64> {
    q.rsplit('-').next().and_then(|digits| digits.parse().ok())
}

/// `$3` to `$28` of every statement that filters; an empty pattern lets all titles through.
fn filter_values<'a>(filter: &'a Filter, pattern: &'a str, number: Option<i64>) -> Vec<Value<'a>> {
    let mut values = vec![Value::from(pattern), Value::from(number)];
    let statuses = &filter.statuses;
    values.extend(Status::ALL.map(|status| Value::from(statuses.is_empty() || statuses.contains(&status))));
    values.push(filter.assignees.is_empty().into());
    values.extend(padded(filter.assignees.iter().map(|id| id.uuid())));
    values.push(filter.labels.is_empty().into());
    values.extend(padded(filter.labels.iter().map(|id| id.uuid())));
    values.push(filter.group.into());
    values.push(filter.due_before.as_ref().map(Date::as_str).into());
    values
}

/// Places that nobody named hold an id that nothing has.
fn padded<'a>(ids: impl Iterator<Item = Uuid>) -> impl Iterator<Item = Value<'a>> {
    ids.chain(std::iter::repeat(Uuid::nil())).take(MOST_NAMED).map(Value::from)
}

/// A board's items behind a place, at most `limit`. The board's existence is the caller's question.
pub async fn of_board(
    tx: &mut TenantTx,
    board: BoardId,
    filter: &Filter,
    sort: Sort,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<ItemRow>> {
    let query = Query::of_board(board, filter, sort, after, limit)?;
    tx.all(query.sql, &query.params(tx.workspace())).await
}

/// As [`of_board`], with a statement for itself: the cheapest way to read a page.
pub async fn of_board_alone(
    door: &TenantDoor,
    board: BoardId,
    filter: &Filter,
    sort: Sort,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<ItemRow>> {
    let query = Query::of_board(board, filter, sort, after, limit)?;
    door.all(query.sql, &query.params(door.workspace())).await
}

/// A group's items that are not archived, in their order, without their descriptions; `filter.group` and
/// `filter.archived` are passed over.
pub async fn of_group(
    tx: &mut TenantTx,
    group: GroupId,
    filter: &Filter,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<ItemRow>> {
    let filter = Filter { archived: Archived::False, ..filter.clone() };
    let query = Query::of_group(None, group, &filter, after, limit)?;
    tx.all(query.sql, &query.params(tx.workspace())).await
}

/// How many items that are not archived pass the filter, by group; groups without any are not there.
pub async fn counts(tx: &mut TenantTx, board: BoardId, filter: &Filter) -> Result<HashMap<GroupId, i64>> {
    if filter.is_empty() {
        return Ok(crate::groups::counts(tx, board).await?.into_iter().collect());
    }
    filter.check()?;
    let (filter, pattern, number) = Query::filtered(&Filter { archived: Archived::False, ..filter.clone() });
    let mut values = params![tx.workspace(), board].to_vec();
    values.extend(filter_values(&filter, &pattern, number));
    values.push(crate::groups::MOST.into());
    let rows: Vec<(GroupId, i64)> = tx.all(&pages::COUNTS, &values).await?;
    Ok(rows.into_iter().collect())
}

/// A board's archived items without their descriptions, those archived last first, before a place.
pub async fn archive(
    tx: &mut TenantTx,
    board: BoardId,
    before: Option<ArchivePlace>,
    limit: i64,
) -> Result<Vec<ItemRow>> {
    let before = before.unwrap_or(ArchivePlace { at: i64::MAX, id: ItemId::from_uuid(Uuid::max()) });
    tx.all(&pages::ARCHIVE, params![tx.workspace(), board, before.at, before.id, limit]).await
}

/// How many archived items a board has.
pub async fn archived_count(tx: &mut TenantTx, board: BoardId) -> Result<i64> {
    let (count,): (i64,) = tx.one(&pages::ARCHIVED_COUNT, params![tx.workspace(), board]).await?;
    Ok(count)
}

/// The item before this one in its group, archived ones passed over.
pub async fn item_before(tx: &mut TenantTx, item: &ItemRow) -> Result<Option<ItemId>> {
    debug_assert!(item.position.as_str() > position::FIRST);
    let row: Option<(ItemId,)> = tx
        .first(&pages::ITEM_BEFORE, params![tx.workspace(), item.group_id, &item.position, item.id])
        .await?;
    Ok(row.map(|(id,)| id))
}
