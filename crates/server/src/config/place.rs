//! Where a setting came from, so that what is wrong with it can be found.

use std::fmt;
use std::path::PathBuf;

/// One of the four places that a setting may stand in; the first one wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `--listen`
    Flag(&'static str),
    /// `TRACKHOLD_LISTEN`
    Environment(&'static str),
    File {
        path: PathBuf,
        /// From 1.
        line: usize,
        key: String,
    },
    Default(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::File { path, line, key } => write!(f, "{}, line {line}, {key}", path.display()),
            Self::Default(key) => write!(f, "{key} (default)"),
        }
    }
}

/// A setting that cannot be used. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// None where the whole file is at fault.
    pub place: Option<Place>,
    pub problem: String,
}

impl ConfigError {
    pub fn at(place: &Place, problem: impl Into<String>) -> Self {
        Self { place: Some(place.clone()), problem: problem.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for ConfigError {}
