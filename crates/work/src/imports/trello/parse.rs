//! The parser's own state: the path to the value under way, what it may still hold, what failed.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use serde::de;

use super::cursor::{Breach, Cursor, Mark};
use super::error::{ErrorKind, ImportError, Place};
use super::limits::Limits;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Key(&'static str),
    /// A field that is not read; its name is kept apart.
    Other,
    Index(u32),
}

/// Shared by all seeds of one stream. Steps are taken back only when a value was read, so that
/// after a failure the path still leads to the place.
pub(super) struct Parse<'a> {
    pub cursor: &'a Cursor,
    pub limits: &'a Limits,
    trail: RefCell<Vec<Step>>,
    other: RefCell<String>,
    budget: Cell<usize>,
    failure: RefCell<Option<ImportError>>,
}

/// Characters of an unread field's name that a path shows.
const SHOWN_NAME: usize = 40;

impl<'a> Parse<'a> {
    pub fn new(cursor: &'a Cursor, limits: &'a Limits) -> Self {
        Self {
            cursor,
            limits,
            trail: RefCell::new(Vec::with_capacity(16)),
            other: RefCell::new(String::new()),
            budget: Cell::new(limits.element_bytes),
            failure: RefCell::new(None),
        }
    }

    pub fn enter(&self, step: Step) {
        self.trail.borrow_mut().push(step);
    }

    pub fn enter_other(&self, key: &str) {
        let mut other = self.other.borrow_mut();
        other.clear();
        other.extend(key.chars().filter(|c| !c.is_control()).take(SHOWN_NAME));
        self.enter(Step::Other);
    }

    pub fn leave(&self) {
        self.trail.borrow_mut().pop();
    }

    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.trail.borrow().iter() {
            match step {
                Step::Key(key) => write_key(&mut path, key),
                Step::Other => write_key(&mut path, &self.other.borrow()),
                Step::Index(index) => write_index(&mut path, *index),
            }
        }
        path
    }

    /// A new element may hold as much as any.
    pub fn refill(&self) {
        self.budget.set(self.limits.element_bytes);
    }

    /// Takes `bytes` from what the element under way may hold.
    pub fn charge<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(bytes) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(self.fail_here(
                ErrorKind::TooLarge,
                format!("one entry may hold at most {} bytes", self.limits.element_bytes),
            )),
        }
    }

    /// Remembers a failure at the value under way; the error that goes through the parser is only
    /// its messenger.
    pub fn fail_here<E: de::Error>(&self, kind: ErrorKind, message: String) -> E {
        self.fail(ImportError::new(kind, self.cursor.value().place(self.path()), message))
    }

    pub fn fail<E: de::Error>(&self, failure: ImportError) -> E {
        *self.failure.borrow_mut() = Some(failure);
        E::custom("refused")
    }

    /// What went wrong, from what the parser, the byte reader or a seed found.
    pub fn explain(&self, error: &serde_json::Error) -> ImportError {
        if let Some(failure) = self.failure.borrow_mut().take() {
            return failure;
        }
        let here = |kind, message: String| ImportError::new(kind, self.here(), message);
        if let Some(breach) = self.cursor.breach() {
            return here(ErrorKind::TooLarge, breach_message(breach, self.limits));
        }
        // After a failure the parser still looks for closing brackets, so the cursor has gone on.
        let failed = |kind, message: String| {
            let known = self.cursor.here().line > 0;
            let count = |count: usize| u32::try_from(count).ok().filter(|_| known);
            let (line, column) = (count(error.line()), count(error.column()));
            ImportError::new(kind, Place { path: self.path(), line, column }, message)
        };
        match error.classify() {
            serde_json::error::Category::Io => {
                here(ErrorKind::Unreadable, format!("the upload could not be read: {error}"))
            }
            serde_json::error::Category::Eof => failed(
                ErrorKind::Truncated,
                "the file ends here, in the middle of the export: it was cut short".into(),
            ),
            serde_json::error::Category::Syntax => {
                failed(ErrorKind::Broken, format!("not valid JSON: {}", plain(error)))
            }
            serde_json::error::Category::Data => failed(ErrorKind::Invalid, plain(error)),
        }
    }

    pub fn here(&self) -> Place {
        self.cursor.here().place(self.path())
    }
}

pub(super) fn write_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

pub(super) fn write_index(path: &mut String, index: u32) {
    // Writing into a String cannot fail.
    let _ = write!(path, "[{index}]");
}

fn breach_message(breach: Breach, limits: &Limits) -> String {
    match breach {
        Breach::File => format!("the file is larger than {} bytes", limits.file_bytes),
        Breach::String => format!("a text is longer than {} bytes", limits.string_bytes),
        Breach::Number => "a number or word is too long".into(),
        Breach::Depth => format!("values stand more than {} levels deep", limits.depth),
    }
}

/// The parser's own words without its place, which counts from where it began to read.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    match text {
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            "a text holds a raw control character (such as NUL or a line end)".into()
        }
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => {
            "a text holds half of a surrogate pair".into()
        }
        "invalid unicode code point" => "a text is not UTF-8".into(),
        other => other.into(),
    }
}

/// A mark's place for a value that a field accessor refused.
pub(super) fn place(mark: Option<Mark>, path: String) -> Place {
    mark.unwrap_or_default().place(path)
}
