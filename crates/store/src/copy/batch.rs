//! Rows that are sent together.

use super::cell::{Cell, Row};

const MOST_ROWS: usize = 1_000;
const MOST_BYTES: usize = 1 << 20;

/// Grows until it is worth sending: what is kept in memory does not grow with a table. One row may be as large
/// as it likes.
#[derive(Default)]
pub(super) struct Batch {
    rows: Vec<Row>,
    bytes: usize,
}

impl Batch {
    /// Takes a row; gives all of them when they are enough.
    pub(super) fn add(&mut self, row: Row) -> Option<Vec<Row>> {
        self.bytes += row.iter().map(Cell::size).sum::<usize>();
        self.rows.push(row);
        (self.rows.len() >= MOST_ROWS || self.bytes >= MOST_BYTES).then(|| self.take())
    }

    /// What is there.
    pub(super) fn take(&mut self) -> Vec<Row> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_full_by_rows_or_by_bytes() {
        let mut batch = Batch::default();
        let full = (0..MOST_ROWS).filter_map(|_| batch.add(vec![Cell::Null])).collect::<Vec<_>>();
        assert_eq!((full.len(), full[0].len(), batch.take().len()), (1, MOST_ROWS, 0));
        assert!(batch.add(vec![Cell::Null]).is_none());
        assert_eq!(batch.add(vec![Cell::Bytes(vec![0; MOST_BYTES])]).map(|rows| rows.len()), Some(2));
    }
}
