//! The statements behind lists of items: one for each order, so that each finds its index.

use store::{Sql, Tenant};

use super::list::SortField;
use super::store::{columns, text, undescribed};

/// What `Filter` says: `$3` to `$28`.
macro_rules! filter {
    () => {
        " AND ($3 = '' OR lower(i.title) LIKE $3 ESCAPE '\\' OR i.number = $4)
          AND ((i.status = 'todo' AND $5) OR (i.status = 'doing' AND $6)
            OR (i.status = 'done' AND $7) OR (i.status = 'cancelled' AND $8))
          AND ($9 OR EXISTS (SELECT 1 FROM item_assignees a WHERE a.workspace_id = i.workspace_id AND a.item_id = i.id
            AND a.user_id IN ($10, $11, $12, $13, $14, $15, $16, $17)))
          AND ($18 OR EXISTS (SELECT 1 FROM item_labels l WHERE l.workspace_id = i.workspace_id AND l.item_id = i.id
            AND l.label_id IN ($19, $20, $21, $22, $23, $24, $25, $26)))
          AND (i.due_on < $28 OR $28 IS NULL)"
    };
}

macro_rules! live {
    () => {
        " AND i.archived_at IS NULL AND i.deleted_at IS NULL"
    };
}

/// The items of `$2`, a board or a group.
macro_rules! from {
    ($of:literal) => {
        text!("SELECT ", columns!(), " FROM items i WHERE i.workspace_id = $1 AND ", $of, " = $2")
    };
}

/// The same for cards and rows of pages, which do not show descriptions: those are left on the disk.
macro_rules! cards {
    ($of:literal) => {
        text!("SELECT ", undescribed!(), " FROM items i WHERE i.workspace_id = $1 AND ", $of, " = $2")
    };
}

/// From a place on, `limit` of them.
macro_rules! behind {
    ($key:literal up $at:literal $id:literal $limit:literal) => {
        text!(" AND (", $key, ", i.id) > (", $at, ", ", $id, ") ORDER BY ", $key, ", i.id LIMIT ", $limit)
    };
    ($key:literal down $at:literal $id:literal $limit:literal) => {
        text!(
            " AND (",
            $key,
            ", i.id) < (",
            $at,
            ", ",
            $id,
            ") ORDER BY ",
            $key,
            " DESC, i.id DESC LIMIT ",
            $limit
        )
    };
}

macro_rules! page {
    (live $key:literal $way:ident) => {
        text!(from!("i.board_id"), live!(), behind!($key $way "$3" "$4" "$5"))
    };
    (filtered $key:literal $way:ident) => {
        text!(from!("i.board_id"), live!(), filter!(), " AND (i.group_id = $27 OR $27 IS NULL)",
            behind!($key $way "$29" "$30" "$31"))
    };
    (any $key:literal $way:ident) => {
        text!(from!("i.board_id"), " AND i.deleted_at IS NULL", filter!(), " AND (i.group_id = $27 OR $27 IS NULL)",
            " AND (($32 AND i.archived_at IS NULL) OR ($33 AND i.archived_at IS NOT NULL))",
            behind!($key $way "$29" "$30" "$31"))
    };
}

store::statements! {
    tenant LIVE_POSITION_UP = page!(live "i.position" up);
    tenant LIVE_POSITION_DOWN = page!(live "i.position" down);
    tenant LIVE_NUMBER_UP = page!(live "i.number" up);
    tenant LIVE_NUMBER_DOWN = page!(live "i.number" down);
    tenant LIVE_TITLE_UP = page!(live "i.title" up);
    tenant LIVE_TITLE_DOWN = page!(live "i.title" down);
    tenant LIVE_DUE_UP = page!(live "i.due_key" up);
    tenant LIVE_DUE_DOWN = page!(live "i.due_key" down);
    tenant LIVE_CHANGE_UP = page!(live "i.updated_at" up);
    tenant LIVE_CHANGE_DOWN = page!(live "i.updated_at" down);
    tenant FILTERED_POSITION_UP = page!(filtered "i.position" up);
    tenant FILTERED_POSITION_DOWN = page!(filtered "i.position" down);
    tenant FILTERED_NUMBER_UP = page!(filtered "i.number" up);
    tenant FILTERED_NUMBER_DOWN = page!(filtered "i.number" down);
    tenant FILTERED_TITLE_UP = page!(filtered "i.title" up);
    tenant FILTERED_TITLE_DOWN = page!(filtered "i.title" down);
    tenant FILTERED_DUE_UP = page!(filtered "i.due_key" up);
    tenant FILTERED_DUE_DOWN = page!(filtered "i.due_key" down);
    tenant FILTERED_CHANGE_UP = page!(filtered "i.updated_at" up);
    tenant FILTERED_CHANGE_DOWN = page!(filtered "i.updated_at" down);
    tenant ANY_POSITION_UP = page!(any "i.position" up);
    tenant ANY_POSITION_DOWN = page!(any "i.position" down);
    tenant ANY_NUMBER_UP = page!(any "i.number" up);
    tenant ANY_NUMBER_DOWN = page!(any "i.number" down);
    tenant ANY_TITLE_UP = page!(any "i.title" up);
    tenant ANY_TITLE_DOWN = page!(any "i.title" down);
    tenant ANY_DUE_UP = page!(any "i.due_key" up);
    tenant ANY_DUE_DOWN = page!(any "i.due_key" down);
    tenant ANY_CHANGE_UP = page!(any "i.updated_at" up);
    tenant ANY_CHANGE_DOWN = page!(any "i.updated_at" down);
    tenant GROUP = text!(cards!("i.group_id"), live!(), behind!("i.position" up "$3" "$4" "$5"));
    tenant GROUP_FILTERED = text!(cards!("i.group_id"), live!(), filter!(), " AND (i.group_id = $27 OR $27 IS NULL)",
        behind!("i.position" up "$29" "$30" "$31"));
    /// `$27` is the board that the group must be of.
    tenant GROUP_OF_BOARD = text!(from!("i.group_id"), live!(), filter!(), " AND i.board_id = $27",
        behind!("i.position" up "$29" "$30" "$31"));
    tenant COUNTS = text!("SELECT i.group_id, count(*) FROM items i WHERE i.workspace_id = $1 AND i.board_id = $2", live!(),
        filter!(), " AND (i.group_id = $27 OR $27 IS NULL) GROUP BY i.group_id ORDER BY i.group_id LIMIT $29");
    tenant ARCHIVE = text!(cards!("i.board_id"), " AND i.archived_at IS NOT NULL AND i.deleted_at IS NULL",
        behind!("i.archived_at" down "$3" "$4" "$5"));
    tenant ARCHIVED_COUNT = "SELECT count(*) FROM items
        WHERE workspace_id = $1 AND board_id = $2 AND archived_at IS NOT NULL AND deleted_at IS NULL";
    tenant ITEM_BEFORE = "SELECT id FROM items
        WHERE workspace_id = $1 AND group_id = $2 AND archived_at IS NULL AND deleted_at IS NULL
        AND (position, id) < ($3, $4) ORDER BY position DESC, id DESC LIMIT 1";
}

/// How much of a board a statement looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All that is not archived.
    Live,
    /// Of that, what passes a filter.
    Filtered,
    /// The same, of archived items too or alone.
    Any,
}

#[derive(Clone, Copy)]
pub(super) struct Order {
    pub field: SortField,
    pub descending: bool,
}

pub(super) fn of_board(which: Which, order: Order) -> &'static Sql<Tenant> {
    let [live, filtered, any] = of_order(order);
    match which {
        Which::Live => live,
        Which::Filtered => filtered,
        Which::Any => any,
    }
}

fn of_order(order: Order) -> [&'static Sql<Tenant>; 3] {
    match (order.field, order.descending) {
        (SortField::Position, false) => [&LIVE_POSITION_UP, &FILTERED_POSITION_UP, &ANY_POSITION_UP],
        (SortField::Position, true) => [&LIVE_POSITION_DOWN, &FILTERED_POSITION_DOWN, &ANY_POSITION_DOWN],
        (SortField::Number, false) => [&LIVE_NUMBER_UP, &FILTERED_NUMBER_UP, &ANY_NUMBER_UP],
        (SortField::Number, true) => [&LIVE_NUMBER_DOWN, &FILTERED_NUMBER_DOWN, &ANY_NUMBER_DOWN],
        (SortField::Title, false) => [&LIVE_TITLE_UP, &FILTERED_TITLE_UP, &ANY_TITLE_UP],
        (SortField::Title, true) => [&LIVE_TITLE_DOWN, &FILTERED_TITLE_DOWN, &ANY_TITLE_DOWN],
        (SortField::DueOn, false) => [&LIVE_DUE_UP, &FILTERED_DUE_UP, &ANY_DUE_UP],
        (SortField::DueOn, true) => [&LIVE_DUE_DOWN, &FILTERED_DUE_DOWN, &ANY_DUE_DOWN],
        (SortField::UpdatedAt, false) => [&LIVE_CHANGE_UP, &FILTERED_CHANGE_UP, &ANY_CHANGE_UP],
        (SortField::UpdatedAt, true) => [&LIVE_CHANGE_DOWN, &FILTERED_CHANGE_DOWN, &ANY_CHANGE_DOWN],
    }
}
