//! Reading single elements of a file, forwards.

use serde::de::DeserializeSeed as _;

use super::cursor::Cursor;
use super::document::unreadable;
use super::error::{ErrorKind, ImportError};
use super::field::Field;
use super::guard::Guard;
use super::index::Span;
use super::limits::Limits;
use super::node::NodeSeed;
use super::parse::{Parse, Step};
use super::shape::Section;
use super::source::Source;

/// Bytes that are sooner read than skipped by opening the source again.
const SMALL_GAP: u64 = 256 * 1024;

/// One element to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop<J> {
    pub span: Span,
    pub section: Section,
    pub job: J,
}

/// Reads every stop's element, in the order in which they stand in the file.
pub(super) fn sweep<J: Copy>(
    source: &dyn Source,
    limits: &Limits,
    mut stops: Vec<Stop<J>>,
    mut each: impl FnMut(J, &Field<'_, '_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    stops.sort_unstable_by_key(|stop| stop.span.offset);
    let cursor = Cursor::default();
    let mut open = None;
    for Stop { span, section, job } in stops {
        let gap = span.offset.saturating_sub(cursor.offset());
        let mut guard = match open.take() {
            Some(guard) if gap <= SMALL_GAP || !source.seeks() => guard,
            _ => {
                let stream = source.open_at(span.offset).map_err(unreadable)?;
                cursor.jump(span.offset);
                Guard::new(stream, &cursor, limits)
            }
        };
        guard.skip_to(span.offset).map_err(unreadable)?;

        let parse = Parse::new(&cursor, limits);
        parse.enter(Step::Key(section.key()));
        parse.enter(Step::Index(span.index));
        let mut json = serde_json::Deserializer::from_reader(&mut guard);
        let seed = NodeSeed { parse: &parse, shape: section.element() };
        let node = seed.deserialize(&mut json).map_err(|e| parse.explain(&e))?;
        if node.mark.offset != span.offset || cursor.offset() - span.offset != u64::from(span.length) {
            return Err(ImportError::new(ErrorKind::Changed, parse.here(), "it has another length"));
        }
        each(job, &Field::element(&Field::section(section), span.index, &node))?;
        open = Some(guard);
    }
    Ok(())
}
