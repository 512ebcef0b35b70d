//! Trello's JSON export of a board, of any size, in bounded memory.
//!
//! [`validate`] reads the whole file twice before anything may be written: once for what it is and
//! what ids it has, once to see that every field is of its type and every reference leads
//! somewhere. What it leaves is a [`Checked`]: the small things (board, lists, labels, people,
//! counts) and an index into the file, from which cards, comments and activity are read in chunks
//! that can be written, and resumed, one by one. Nothing here knows a database or HTTP.
//!
//! The format is that of Trello's menu "Export as JSON", as it has been since 2017: one object
//! whose sections `actions`, `cards`, `labels`, `lists`, `members` and `checklists` stand in any
//! order. Fields that are not known are passed over; those that are known and not taken are
//! counted in [`Summary::left_out`].

mod actions;
mod board;
mod cards;
mod checked;
mod colour;
mod cursor;
mod document;
mod error;
mod field;
mod foreign;
mod guard;
mod ident;
mod identify;
mod index;
mod known;
mod limits;
mod model;
mod node;
mod parse;
mod resolve;
mod shape;
mod source;
mod sweep;
mod tally;
mod text;

pub use checked::Checked;
pub use error::{ErrorKind, ImportError, Place};
pub use ident::SourceId;
pub use limits::Limits;
pub use model::{
    Activity, Board, Card, Change, Checklist, Chunk, Comment, Entry, Group, Label, Link, ListThen, Person,
};
pub use source::Source;
pub use tally::{Count, Fitted, Fitting, Kind, LeftOut, Reason, Summary};

/// Checks a whole export and plans its import; writes nothing, and takes time in proportion to the
/// file (call it off the async workers).
///
/// # Errors
/// The first thing that is wrong, with its place; see [`ErrorKind`].
pub fn validate(source: &dyn Source, limits: &Limits) -> Result<Checked, ImportError> {
    let mut identify = identify::Identify::new(limits);
    document::walk(source, limits, &mut identify)?;
    let mut resolve = resolve::Resolve::new(limits, identify.finish()?);
    document::walk(source, limits, &mut resolve)?;
    Ok(resolve.finish())
}
