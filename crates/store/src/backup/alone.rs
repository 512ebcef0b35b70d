//! One backup at a time, whichever node makes it.

use tokio::sync::OwnedMutexGuard;
use tokio_postgres::Client;

use super::error::BackupError;
use crate::postgres::setup;
use crate::store::{Running, Store};

/// One number for all nodes.
const BACKUP_LOCK: i64 = 0x6261_636b_7570;

/// Nobody else is at it while this is held.
pub struct Alone {
    _process: Option<OwnedMutexGuard<()>>,
    /// The lock goes with the connection.
    _database: Option<Client>,
}

/// None: somebody else is at it.
pub async fn alone(store: &Store) -> Result<Option<Alone>, BackupError> {
    match store.engine() {
        Running::Embedded(embedded) => {
            let held = embedded.saving.clone().try_lock_owned().ok();
            Ok(held.map(|held| Alone { _process: Some(held), _database: None }))
        }
        Running::Postgres(postgres) => {
            let client = setup::connect(postgres.serve()).await?;
            let row = client.query_one("SELECT pg_try_advisory_lock($1)", &[&BACKUP_LOCK]).await?;
            let is_ours: bool = row.try_get(0)?;
            Ok(is_ours.then_some(Alone { _process: None, _database: Some(client) }))
        }
    }
}
