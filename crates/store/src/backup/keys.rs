//! The keys of an instance, wherever they are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::crypto::{Key, MasterKey};
use tokio_postgres::Client;

use super::error::BackupError;
use super::manifest;
use crate::copy::Scope;
use crate::keyring::Keyring;
use crate::moving::marker;
use crate::postgres::setup::{self, FINGERPRINT, MOVING, NEW_KEY, RESTORING};
use crate::start::StartError;
use crate::store::{Running, Store};

/// What backups are sealed for where no other recipient is named.
pub(super) const BACKUP: &str = "backup";
/// What they are signed with.
pub(super) const SIGNING: &str = "signing";
/// The embedded engine's key of the instance's own file; that of its saved part on both.
const CONTROL: &str = "control";

pub(super) enum Keys {
    /// The embedded engine's.
    Folder(Arc<Keyring>),
    /// `control.keys`.
    Database { client: Client, master: MasterKey },
    /// As they were saved beside a backup.
    Saved { master: MasterKey, wrapped: BTreeMap<String, Vec<u8>> },
}

/// The name of a scope's key.
pub(super) fn purpose(scope: Scope) -> String {
    scope.workspace().map_or_else(|| CONTROL.to_owned(), |id| id.to_string())
}

impl Keys {
    /// Those of an open store.
    pub(super) async fn of(store: &Store) -> Result<Self, BackupError> {
        match store.engine() {
            Running::Embedded(embedded) => Ok(Self::Folder(embedded.keyring())),
            Running::Postgres(postgres) => {
                let client = setup::connect(postgres.serve()).await?;
                Ok(Self::Database { client, master: postgres.master().clone() })
            }
        }
    }

    pub(super) async fn existing(&self, purpose: &str) -> Result<Option<Key>, BackupError> {
        let (master, wrapped) = match self {
            Self::Folder(keyring) => return Ok(keyring.read(purpose)?),
            Self::Database { client, master } => (master, marker::read(client, purpose).await?),
            Self::Saved { master, wrapped } => (master, wrapped.get(purpose).cloned()),
        };
        let Some(wrapped) = wrapped else { return Ok(None) };
        let damaged = || StartError::DamagedKey { path: purpose.into() };
        Ok(Some(master.unwrap(purpose, &wrapped).ok_or_else(damaged)?))
    }

    /// The key of a saved scope.
    pub(super) async fn scope(&self, scope: Scope) -> Result<Key, BackupError> {
        self.existing(&purpose(scope)).await?.ok_or_else(|| {
            let name = manifest::name(scope);
            BackupError::refused(format!(
                "the keyring has no key of {name}; use the one that was saved with the backup"
            ))
        })
    }

    /// A key that is made the first time it is asked for.
    pub(super) async fn read_or_create(&self, purpose: &str) -> Result<Key, BackupError> {
        match self {
            Self::Folder(keyring) => return Ok(keyring.read_or_create(purpose)?),
            Self::Database { client, master } => {
                let fresh = master.wrap(purpose, &Key::random())?;
                client.execute(NEW_KEY, &[&purpose, &fresh]).await?;
            }
            Self::Saved { .. } => {}
        }
        let missing = || BackupError::refused(format!("the saved keyring has no key named {purpose}"));
        self.existing(purpose).await?.ok_or_else(missing)
    }

    /// All of them as they are kept, by their names.
    pub(super) async fn wrapped(&self) -> Result<Vec<(String, Vec<u8>)>, BackupError> {
        match self {
            Self::Folder(keyring) => Ok(keyring.wrapped()?),
            Self::Saved { wrapped, .. } => Ok(wrapped.clone().into_iter().collect()),
            Self::Database { client, .. } => {
                let marks = [FINGERPRINT, MOVING, RESTORING];
                let ask = "SELECT purpose, wrapped FROM control.keys ORDER BY purpose";
                let mut all = Vec::new();
                for row in client.query(ask, &[]).await? {
                    let (purpose, wrapped): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
                    if !marks.contains(&purpose.as_str()) {
                        all.push((purpose, wrapped));
                    }
                }
                Ok(all)
            }
        }
    }

    /// Tells the master key that wraps them.
    pub(super) fn fingerprint(&self) -> String {
        match self {
            Self::Folder(keyring) => keyring.fingerprint(),
            Self::Database { master, .. } | Self::Saved { master, .. } => master.fingerprint(),
        }
    }
}
