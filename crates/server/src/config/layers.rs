//! Settings as they were given, before anybody asks what they mean.

use std::collections::BTreeMap;
use std::fmt;

use super::keys::{Key, Kind};
use super::place::{ConfigError, Place};

/// The values of one setting and where they stand.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// One, but for lists.
    pub values: Vec<String>,
    pub place: Place,
}

/// Without the values: one of them may be a password.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("place", &self.place).finish_non_exhaustive()
    }
}

/// What one place says.
#[derive(Debug, Clone, Default)]
pub struct Layer(BTreeMap<&'static str, Given>);

impl Layer {
    pub fn set(&mut self, key: Key, given: Given) {
        self.0.insert(key.name, given);
    }

    /// Takes a text from the command line or the environment.
    pub fn set_text(&mut self, key: Key, text: &str, place: Place) {
        let values = match key.kind {
            Kind::List => {
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Into::into).collect()
            }
            Kind::Text | Kind::Path | Kind::Destination | Kind::Number => vec![text.to_owned()],
        };
        self.set(key, Given { values, place });
    }

    #[cfg(test)]
    pub fn get(&self, key: Key) -> Option<&Given> {
        self.0.get(key.name)
    }

    /// What `self` says, and where it is silent, what `below` says.
    #[must_use]
    pub fn over(mut self, below: Self) -> Self {
        for (name, given) in below.0 {
            self.0.entry(name).or_insert(given);
        }
        self
    }

    /// The setting as `parse` understands it; `None` where nobody gave it.
    pub fn read<T>(
        &self,
        key: Key,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(given) = self.0.get(key.name) else { return Ok(None) };
        let text = given.values.first().map(String::as_str).unwrap_or_default();
        parse(text).map(Some).map_err(|problem| ConfigError::at(&given.place, problem))
    }

    /// A list, each of its members as `parse` understands it.
    pub fn read_all<T>(
        &self,
        key: Key,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, ConfigError> {
        let Some(given) = self.0.get(key.name) else { return Ok(Vec::new()) };
        given
            .values
            .iter()
            .map(|text| parse(text).map_err(|problem| ConfigError::at(&given.place, problem)))
            .collect()
    }

    /// Where a setting stands.
    pub fn place(&self, key: Key) -> Place {
        self.0.get(key.name).map_or(Place::Default(key.name), |given| given.place.clone())
    }
}
