//! Why rows were not copied.

use std::error::Error as _;

use crate::start::StartError;

/// For the operator: it says what to do. No row's value is in it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("an encrypted file: {0}")]
    File(#[from] rusqlite::Error),
    #[error("the database: {0}")]
    Database(String),
    /// Something that a check found.
    #[error("{0}")]
    Refused(String),
}

impl CopyError {
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

/// Not the detail, which repeats the row's values.
impl From<tokio_postgres::Error> for CopyError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
            return Self::Database(format!("{error}{cause}"));
        };
        let at =
            said.constraint().or_else(|| said.table()).map(|name| format!(", {name}")).unwrap_or_default();
        Self::Database(format!("{} ({}{at})", said.message(), said.code().code()))
    }
}

/// A thread that was to read or write went away.
impl From<tokio::task::JoinError> for CopyError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Start(StartError::other(error))
    }
}
