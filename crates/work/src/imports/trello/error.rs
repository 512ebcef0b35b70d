//! What is wrong with a file, and where.

use std::fmt;

/// Why an export was refused; nothing of it has been written then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The spool could not be read.
    Unreadable,
    /// Something else than an export of a Trello board.
    Foreign,
    /// Not valid JSON.
    Broken,
    /// The file ends before the export does.
    Truncated,
    /// A field is missing, or is not of its type.
    Invalid,
    /// Something is in the file twice that has to be unique.
    Duplicate,
    /// A reference leads to nothing in the file.
    Dangling,
    /// More than the [`Limits`](super::Limits) allow.
    TooLarge,
    /// The source is not the one that was checked.
    Changed,
}

impl ErrorKind {
    /// A stable word for machines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Foreign => "foreign_file",
            Self::Broken => "broken_json",
            Self::Truncated => "truncated",
            Self::Invalid => "invalid_field",
            Self::Duplicate => "duplicate",
            Self::Dangling => "dangling_reference",
            Self::TooLarge => "too_large",
            Self::Changed => "source_changed",
        }
    }
}

/// A place in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Such as `cards[12].name` (counted from 0); empty for the file as a whole.
    pub path: String,
    /// Counted from 1.
    pub line: Option<u32>,
    /// Counted from 1, in bytes.
    pub column: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path.is_empty() { "the file" } else { &self.path })?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, " (line {line}, column {column})")?;
        }
        Ok(())
    }
}

/// A refusal: what, where, and why in plain words. It quotes ids and names of fields from the
/// file, never texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    pub kind: ErrorKind,
    pub place: Place,
    pub message: String,
}

impl ImportError {
    pub(super) fn new(kind: ErrorKind, place: Place, message: impl Into<String>) -> Self {
        Self { kind, place, message: message.into() }
    }

    /// For what concerns the file as a whole.
    pub(super) fn whole(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, Place::default(), message)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for ImportError {}
