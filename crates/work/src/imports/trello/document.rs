//! The walk through a whole export, one element in memory at a time.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::cursor::Cursor;
use super::error::{ErrorKind, ImportError};
use super::field::Field;
use super::foreign;
use super::guard::Guard;
use super::limits::Limits;
use super::node::{KeySeed, Node, NodeSeed, twice};
use super::parse::{Parse, Step};
use super::shape::{BOARD, Section};
use super::source::Source;

/// Who takes what a walk meets, in the order of the file.
pub(super) trait Sink {
    /// A section begins. Sections that are not wanted are passed over, checked for nothing but
    /// being JSON.
    fn wants(&mut self, section: Section) -> bool;

    /// A field of the export itself that is no section.
    fn header(&mut self, key: &'static str, node: Node) -> Result<(), ImportError>;

    fn element(&mut self, found: Found<'_>) -> Result<(), ImportError>;
}

/// One element of a section.
pub(super) struct Found<'n> {
    pub section: Section,
    /// Counted from 0 within the section.
    pub index: u32,
    pub field: Field<'n, 'n>,
    /// Its first byte in the file.
    pub offset: u64,
    /// Its bytes in the file.
    pub length: u32,
}

pub(super) fn walk(source: &dyn Source, limits: &Limits, sink: &mut dyn Sink) -> Result<(), ImportError> {
    let cursor = Cursor::start();
    let stream = source.open_at(0).map_err(unreadable)?;
    let mut guard = Guard::new(stream, &cursor, limits);
    let mark = foreign::sniff(guard.peek().map_err(unreadable)?)?;
    guard.skip_mark(mark);

    let parse = Parse::new(&cursor, limits);
    let mut json = serde_json::Deserializer::from_reader(&mut guard);
    json.deserialize_map(Top { parse: &parse, sink }).map_err(|e| parse.explain(&e))?;
    json.end().map_err(|e| match e.classify() {
        serde_json::error::Category::Syntax => {
            ImportError::new(ErrorKind::Broken, parse.here(), "more stands here, after the end of the export")
        }
        _ => parse.explain(&e),
    })
}

pub(super) fn unreadable(error: std::io::Error) -> ImportError {
    ImportError::whole(ErrorKind::Unreadable, format!("the upload could not be read: {error}"))
}

struct Top<'p, 'a> {
    parse: &'p Parse<'a>,
    sink: &'p mut dyn Sink,
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let parse = self.parse;
        let mut seen = Vec::new();
        while let Some(key) = map.next_key_seed(KeySeed { parse, shape: &BOARD })? {
            if let Some((name, shape)) = key {
                if seen.contains(&name) {
                    return Err(twice(parse));
                }
                seen.push(name);
                match Section::of(name) {
                    Some(section) if self.sink.wants(section) => {
                        map.next_value_seed(Elements { parse, sink: &mut *self.sink, section })?;
                    }
                    Some(_) => {
                        map.next_value::<IgnoredAny>()?;
                    }
                    None => {
                        parse.refill();
                        let node = map.next_value_seed(NodeSeed { parse, shape })?;
                        self.sink.header(name, node).map_err(|e| parse.fail(e))?;
                    }
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            parse.leave();
        }
        Ok(())
    }
}

struct Elements<'p, 'a> {
    parse: &'p Parse<'a>,
    sink: &'p mut dyn Sink,
    section: Section,
}

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { parse, sink, section } = self;
        let path = Field::section(section);
        let mut index = 0;
        loop {
            parse.enter(Step::Index(index));
            parse.refill();
            let seed = NodeSeed { parse, shape: section.element() };
            let Some(node) = list.next_element_seed(seed)? else { break };
            let offset = node.mark.offset;
            let length = u32::try_from(parse.cursor.offset() - offset).unwrap_or(u32::MAX);
            let field = Field::element(&path, index, &node);
            field
                .object()
                .and_then(|()| sink.element(Found { section, index, field, offset, length }))
                .map_err(|e| parse.fail(e))?;
            parse.leave();
            index = index.saturating_add(1);
        }
        parse.leave();
        Ok(())
    }
}
