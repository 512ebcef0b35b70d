//! The first cards of each group, and the address of the next.

use kernel::Result;
use serde::Deserialize;
use store::TenantTx;
use web::Cursor;
use web::words::Words;

use super::filter::Asked;
use crate::boards::BoardId;
use crate::groups::{self, Group, GroupId};
use crate::items::ItemRow;
use crate::items::list::{self, Filter, Place, Sort};
use crate::page::board::{Group as Shown, Setting, url};
use crate::page::due::Today;
use crate::page::people::People;

/// In which of its views a board is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum View {
    #[default]
    Kanban,
    Table,
}

/// Cards of one group on the first page, and on each one that follows.
const CARDS: usize = 50;
/// Cards, or rows, of all groups together on the first page; the last groups come when they are looked at.
const ALL_CARDS: usize = 1_000;
const ALL_ROWS: usize = 200;

impl View {
    const fn name(self) -> &'static str {
        match self {
            Self::Kanban => "kanban",
            Self::Table => "table",
        }
    }
}

/// Some items of a group in their order.
pub(crate) struct Stretch {
    group: Group,
    count: i64,
    rows: Vec<ItemRow>,
    next: Option<Next>,
}

/// Where more of a group begins.
enum Next {
    Start,
    Behind(Place),
}

impl Stretch {
    async fn read(
        tx: &mut TenantTx,
        group: Group,
        count: i64,
        filter: &Filter,
        after: Option<&Place>,
        size: usize,
    ) -> Result<Self> {
        if size == 0 {
            let next = (count > 0).then_some(Next::Start);
            return Ok(Self { group, count, rows: Vec::new(), next });
        }
        let fetch = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
        let mut rows = list::of_group(tx, group.id, filter, after, fetch).await?;
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more);
        let next = last.map(|item| Next::Behind(Place::of(item, Sort::default())));
        Ok(Self { group, count, rows, next })
    }

    fn more(&self, board: BoardId, view: View, asked: &Asked) -> Option<String> {
        let cursor = match self.next.as_ref()? {
            Next::Start => String::new(),
            Next::Behind(place) => format!("&cursor={}", Cursor::write(place).ok()?),
        };
        let (board, group, view, query) = (url(board), self.group.id, view.name(), asked.query());
        Some(format!("{board}/groups/{group}/cards?view={view}{cursor}{query}"))
    }
}

/// A board, or one group of it, with the items that a page shows.
pub(crate) struct Loaded {
    pub setting: Setting,
    /// People who can open it, archived items.
    pub counts: (usize, usize),
    view: View,
    stretches: Vec<Stretch>,
}

impl Loaded {
    /// The first page of every group.
    pub async fn all(tx: &mut TenantTx, board: BoardId, filter: &Filter, view: View) -> Result<Self> {
        let setting = Setting::load(tx, board).await?;
        let counts = setting.counts(tx).await?;
        let mut passing = list::counts(tx, board, filter).await?;
        let (most, mut left) = match view {
            View::Kanban => (CARDS, ALL_CARDS),
            View::Table => (ALL_ROWS, ALL_ROWS),
        };
        let mut stretches = Vec::new();
        for group in groups::of_board(tx, board).await? {
            let count = passing.remove(&group.id).unwrap_or_default();
            let stretch = Stretch::read(tx, group, count, filter, None, most.min(left)).await?;
            left = left.saturating_sub(stretch.rows.len());
            stretches.push(stretch);
        }
        Ok(Self { setting, counts, view, stretches })
    }

    /// What follows in one group.
    pub async fn more(
        tx: &mut TenantTx,
        board: BoardId,
        group: GroupId,
        filter: &Filter,
        after: Option<&Place>,
        view: View,
    ) -> Result<Self> {
        let setting = Setting::load(tx, board).await?;
        let group = groups::find(tx, board, group).await?;
        let stretch = Stretch::read(tx, group, 0, filter, after, CARDS).await?;
        Ok(Self { setting, counts: (0, 0), view, stretches: vec![stretch] })
    }

    pub fn groups(&self, today: &Today, w: &'static Words, asked: &Asked) -> Vec<Shown> {
        let people = People::of(&self.setting.members);
        let legend = self.setting.legend(&people, today, w);
        let shown = |stretch: &Stretch| Shown {
            cards: stretch.rows.iter().map(|item| legend.card(item)).collect(),
            more: stretch.more(self.setting.board.id, self.view, asked),
            ..Shown::empty(&stretch.group, stretch.count)
        };
        self.stretches.iter().map(shown).collect()
    }
}
