//! A page of a board's items for the API, each with all that its JSON shows.

use kernel::Result;
use store::TenantDoor;
use web::{Listing, Page};

use super::list::{Filter, Place, Sort, of_board_alone};
use super::{Item, ItemRow};
use crate::boards::BoardId;
use crate::bounded::Bounded;
use crate::checklists::{self, Checklist};

/// Entries of checklists that are read before their bytes are counted; one item may have half as many.
const ENTRIES: i64 = 1_000;
/// What an item takes in JSON besides its texts, and what an entry does, about.
const ITEM: usize = 800;
const ENTRY: usize = 80;

/// A board's items behind the listing's place. The board's existence is the caller's question.
pub(super) async fn of_board(
    door: &TenantDoor,
    board: BoardId,
    filter: &Filter,
    sort: Sort,
    listing: &Listing,
) -> Result<Page<Item>> {
    let mut after: Option<Place> = listing.after()?;
    let mut page: Bounded<(Place, Item)> = Bounded::new(listing.limit);
    loop {
        let fetch = page.fetch();
        let rows = of_board_alone(door, board, filter, sort, after.as_ref(), fetch).await?;
        let may_go_on = i64::try_from(rows.len()) == Ok(fetch);
        if !add(door, &mut page, rows, sort).await? || !may_go_on {
            return page.page(|(place, _)| place.clone(), |(_, item)| item);
        }
        after = page.last().map(|(place, _)| place.clone());
    }
}

/// False when the page is full.
async fn add(
    door: &TenantDoor,
    page: &mut Bounded<(Place, Item)>,
    mut rows: Vec<ItemRow>,
    sort: Sort,
) -> Result<bool> {
    while !rows.is_empty() {
        let rest = rows.split_off(with_few_entries(&rows));
        let mut lists = checklists::of_items_alone(door, &rows).await?;
        for row in std::mem::replace(&mut rows, rest) {
            let place = Place::of(&row, sort);
            let checklists = lists.remove(&row.id).unwrap_or_default();
            let item = Item::new(row, checklists);
            let weight = weight(&item);
            if !page.push((place, item), weight) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// How many of the first rows have not too many entries together; one at least.
fn with_few_entries(rows: &[ItemRow]) -> usize {
    let mut left = ENTRIES;
    let few = rows.iter().take_while(|row| {
        left -= row.entry_count;
        left >= 0
    });
    few.count().clamp(1, rows.len().max(1))
}

fn weight(item: &Item) -> usize {
    let lists: usize = item.checklists.iter().map(of_list).sum();
    ITEM + item.title.len() + item.description.len() + lists
}

fn of_list(list: &Checklist) -> usize {
    let entries: usize = list.entries.iter().map(|entry| ENTRY + entry.text.len()).sum();
    ENTRY + list.title.len() + entries
}
