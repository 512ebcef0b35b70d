//! A list of ids as a row holds it: their texts, each with a space behind it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use kernel::Id;
use kernel::id::Kind;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Schema};

/// Ids in the order in which they were given, none twice.
pub struct Ids<K>(String, PhantomData<fn() -> K>);

pub type LabelIds = Ids<crate::labels::LabelKind>;
pub type UserIds = Ids<kernel::id::User>;

impl<K: Kind> Ids<K> {
    pub fn new(ids: impl IntoIterator<Item = Id<K>>) -> Self {
        let mut text = String::new();
        for id in ids {
            let id = id.to_string();
            if !text.contains(&id) {
                text.push_str(&id);
                text.push(' ');
            }
        }
        Self::stored(text)
    }

    pub(crate) const fn stored(text: String) -> Self {
        Self(text, PhantomData)
    }

    /// As the row holds it.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Id<K>> + '_ {
        self.texts().filter_map(|text| text.parse().ok())
    }

    pub fn to_vec(&self) -> Vec<Id<K>> {
        self.iter().collect()
    }

    pub fn contains(&self, id: Id<K>) -> bool {
        self.iter().any(|known| known == id)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.split_terminator(' ')
    }
}

impl<K> Clone for Ids<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K> Default for Ids<K> {
    fn default() -> Self {
        Self(String::new(), PhantomData)
    }
}

impl<K> PartialEq for Ids<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Ids<K> {}

impl<K> fmt::Debug for Ids<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.0.trim_end())
    }
}

/// The texts go out as they are: a page of items has hundreds of them.
impl<K: Kind> Serialize for Ids<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for text in self.texts() {
            list.serialize_element(text)?;
        }
        list.end()
    }
}

impl<K: Kind> utoipa::PartialSchema for Ids<K> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(<Id<K> as utoipa::PartialSchema>::schema()).into()
    }
}

impl<K: Kind> utoipa::ToSchema for Ids<K> {
    fn name() -> Cow<'static, str> {
        format!("{}_ids", K::PREFIX).into()
    }
}
