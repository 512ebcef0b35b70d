//! Numbers of items, in the order of the cards' own.

use kernel::{Error, Result};
use store::TenantTx;

use super::{Desk, Standing};
use crate::imports::trello::{Card, Checked, ImportError, Source};
use crate::projects::{ProjectId, actions::take_numbers};

/// Numbers for new cards, given with their places in the file. On a fresh board they were taken for
/// all cards when it was made; later ones get the next in the order of their own.
pub(super) async fn of_cards(
    tx: &mut TenantTx,
    desk: &Desk,
    new: &[(usize, &Card, &str)],
    now: &Standing,
) -> Result<Vec<i64>> {
    let course = now.report.course;
    if course.fresh {
        let rank = |place: usize| {
            desk.order.get(place).copied().ok_or_else(|| Error::internal("a card without a rank"))
        };
        return new.iter().map(|(place, ..)| Ok(course.first_number + i64::from(rank(*place)?))).collect();
    }
    let count = i64::try_from(new.len()).map_err(Error::internal)?;
    let first = take_numbers(tx, ProjectId::from_uuid(super::found(now.project)?), count).await?;
    let mut by_number: Vec<usize> = (0..new.len()).collect();
    by_number.sort_by_key(|&nth| new.get(nth).map(|(_, card, _)| (card.number.unwrap_or(u32::MAX), nth)));
    let mut numbers = vec![0; new.len()];
    for (number, nth) in (first..).zip(by_number) {
        if let Some(slot) = numbers.get_mut(nth) {
            *slot = number;
        }
    }
    Ok(numbers)
}

/// The place of every card of the file in the order of the cards' own numbers; those without one
/// come last. Reads all cards once more, and keeps a few bytes of each. Blocks on the disk.
pub(in super::super) fn order(
    checked: &Checked,
    source: &dyn Source,
) -> std::result::Result<Vec<u32>, ImportError> {
    let mut numbered: Vec<(u32, u32)> = Vec::with_capacity(checked.card_count());
    let mut from = 0;
    while from < checked.card_count() {
        let chunk = checked.cards(source, from, 1_000)?;
        for card in chunk.items {
            let place = u32::try_from(numbered.len()).unwrap_or(u32::MAX);
            numbered.push((card.number.unwrap_or(u32::MAX), place));
        }
        from = chunk.next;
    }
    numbered.sort_unstable();
    let mut places = vec![0; numbered.len()];
    for (rank, (_, place)) in numbered.into_iter().enumerate() {
        if let Some(slot) = places.get_mut(place as usize) {
            *slot = u32::try_from(rank).unwrap_or(u32::MAX);
        }
    }
    Ok(places)
}
