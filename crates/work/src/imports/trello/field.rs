//! Typed access to the fields of one element, refusing with the exact place.

use jiff::Timestamp;

use super::error::{ErrorKind, ImportError};
use super::ident::SourceId;
use super::node::{Node, Value};
use super::parse::{Step, place, write_index, write_key};
use super::shape::Section;

/// A field and the way to it. A missing field is one too: whoever needs it refuses.
#[derive(Clone, Copy)]
pub(super) struct Field<'n, 'p> {
    up: Option<&'p Field<'n, 'p>>,
    step: Step,
    node: Option<&'n Node>,
}

type Read<T> = Result<T, ImportError>;

impl<'n> Field<'n, '_> {
    /// The element `index` of a section.
    pub fn element(section: &'n Field<'n, 'n>, index: u32, node: &'n Node) -> Field<'n, 'n> {
        Field { up: Some(section), step: Step::Index(index), node: Some(node) }
    }

    pub fn section(section: Section) -> Field<'static, 'static> {
        Field { up: None, step: Step::Key(section.key()), node: None }
    }

    /// A field of the export itself.
    pub fn top(key: &'static str, node: Option<&'n Node>) -> Field<'n, 'n> {
        Field { up: None, step: Step::Key(key), node }
    }

    /// The field `key`; missing where this is no object or has none.
    pub fn get<'s>(&'s self, key: &'static str) -> Field<'n, 's> {
        let node = match self.node.map(|node| &node.value) {
            Some(Value::Object(fields)) => fields.iter().find(|(name, _)| *name == key).map(|(_, node)| node),
            _ => None,
        };
        Field { up: Some(self), step: Step::Key(key), node }
    }

    /// Whether the field stands in the file, be it with null.
    pub fn present(&self) -> bool {
        self.node.is_some()
    }

    /// The value, unless it is missing or null.
    fn value(&self) -> Option<&'n Value> {
        self.node.map(|node| &node.value).filter(|value| **value != Value::Null)
    }

    pub fn is_some(&self) -> bool {
        self.value().is_some()
    }

    pub fn path(&self) -> String {
        let mut path = self.up.map(|up| up.path()).unwrap_or_default();
        match self.step {
            Step::Key(key) => write_key(&mut path, key),
            Step::Index(index) => write_index(&mut path, index),
            Step::Other => {}
        }
        path
    }

    /// A refusal at this field, or where it should stand.
    pub fn fail(&self, kind: ErrorKind, message: impl Into<String>) -> ImportError {
        let mut at = Some(self);
        let mark = loop {
            match at {
                Some(field) if field.node.is_some() => break field.node.map(|node| node.mark),
                Some(field) => at = field.up,
                None => break None,
            }
        };
        ImportError::new(kind, place(mark, self.path()), message)
    }

    fn wrong(&self, wanted: &str) -> ImportError {
        match self.node {
            None => self.fail(ErrorKind::Invalid, format!("is missing; it must be {wanted}")),
            Some(node) => {
                self.fail(ErrorKind::Invalid, format!("must be {wanted}, but is {}", node.value.kind()))
            }
        }
    }

    /// An object, or nothing.
    pub fn maybe_object(&self) -> Read<bool> {
        match self.value() {
            None => Ok(false),
            Some(Value::Object(_)) => Ok(true),
            Some(_) => Err(self.wrong("an object")),
        }
    }

    pub fn object(&self) -> Read<()> {
        if self.maybe_object()? { Ok(()) } else { Err(self.wrong("an object")) }
    }

    /// The elements of a list; none where it is missing or null.
    pub fn list<'s>(&'s self) -> Read<impl Iterator<Item = Field<'n, 's>>> {
        let nodes: &'n [Node] = match self.value() {
            None => &[],
            Some(Value::List(nodes)) => nodes,
            Some(_) => return Err(self.wrong("a list")),
        };
        Ok((0..).zip(nodes).map(|(index, node)| Field {
            up: Some(self),
            step: Step::Index(index),
            node: Some(node),
        }))
    }

    /// The length of a list that was only counted.
    pub fn length(&self) -> Read<u64> {
        match self.value() {
            None => Ok(0),
            Some(Value::Length(length)) => Ok(*length),
            Some(_) => Err(self.wrong("a list")),
        }
    }

    pub fn maybe_text(&self, max_chars: usize) -> Read<Option<&'n str>> {
        let text = match self.value() {
            None => return Ok(None),
            Some(Value::Text(text)) => text.as_str(),
            Some(_) => return Err(self.wrong("a text")),
        };
        if text.contains('\0') {
            return Err(self.fail(ErrorKind::Invalid, "holds a NUL character"));
        }
        if text.len() > max_chars && text.chars().count() > max_chars {
            let message = format!("is longer than {max_chars} characters");
            return Err(self.fail(ErrorKind::TooLarge, message));
        }
        Ok(Some(text))
    }

    pub fn text(&self, max_chars: usize) -> Read<&'n str> {
        self.maybe_text(max_chars)?.ok_or_else(|| self.wrong("a text"))
    }

    /// True or false; false where it is missing or null.
    pub fn flag(&self) -> Read<bool> {
        match self.value() {
            None => Ok(false),
            Some(Value::Flag(flag)) => Ok(*flag),
            Some(_) => Err(self.wrong("true or false")),
        }
    }

    pub fn maybe_number(&self) -> Read<Option<f64>> {
        match self.value() {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(*number)),
            Some(_) => Err(self.wrong("a number")),
        }
    }

    /// A whole number from 0 that fits 32 bits.
    pub fn maybe_whole(&self) -> Read<Option<u32>> {
        let Some(number) = self.maybe_number()? else { return Ok(None) };
        if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
            return Ok(Some(number as u32));
        }
        Err(self.fail(ErrorKind::Invalid, "must be a whole number from 0 to 4294967295"))
    }

    /// An id; missing, null and an empty text are none.
    pub fn maybe_id(&self) -> Read<Option<SourceId>> {
        match self.value() {
            None => Ok(None),
            Some(Value::Text(text)) if text.is_empty() => Ok(None),
            Some(Value::Text(text)) => match SourceId::parse(text) {
                Some(id) => Ok(Some(id)),
                None => Err(self.fail(ErrorKind::Invalid, "must be an id of 24 hex digits")),
            },
            Some(_) => Err(self.wrong("an id of 24 hex digits")),
        }
    }

    pub fn id(&self) -> Read<SourceId> {
        self.maybe_id()?.ok_or_else(|| match self.value() {
            Some(_) => self.fail(ErrorKind::Invalid, "must be an id of 24 hex digits"),
            None => self.wrong("an id of 24 hex digits"),
        })
    }

    /// A time in microseconds UTC; missing, null and an empty text are none.
    pub fn maybe_time(&self) -> Read<Option<i64>> {
        match self.value() {
            None => Ok(None),
            Some(Value::Text(text)) if text.is_empty() => Ok(None),
            Some(Value::Text(text)) => match text.parse::<Timestamp>() {
                Ok(time) => Ok(Some(time.as_microsecond())),
                Err(_) => Err(self.fail(ErrorKind::Invalid, TIME)),
            },
            Some(_) => Err(self.wrong("a time")),
        }
    }

    pub fn time(&self) -> Read<i64> {
        self.maybe_time()?.ok_or_else(|| match self.value() {
            Some(_) => self.fail(ErrorKind::Invalid, TIME),
            None => self.wrong("a time"),
        })
    }
}

const TIME: &str = "must be a time such as 2024-05-01T12:00:00.000Z";
