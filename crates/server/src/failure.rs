//! How the process ends when it cannot do what was asked.

use std::fmt;
use std::process::ExitCode;

use crate::config::ConfigError;

/// What goes to the operator, and as which exit code.
#[derive(Debug)]
pub enum Failure {
    /// 2: wrong use or configuration; the same call will fail again.
    Use(String),
    /// 1: anything else.
    Other(String),
}

impl Failure {
    pub fn other(error: impl fmt::Display) -> Self {
        Self::Other(error.to_string())
    }

    pub fn code(&self) -> ExitCode {
        match self {
            Self::Use(_) => ExitCode::from(2),
            Self::Other(_) => ExitCode::from(1),
        }
    }

    /// One line for people, one JSON object for programs; always to stderr.
    pub fn report(&self, json: bool) {
        if json {
            eprintln!("{}", serde_json::json!({ "error": self.to_string() }));
        } else {
            eprintln!("trackhold: {self}");
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Use(text) | Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Use(error.to_string())
    }
}

impl From<store::backup::BackupError> for Failure {
    fn from(error: store::backup::BackupError) -> Self {
        Self::other(error)
    }
}

impl From<store::copy::CopyError> for Failure {
    fn from(error: store::copy::CopyError) -> Self {
        Self::other(error)
    }
}

impl From<store::StartError> for Failure {
    fn from(error: store::StartError) -> Self {
        Self::other(error)
    }
}
