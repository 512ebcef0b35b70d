//! A page of a list whose rows may be long: they are read a few at a time, and the page ends before its
//! limit once there is enough text in it. Otherwise one request could hold a thousand descriptions.

use kernel::Result;
use serde::Serialize;
use web::{Cursor, Page};

/// Bytes of text in one page; a single row may have more.
const HEAVIEST: usize = 4 * 1_024 * 1_024;
/// Rows that are read before their bytes are counted.
const AT_ONCE: i64 = 64;

pub(crate) struct Bounded<T> {
    rows: Vec<T>,
    limit: usize,
    left: usize,
    more: bool,
}

impl<T> Bounded<T> {
    pub fn new(limit: u32) -> Self {
        Self { rows: Vec::new(), limit: limit as usize, left: HEAVIEST, more: false }
    }

    /// How many rows to read next; one more than there is room for says whether there is a next page.
    pub fn fetch(&self) -> i64 {
        let room = i64::try_from(self.limit.saturating_sub(self.rows.len())).unwrap_or(i64::MAX - 1);
        (room + 1).min(AT_ONCE)
    }

    /// Takes the next row, unless the page is full with what it has.
    pub fn push(&mut self, row: T, weight: usize) -> bool {
        let is_full = self.rows.len() == self.limit || (weight > self.left && !self.rows.is_empty());
        self.more |= is_full;
        if !self.more {
            self.left = self.left.saturating_sub(weight);
            self.rows.push(row);
        }
        !self.more
    }

    /// Takes the rows that [`fetch`](Self::fetch) asked for. True when there may be others to read.
    pub fn take(&mut self, rows: Vec<T>, weigh: impl Fn(&T) -> usize) -> bool {
        let may_go_on = i64::try_from(rows.len()) == Ok(self.fetch());
        for row in rows {
            let weight = weigh(&row);
            if !self.push(row, weight) {
                return false;
            }
        }
        may_go_on
    }

    /// The row behind which the next one is to be read.
    pub fn last(&self) -> Option<&T> {
        self.rows.last()
    }

    pub fn page<U, P: Serialize>(self, place: impl Fn(&T) -> P, shown: impl Fn(T) -> U) -> Result<Page<U>> {
        let last = self.rows.last().filter(|_| self.more);
        let next_cursor = last.map(|row| Cursor::write(&place(row))).transpose()?;
        Ok(Page { data: self.rows.into_iter().map(shown).collect(), next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Bounded, HEAVIEST};

    /// Numbers from `0` to `of`, each with this weight, as pages would show them.
    fn read(of: usize, limit: u32, weight: usize) -> (Vec<usize>, bool) {
        let mut page = Bounded::new(limit);
        loop {
            let next = page.last().map_or(0, |last| last + 1);
            let some = (next..of).take(usize::try_from(page.fetch()).unwrap()).collect();
            if !page.take(some, |_| weight) {
                break;
            }
        }
        let page = page.page(|row| *row, |row| row).unwrap();
        (page.data, page.next_cursor.is_some())
    }

    #[test]
    fn a_page_ends_at_its_limit_or_with_its_text() {
        let at_once = usize::try_from(AT_ONCE).unwrap();
        for limit in [1, 2, at_once - 1, at_once, at_once + 1, 3 * at_once, 1_000] {
            for of in [0, 1, limit - 1, limit, limit + 1, limit + at_once, 1_200] {
                let (rows, more) = read(of, u32::try_from(limit).unwrap(), 10);
                assert_eq!(rows, (0..of.min(limit)).collect::<Vec<_>>(), "{limit} of {of}");
                assert_eq!(more, of > limit, "{limit} of {of}");
            }
        }
        assert_eq!(read(1_000, 1_000, HEAVIEST / 100), ((0..100).collect(), true));
        assert_eq!(read(1_000, 1_000, HEAVIEST / 2), (vec![0, 1], true));
        assert_eq!(read(2, 1_000, HEAVIEST / 2), (vec![0, 1], false));
        assert_eq!(read(1_000, 1_000, HEAVIEST * 2), (vec![0], true), "one is always there");
        assert_eq!(read(1, 1_000, HEAVIEST * 2), (vec![0], false));
    }
}
