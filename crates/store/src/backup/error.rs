//! Why something was not saved, checked or brought back.

use super::manifest::{BackupId, Failed};
use crate::copy::CopyError;
use crate::start::StartError;

/// For the operator: it says what to do. Neither a row's value nor a key is in it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The place of the backups did not do what it was asked.
    #[error("{place}: {cause}")]
    Place { place: String, cause: String },
    /// Something that was asked for cannot be done.
    #[error("{0}")]
    Refused(String),
    /// What is there is not what was saved.
    #[error("the backup is damaged: {0}; use another one")]
    Damaged(String),
    /// Everything else was saved.
    #[error(
        "{backup} was made, but it lacks {}; mend that and make another backup",
        .failed.iter().map(|one| format!("{} ({})", one.scope, one.why)).collect::<Vec<_>>().join(", ")
    )]
    Incomplete { backup: BackupId, failed: Vec<Failed> },
    #[error("the instance: {0}")]
    Instance(String),
}

impl BackupError {
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}

macro_rules! by_copying {
    ($($cause:ty),*) => {$(
        impl From<$cause> for BackupError {
            fn from(cause: $cause) -> Self {
                Self::Copy(cause.into())
            }
        }
    )*};
}

by_copying!(StartError, rusqlite::Error, tokio_postgres::Error, tokio::task::JoinError);

impl From<std::io::Error> for BackupError {
    fn from(cause: std::io::Error) -> Self {
        StartError::from(cause).into()
    }
}

impl From<kernel::Error> for BackupError {
    fn from(cause: kernel::Error) -> Self {
        Self::Instance(cause.to_string())
    }
}
