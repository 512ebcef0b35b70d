//! Where the reader stands, and which limit it met.

use std::cell::Cell;

use super::error::Place;

/// Where a value begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Counted from 1; 0 where lines are not known, because the reader did not begin at the start.
    pub line: u32,
    /// Counted from 1, in bytes.
    pub column: u32,
}

impl Mark {
    pub fn place(self, path: String) -> Place {
        if self.line == 0 {
            return Place { path, line: None, column: None };
        }
        Place { path, line: Some(self.line), column: Some(self.column) }
    }
}

/// A limit that the bytes themselves break, whatever they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breach {
    File,
    String,
    Number,
    Depth,
}

/// Shared between the byte reader, which moves it, and the parser above, which asks it.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// The byte read last.
    here: Cell<Mark>,
    /// Where the value read last begins.
    value: Cell<Mark>,
    breach: Cell<Option<Breach>>,
}

impl Cursor {
    pub fn start() -> Self {
        let cursor = Self::default();
        cursor.here.set(Mark { offset: 0, line: 1, column: 0 });
        cursor
    }

    /// The number of bytes read so far.
    pub fn offset(&self) -> u64 {
        self.here.get().offset
    }

    pub fn here(&self) -> Mark {
        self.here.get()
    }

    pub fn value(&self) -> Mark {
        self.value.get()
    }

    pub fn breach(&self) -> Option<Breach> {
        self.breach.get()
    }

    pub(super) fn break_limit(&self, breach: Breach) {
        self.breach.set(Some(breach));
    }

    #[inline]
    pub(super) fn advance(&self, byte: u8) {
        let mut here = self.here.get();
        here.offset += 1;
        if byte == b'\n' && here.line > 0 {
            here.line = here.line.saturating_add(1);
            here.column = 0;
        } else {
            here.column = here.column.saturating_add(1);
        }
        self.here.set(here);
    }

    /// The byte read last begins a value.
    #[inline]
    pub(super) fn begin_value(&self) {
        let mut here = self.here.get();
        here.offset = here.offset.saturating_sub(1);
        self.value.set(here);
    }

    /// Bytes that are part of no line.
    pub(super) fn pass(&self, bytes: u64) {
        let here = self.here.get();
        self.here.set(Mark { offset: here.offset + bytes, ..here });
    }

    /// Goes on at `offset`, without knowing lines from here on.
    pub(super) fn jump(&self, offset: u64) {
        self.here.set(Mark { offset, line: 0, column: 0 });
    }
}
