//! Which backups of a place are this instance's own: others may lie beside them, or be put there.

use futures_util::stream::{self, StreamExt};
use kernel::crypto::{hex, sha256};

use super::certificate::Certificate;
use super::error::BackupError;
use super::keys::{Keys, SIGNING};
use super::list::{self, Listed};
use super::manifest::{BackupId, Signed};
use super::objects::Objects;
use super::place::Place;
use super::signing::Signer;
use crate::store::Store;

/// Backups whose lists are read at one time: in a bucket each is a way there and back.
const AT_ONCE: usize = 8;

/// What lies under an id.
pub(super) enum Found {
    Own(Box<Listed>),
    /// Of another instance, or nothing that can be believed.
    Other,
    /// Without a list.
    Unfinished,
}

/// The key that this instance signs with, and the master key that wraps its own.
pub struct Ours {
    public: [u8; 32],
    fingerprint: String,
}

impl Ours {
    /// None where it has made no backup yet.
    pub async fn of(store: &Store) -> Result<Option<Self>, BackupError> {
        let keys = Keys::of(store).await?;
        if keys.existing(SIGNING).await?.is_none() {
            return Ok(None);
        }
        let signer = Signer::existing(&keys).await?;
        Ok(Some(Self { public: *signer.public(), fingerprint: keys.fingerprint() }))
    }

    pub(super) fn wrapped_with(&self, fingerprint: &str) -> bool {
        self.fingerprint == fingerprint
    }

    /// The certificate of this very list, if this instance wrote it.
    fn certificate(&self, id: BackupId, signed: &Signed, found: Option<Certificate>) -> Option<Certificate> {
        let sha256 = hex(&sha256(&[signed.manifest.as_bytes()]));
        found.filter(|found| found.backup == id && found.sha256 == sha256 && found.holds(&self.public))
    }

    /// What of a place it has made and checked itself, the newest first. What cannot be read is passed over.
    pub async fn list(&self, place: &Place) -> Result<Vec<Listed>, BackupError> {
        let found = self.look(&Objects::open(place)?).await?;
        let own = found.into_iter().filter_map(|(id, found)| match found {
            Ok(Found::Own(listed)) => Some(*listed),
            Ok(Found::Other | Found::Unfinished) => None,
            Err(error) => {
                tracing::warn!(backup = %id, %error, "a backup is passed over");
                None
            }
        });
        Ok(own.collect())
    }

    /// Whatever lies in a place, the newest first.
    pub(super) async fn look(
        &self,
        objects: &Objects,
    ) -> Result<Vec<(BackupId, Result<Found, BackupError>)>, BackupError> {
        let ids = objects.backups().await?.into_iter().rev();
        let looking = ids.map(async |id| (id, self.found(objects, id).await));
        Ok(stream::iter(looking).buffered(AT_ONCE).collect().await)
    }

    async fn found(&self, objects: &Objects, id: BackupId) -> Result<Found, BackupError> {
        let Some(text) = objects.find_text(&Objects::list_of(id)).await? else {
            return Ok(Found::Unfinished);
        };
        let read = Signed::read(id, &text);
        let Ok((signed, manifest)) = read.and_then(|signed| {
            let manifest = signed.manifest(id, &self.public)?;
            Ok((signed, manifest))
        }) else {
            return Ok(Found::Other);
        };
        let found = list::certificate(objects, id).await;
        let certificate = self.certificate(id, &signed, found);
        Ok(Found::Own(Box::new(Listed { manifest, certificate })))
    }
}
