//! The Trello import's reader: what it takes, what it refuses and where, and how it resumes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod broken;
mod chunks;
mod mutated;
mod plan;
mod real;
mod variants;

use std::io::{self, Cursor, Read};

use work::imports::trello::{
    Activity, Card, Checked, Comment, ErrorKind, ImportError, Limits, Source, validate,
};

pub const FIXTURE: &str = include_str!("../fixtures/trello/board.json");

/// A source over bytes, opened anew each time.
pub fn source(bytes: impl Into<Vec<u8>>) -> impl Source {
    let bytes: std::sync::Arc<[u8]> = bytes.into().into();
    move || -> io::Result<Cursor<std::sync::Arc<[u8]>>> { Ok(Cursor::new(bytes.clone())) }
}

/// The same, able to begin anywhere, and counting how often.
pub struct Seekable {
    pub bytes: Vec<u8>,
    pub opened: std::cell::Cell<u32>,
}

impl Source for Seekable {
    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        self.opened.set(self.opened.get() + 1);
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        Ok(Box::new(self.bytes.get(offset..).ok_or(io::ErrorKind::UnexpectedEof)?))
    }

    fn seeks(&self) -> bool {
        true
    }
}

pub fn check(text: &str) -> Result<Checked, ImportError> {
    validate(&source(text), &Limits::default())
}

/// The fixture with one piece of its text replaced, which must be there.
pub fn changed(from: &str, to: &str) -> String {
    assert!(FIXTURE.contains(from), "the fixture has no {from}");
    FIXTURE.replacen(from, to, 1)
}

/// What `text` is refused for.
pub fn refusal(text: &str) -> ImportError {
    check(text).map(|checked| checked.summary().clone()).expect_err("it should have been refused")
}

/// An id of the fixture, by its last digits.
pub fn id(end: &str) -> String {
    format!("{}{end}", "650000000000000000000000".get(..24 - end.len()).unwrap())
}

pub fn all_cards(checked: &Checked, source: &dyn Source, most: usize) -> Vec<Card> {
    let (mut cards, mut from) = (Vec::new(), 0);
    while from < checked.card_count() {
        let chunk = checked.cards(source, from, most).unwrap();
        assert!(chunk.next > from && chunk.items.len() == chunk.next - from);
        cards.extend(chunk.items);
        from = chunk.next;
    }
    cards
}

pub fn all_comments(checked: &Checked, source: &dyn Source, most: usize) -> Vec<Comment> {
    let (mut comments, mut from) = (Vec::new(), 0);
    while from < checked.comment_count() {
        let chunk = checked.comments(source, from, most).unwrap();
        comments.extend(chunk.items);
        from = chunk.next;
    }
    comments
}

pub fn all_activity(checked: &Checked, source: &dyn Source, most: usize) -> Vec<Activity> {
    let (mut activity, mut from) = (Vec::new(), 0);
    while from < checked.activity_count() {
        let chunk = checked.activity(source, from, most).unwrap();
        activity.extend(chunk.items);
        from = chunk.next;
    }
    activity
}

/// Reads everything once, so that a plan that validates also delivers.
pub fn deliver(checked: &Checked, source: &dyn Source) -> (usize, usize, usize) {
    (
        all_cards(checked, source, 50).len(),
        all_comments(checked, source, 50).len(),
        all_activity(checked, source, 50).len(),
    )
}

pub fn assert_refused(text: &str, kind: ErrorKind, path: &str, says: &str) {
    let error = refusal(text);
    assert_eq!((error.kind, error.place.path.as_str()), (kind, path), "{error}");
    assert!(error.message.contains(says), "{error} should say {says:?}");
}
