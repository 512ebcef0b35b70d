//! Paging: `?limit=` (1 to 1000, default 50) and `?cursor=`, which is opaque to clients.

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use kernel::crypto::sha256;
use kernel::{Error, FieldError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::app::App;
use crate::extract::{query, refuse_nul};
use crate::failure::Failure;

pub const LARGEST_PAGE: u32 = 1_000;
const DEFAULT_PAGE: u32 = 50;
const LONGEST: usize = 4_096;
const SUM: usize = 6;

/// The position after which a page begins: the sort keys of the row before it, the id among them.
pub struct Cursor;

impl Cursor {
    /// base64url of a checksum and the position as JSON. The sum is there to tell a broken cursor from a
    /// whole one, not to keep a secret: a position opens nothing that the caller may not list anyway.
    pub fn write<P: Serialize>(position: &P) -> kernel::Result<String> {
        let text = serde_json::to_vec(position).map_err(Error::internal)?;
        let sum = sha256(&[b"cursor/1", &text]);
        Ok(URL_SAFE_NO_PAD.encode([&sum[..SUM], &text].concat()))
    }

    /// The position of a cursor that [`Cursor::write`] made; none otherwise.
    pub fn read<P: DeserializeOwned>(text: &str) -> Option<P> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (sum, text) = bytes.split_at_checked(SUM)?;
        // Anybody can make a sum: a text that no row can have is no cursor of ours either.
        if sum != &sha256(&[b"cursor/1", text])[..SUM] || refuse_nul(text).is_err() {
            return None;
        }
        serde_json::from_slice(text).ok()
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListingParams {
    /// How many at most, 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 50, value_type = Option<u32>, required = false)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// 1 to 1,000.
    pub limit: u32,
    pub cursor: Option<String>,
}

impl Listing {
    /// The position to go on from; 400 for a cursor that is not ours, or another list's.
    pub fn after<P: DeserializeOwned>(&self) -> kernel::Result<Option<P>> {
        let bad = || Error::malformed("bad_cursor", "The cursor is not one that this list gave.");
        self.cursor.as_deref().map(|text| Cursor::read(text).ok_or_else(bad)).transpose()
    }

    /// One row more than the page holds: whether it comes says whether there is a next page. For LIMIT.
    pub const fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// A page of a list that is short enough to be read whole. `key` tells its rows apart; where the row that the
    /// cursor names is gone, the page begins with what stands in its place.
    pub fn part<T, K>(&self, all: Vec<T>, key: impl Fn(&T) -> K) -> kernel::Result<crate::Page<T>>
    where
        K: Serialize + DeserializeOwned + PartialEq,
    {
        let first = match self.after::<(K, usize)>()? {
            None => 0,
            Some((last, at)) => all.iter().position(|row| key(row) == last).map_or(at, |found| found + 1),
        };
        let end = first.saturating_add(self.limit as usize);
        let more = all.len() > end;
        let data: Vec<T> = all.into_iter().take(end).skip(first).collect();
        let last = data.last().filter(|_| more);
        let next_cursor = last.map(|row| Cursor::write(&(key(row), end - 1))).transpose()?;
        Ok(crate::Page { data, next_cursor })
    }

    /// Makes the page of rows that were fetched by [`Listing::fetch`].
    pub fn page<T, P: Serialize>(
        &self,
        mut rows: Vec<T>,
        position: impl Fn(&T) -> P,
    ) -> kernel::Result<crate::Page<T>> {
        let limit = self.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|row| Cursor::write(&position(row))).transpose()?;
        Ok(crate::Page { data: rows, next_cursor })
    }
}

impl FromRequestParts<App> for Listing {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let Some(text) = parts.uri.query() else { return Ok(Self { limit: DEFAULT_PAGE, cursor: None }) };
        let params: ListingParams = query(text)?;
        let limit = match params.limit.as_deref() {
            None => DEFAULT_PAGE,
            Some(text) => {
                whole(text).filter(|limit| (1..=LARGEST_PAGE).contains(limit)).ok_or_else(bad_limit)?
            }
        };
        Ok(Self { limit, cursor: params.cursor.filter(|cursor| !cursor.is_empty()) })
    }
}

/// Digits alone: `+5` and ` 5` are not what the document promises.
fn whole(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn bad_limit() -> Failure {
    let detail = "must be a whole number from 1 to 1000";
    Failure::from(Error::malformed("bad_limit", "The limit is not acceptable."))
        .with_errors(vec![FieldError { pointer: "limit".into(), detail: detail.into() }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_parted() {
        let part = |all: &[i64], cursor: Option<String>| {
            let page = Listing { limit: 2, cursor }.part(all.to_vec(), |row| *row).unwrap();
            (page.data, page.next_cursor)
        };
        let (data, next) = part(&[1, 2, 3, 4, 5], None);
        assert_eq!(data, [1, 2]);
        assert_eq!(part(&[1, 2, 3, 4], next.clone()), (vec![3, 4], None));
        assert_eq!(part(&[0, 1, 2, 3], next.clone()).0, [3], "behind its row, wherever that is");
        let (data, next) = part(&[1, 3, 4, 5], next);
        assert_eq!(data, [3, 4], "where its row was");
        assert_eq!(part(&[1, 3, 4, 5], next), (vec![5], None));
        assert_eq!(part(&[], None), (vec![], None));
        let foreign = Some(Cursor::write(&"a place in another list").unwrap());
        assert!(Listing { limit: 2, cursor: foreign }.part(vec![1], |row| *row).is_err());
    }

    #[test]
    fn a_cursor_that_was_touched_is_none() {
        let position = ("a0|zz".to_owned(), 42_i64);
        let cursor = Cursor::write(&position).unwrap();
        assert_eq!(Cursor::read::<(String, i64)>(&cursor), Some(position));
        for place in 0..cursor.len() {
            let mut letters: Vec<_> = cursor.chars().collect();
            letters[place] = if letters[place] == 'A' { 'B' } else { 'A' };
            let touched: String = letters.into_iter().collect();
            assert_eq!(Cursor::read::<(String, i64)>(&touched), None, "letter {place}");
        }
        for wrong in ["", "x", "====", "a b", &cursor[1..], &format!("{cursor}A"), &"A".repeat(5_000)] {
            assert_eq!(Cursor::read::<(String, i64)>(wrong), None);
        }
        assert_eq!(Cursor::read::<i64>(&cursor), None, "another list's cursor");
        let nul = Cursor::write(&("a\0b".to_owned(), 42_i64)).unwrap();
        assert_eq!(Cursor::read::<(String, i64)>(&nul), None, "a text that no row has");
    }

    #[test]
    fn a_page_has_a_next_one_only_when_a_row_is_over() {
        let listing = Listing { limit: 2, cursor: None };
        assert_eq!(listing.fetch(), 3);
        let page = listing.page(vec![1, 2, 3], |row| *row).unwrap();
        assert_eq!(page.data, [1, 2]);
        assert_eq!(Cursor::read::<i32>(&page.next_cursor.unwrap()), Some(2));
        assert_eq!(listing.page(vec![1, 2], |row| *row).unwrap().next_cursor, None);
        assert_eq!(listing.page(Vec::<i32>::new(), |row| *row).unwrap().next_cursor, None);
    }
}
