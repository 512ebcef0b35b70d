//! What an import tells of itself, kept in its row and written with every chunk: counts of each kind,
//! what stays behind and why, what is wrong.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::trello::{ImportError, Kind, Summary};

/// Names kept for the page of a dry run.
const MOST_PEOPLE: usize = 500;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Report {
    /// The board's name in the file.
    #[serde(default)]
    pub board: Option<String>,
    #[serde(default)]
    pub counts: Vec<Count>,
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    #[serde(default)]
    pub fitted: Vec<Fitted>,
    #[serde(default)]
    pub errors: Vec<Problem>,
    /// Names of the people whom a dry run would make placeholders for.
    #[serde(default)]
    pub people: Vec<String>,
    #[serde(default)]
    pub course: Course,
}

/// What the first chunk decided for all that follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Course {
    /// This import made the board: nothing of the file can be there but what it wrote itself.
    pub fresh: bool,
    /// Where a fresh board's items are counted from.
    pub first_number: i64,
}

/// One kind: `in_file = created + skipped + left_out` when all is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCount)]
pub struct Count {
    pub kind: String,
    pub in_file: u64,
    pub created: u64,
    pub skipped: u64,
    pub left_out: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportLeftOut)]
pub struct LeftOut {
    pub kind: String,
    pub count: u64,
    /// For programs.
    pub reason: String,
    /// For people.
    pub why: String,
}

/// Taken, but not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFitted)]
pub struct Fitted {
    pub kind: String,
    pub count: u64,
    pub how: String,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportError)]
pub struct Problem {
    pub code: String,
    /// Such as `cards[12].name`; empty where it concerns the whole.
    pub place: String,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub detail: String,
}

impl Problem {
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.into(), place: String::new(), line: None, column: None, detail: detail.into() }
    }

    /// As people read it: the place, then what is wrong.
    pub fn text(&self) -> String {
        match (self.line, self.column) {
            _ if self.place.is_empty() && self.line.is_none() => self.detail.clone(),
            (Some(line), Some(column)) => {
                let gap = if self.place.is_empty() { "" } else { " " };
                format!("{}{gap}(line {line}, column {column}): {}", self.place, self.detail)
            }
            _ => format!("{}: {}", self.place, self.detail),
        }
    }
}

impl From<&ImportError> for Problem {
    fn from(error: &ImportError) -> Self {
        let place = error.place.clone();
        Self {
            code: error.kind.code().into(),
            place: place.path,
            line: place.line,
            column: place.column,
            detail: error.message.clone(),
        }
    }
}

/// The word that a kind has in answers: `checklist_entries`.
pub(super) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

impl Report {
    /// What the check found, before anything is written.
    pub fn of(summary: &Summary) -> Self {
        let count = |count: &super::trello::Count| Count {
            kind: word(count.kind),
            in_file: count.in_file,
            created: 0,
            skipped: 0,
            left_out: count.in_file - count.taken,
        };
        let left_out = |left: &super::trello::LeftOut| LeftOut {
            kind: word(left.kind),
            count: left.count,
            reason: word(left.reason),
            why: left.reason.to_string(),
        };
        let fitted = |fitted: &super::trello::Fitted| Fitted {
            kind: word(fitted.kind),
            count: fitted.count,
            how: word(fitted.how),
            why: fitted.how.to_string(),
        };
        Self {
            board: Some(summary.board.name.clone()),
            counts: summary.counts.iter().map(count).collect(),
            left_out: summary.left_out.iter().map(left_out).collect(),
            fitted: summary.fitted.iter().map(fitted).collect(),
            ..Self::default()
        }
    }

    pub fn parse(text: &str) -> kernel::Result<Self> {
        serde_json::from_str(text).map_err(kernel::Error::internal)
    }

    pub fn text(&self) -> kernel::Result<String> {
        serde_json::to_string(self).map_err(kernel::Error::internal)
    }

    pub fn created(&mut self, kind: Kind, count: u64) {
        self.count(kind).created += count;
    }

    pub fn skipped(&mut self, kind: Kind, count: u64) {
        self.count(kind).skipped += count;
    }

    /// Not there to be attached to: what it belongs to was deleted here after an earlier import.
    pub fn orphaned(&mut self, kind: Kind, count: u64) {
        if count == 0 {
            return;
        }
        self.count(kind).left_out += count;
        let kind = word(kind);
        let known = self.left_out.iter_mut().find(|left| left.kind == kind && left.reason == "deleted_here");
        match known {
            Some(left) => left.count += count,
            None => self.left_out.push(LeftOut {
                kind,
                count,
                reason: "deleted_here".into(),
                why: "what it belongs to was deleted here since an earlier import".into(),
            }),
        }
    }

    pub fn would_invite(&mut self, name: &str) {
        if self.people.len() < MOST_PEOPLE {
            self.people.push(name.to_owned());
        }
    }

    fn count(&mut self, kind: Kind) -> &mut Count {
        let kind = word(kind);
        let place = self.counts.iter().position(|count| count.kind == kind).unwrap_or_else(|| {
            self.counts.push(Count { kind, in_file: 0, created: 0, skipped: 0, left_out: 0 });
            self.counts.len() - 1
        });
        &mut self.counts[place]
    }

    pub fn total_created(&self) -> u64 {
        self.counts.iter().map(|count| count.created).sum()
    }

    pub fn total_skipped(&self) -> u64 {
        self.counts.iter().map(|count| count.skipped).sum()
    }

    /// The kinds whose counts do not add up.
    pub fn unreconciled(&self) -> Vec<String> {
        let adds_up = |count: &&Count| count.in_file == count.created + count.skipped + count.left_out;
        self.counts.iter().filter(|count| !adds_up(count)).map(|count| count.kind.clone()).collect()
    }
}
