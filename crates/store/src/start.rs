//! What a store is opened with, and why it may not open.

use std::path::{Path, PathBuf};

use kernel::Clock;
use kernel::crypto::MasterKey;

/// Which engine, and where.
#[derive(Clone)]
pub enum Engine {
    /// Encrypted files in this folder.
    Embedded { data: PathBuf },
    /// PostgreSQL: `serve` as the application role, `migrate` as the owner (without it the schema
    /// must be there already).
    Postgres { serve: String, migrate: Option<String> },
}

/// Without the addresses of PostgreSQL: passwords are in them.
impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Embedded { data } => f.debug_struct("Embedded").field("data", data).finish(),
            Self::Postgres { .. } => f.write_str("Postgres(…)"),
        }
    }
}

/// Everything that opening a store takes.
#[derive(Debug, Clone)]
pub struct Options {
    pub engine: Engine,
    pub master_key: MasterKey,
    pub clock: Clock,
    /// Workspaces kept open at a time by the embedded engine.
    pub open_workspaces: usize,
    /// Connections to PostgreSQL, both doors together.
    pub connections: usize,
}

impl Options {
    pub fn new(engine: Engine, master_key: MasterKey) -> Self {
        Self { engine, master_key, clock: Clock::system(), open_workspaces: 256, connections: 32 }
    }
}

/// Why a store did not open. The text is for the operator: it says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "this master key (fingerprint {given}) is not the one that {folder} was made with (fingerprint {expected}); \
         give the right one in TRACKHOLD_MASTER_KEY or in the key file. Nothing was touched."
    )]
    WrongMasterKey { folder: PathBuf, expected: String, given: String },
    #[error(
        "there is data, but its keyring {folder} is missing; restore the keyring from where you saved it. \
         Nothing was touched."
    )]
    KeyringMissing { folder: PathBuf },
    #[error("the wrapped key {path} is damaged or belongs elsewhere; restore it from the saved keyring")]
    DamagedKey { path: PathBuf },
    #[error("another server is using {0}; stop it first, or choose another data directory")]
    InUse(PathBuf),
    #[error("{path} cannot be opened: its key is wrong or the file is damaged ({cause})")]
    Unreadable { path: PathBuf, cause: String },
    #[error(
        "{path} was written by a newer version (schema {found}, this one knows {known}); upgrade this server"
    )]
    Newer { path: String, found: i64, known: i64 },
    #[error(
        "a move into this database was not finished; run the same `trackhold move` again until it says that all is \
         moved, or begin anew with an empty database"
    )]
    UnfinishedMove,
    #[error(
        "a restore into {0} was not finished; run `trackhold restore` again: into the same folder, or into an empty \
         database"
    )]
    UnfinishedRestore(String),
    #[error("the database: {0}")]
    Database(String),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Other(String),
}

impl StartError {
    pub(crate) fn other(error: impl std::fmt::Display) -> Self {
        Self::Other(error.to_string())
    }

    /// A wrong key and a damaged file give the same error.
    pub(crate) fn unreadable(path: &Path, error: &rusqlite::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), cause: error.to_string() }
    }

    pub(crate) fn database(error: impl std::fmt::Display) -> Self {
        Self::Database(error.to_string())
    }
}
