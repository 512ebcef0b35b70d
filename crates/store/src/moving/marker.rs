//! `control.keys` of a database: the instance's keys, and the mark of what is under way.

use kernel::crypto::{MasterKey, hmac_sha256, same};
use tokio_postgres::GenericClient;

use super::source::Source;
use crate::copy::CopyError;
use crate::postgres::setup::{FINGERPRINT, MOVING, PEPPER};
use crate::start::StartError;

/// Tells one source from another and nothing else: every instance has a random pepper of its own.
pub(super) fn mark(source: &Source) -> [u8; 32] {
    hmac_sha256(source.pepper.bytes(), b"trackhold.moving.1")
}

pub(crate) async fn read(client: &impl GenericClient, purpose: &str) -> Result<Option<Vec<u8>>, CopyError> {
    let row = client.query_opt("SELECT wrapped FROM control.keys WHERE purpose = $1", &[&purpose]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Leaves a key, over another one of this name.
pub(crate) async fn put(client: &impl GenericClient, purpose: &str, value: &[u8]) -> Result<(), CopyError> {
    client
        .execute(
            "INSERT INTO control.keys (purpose, wrapped) VALUES ($1, $2)
             ON CONFLICT (purpose) DO UPDATE SET wrapped = excluded.wrapped",
            &[&purpose, &value],
        )
        .await?;
    Ok(())
}

/// Everything of the target is sealed under this master key, or nothing is there yet.
pub(crate) async fn same_master_key(
    client: &impl GenericClient,
    master: &MasterKey,
) -> Result<(), CopyError> {
    let given = master.fingerprint();
    let Some(known) = read(client, FINGERPRINT).await? else { return Ok(()) };
    let expected = String::from_utf8_lossy(&known).into_owned();
    if expected == given {
        return Ok(());
    }
    Err(StartError::WrongMasterKey { folder: "the database".into(), expected, given }.into())
}

/// Whether a move into it is unfinished: this source's, or the refusal of another's.
pub(super) async fn is_unfinished(client: &impl GenericClient, source: &Source) -> Result<bool, CopyError> {
    match read(client, MOVING).await? {
        None => Ok(false),
        Some(known) if same(&known, &mark(source)) => Ok(true),
        Some(_) => Err(CopyError::refused(
            "another instance's move into this database is unfinished; finish that one, or name an empty database",
        )),
    }
}

/// Whether the source's own pepper is there: what stands beside it came from this source.
pub(super) async fn has_pepper(client: &impl GenericClient, source: &Source) -> Result<bool, CopyError> {
    let known = read(client, PEPPER).await?.and_then(|wrapped| source.master.unwrap(PEPPER, &wrapped));
    Ok(known.is_some_and(|known| same(known.bytes(), source.pepper.bytes())))
}
