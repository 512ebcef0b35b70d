//! One element of an export in memory: what its shape keeps, each value with its place.

use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::cursor::Mark;
use super::error::ErrorKind;
use super::parse::{Parse, Step};
use super::shape::Shape;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub mark: Mark,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    /// The length of a list whose elements were not kept.
    Length(u64),
    Object(Vec<(&'static str, Node)>),
}

impl Value {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) | Self::Length(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// What a node costs beside its texts.
const NODE_BYTES: usize = size_of::<Node>() + size_of::<&str>();

pub(super) struct NodeSeed<'p, 'a> {
    pub parse: &'p Parse<'a>,
    pub shape: &'static Shape,
}

impl NodeSeed<'_, '_> {
    fn scalar<E: de::Error>(&self, value: Value) -> Result<Node, E> {
        self.parse.charge(NODE_BYTES)?;
        Ok(Node { mark: self.parse.cursor.value(), value })
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_, '_> {
    type Value = Node;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.scalar(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        self.scalar(Value::Flag(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        self.scalar(Value::Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        self.scalar(Value::Number(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        self.scalar(Value::Number(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        self.parse.charge(value.len())?;
        self.scalar(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mark = self.parse.cursor.value();
        self.parse.charge(NODE_BYTES)?;
        let Shape::List(inner) = self.shape else {
            let mut length = 0;
            while list.next_element::<IgnoredAny>()?.is_some() {
                length += 1;
            }
            return Ok(Node { mark, value: Value::Length(length) });
        };
        let mut nodes = Vec::new();
        let mut index = 0;
        loop {
            self.parse.enter(Step::Index(index));
            let seed = NodeSeed { parse: self.parse, shape: inner };
            let node = list.next_element_seed(seed)?;
            self.parse.leave();
            let Some(node) = node else { break };
            nodes.push(node);
            index = index.saturating_add(1);
        }
        Ok(Node { mark, value: Value::List(nodes) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mark = self.parse.cursor.value();
        self.parse.charge(NODE_BYTES)?;
        let mut fields: Vec<(&'static str, Node)> = Vec::new();
        while let Some(key) = map.next_key_seed(KeySeed { parse: self.parse, shape: self.shape })? {
            match key {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some((name, shape)) => {
                    if fields.iter().any(|(known, _)| *known == name) {
                        return Err(twice(self.parse));
                    }
                    fields.push((name, map.next_value_seed(NodeSeed { parse: self.parse, shape })?));
                }
            }
            self.parse.leave();
        }
        Ok(Node { mark, value: Value::Object(fields) })
    }
}

/// The failure of a field that an object has two of.
pub(super) fn twice<E: de::Error>(parse: &Parse<'_>) -> E {
    parse.fail_here(ErrorKind::Duplicate, "the field stands here twice in one object".into())
}

/// Enters the path of a key, and finds its shape among those that are read.
pub(super) struct KeySeed<'p, 'a> {
    pub parse: &'p Parse<'a>,
    pub shape: &'static Shape,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = Option<(&'static str, &'static Shape)>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed<'_, '_> {
    type Value = Option<(&'static str, &'static Shape)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        let field = self.shape.field(key);
        match field {
            Some((name, _)) => self.parse.enter(Step::Key(name)),
            None => self.parse.enter_other(key),
        }
        Ok(field)
    }
}
