//! What was erased, noted where backups lie as soon as it is: the next backup, whose list knows of it, may come too
//! late.

use kernel::crypto::{hex, unhex};
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::keys::{Keys, SIGNING};
use super::objects::Objects;
use super::place::Place;
use super::signing::{self, Signer};
use crate::erasure::Erasure;
use crate::start::StartError;
use crate::store::Store;

const PURPOSE: &[u8] = b"trackhold.erasure.1\n";

#[derive(Serialize, Deserialize)]
struct Tombstone {
    erasure: Erasure,
    signature: String,
}

fn message(erasure: &Erasure) -> Vec<u8> {
    let at = erasure.at.micros().to_be_bytes();
    [PURPOSE, erasure.id.as_bytes(), &at, erasure.kind.as_bytes()].concat()
}

/// Notes in a place whatever was erased and is not noted there. An instance that has made no backup leaves nothing.
pub async fn note_erasures(store: &Store, place: &Place) -> Result<(), BackupError> {
    let keys = Keys::of(store).await?;
    if keys.existing(SIGNING).await?.is_none() {
        return Ok(());
    }
    let (signer, objects) = (Signer::existing(&keys).await?, Objects::open(place)?);
    let noted = read(&objects, signer.public()).await?;
    for erasure in store.erasures().await?.into_iter().filter(|erasure| !noted.contains(erasure)) {
        let (at, signature) = (Objects::tombstone(erasure.id), hex(&signer.sign(&message(&erasure))));
        let text = serde_json::to_string(&Tombstone { erasure, signature }).map_err(StartError::other)?;
        objects.put(&at, text).await?;
    }
    Ok(())
}

/// Those that this key signed; others are not believed.
pub(super) async fn read(from: &Objects, public: &[u8; 32]) -> Result<Vec<Erasure>, BackupError> {
    let mut all = Vec::new();
    for id in from.tombstones().await? {
        let text = from.find_text(&Objects::tombstone(id)).await?;
        let read = text.and_then(|text| serde_json::from_str::<Tombstone>(&text).ok());
        let holds = |Tombstone { erasure, signature }: &Tombstone| {
            unhex(signature).is_some_and(|signature| signing::holds(public, &message(erasure), &signature))
        };
        match read.filter(holds) {
            Some(tombstone) => all.push(tombstone.erasure),
            None => tracing::warn!(%id, place = from.name(), "a note of an erasure is not believed"),
        }
    }
    Ok(all)
}
