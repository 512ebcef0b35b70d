//! Which backups of a place are this instance's own: others may lie beside them, or be put there.

use kernel::crypto::{hex, sha256};

use super::certificate::Certificate;
use super::error::BackupError;
use super::keys::{Keys, SIGNING};
use super::list::{self, Listed};
use super::manifest::{BackupId, Manifest, Signed};
use super::objects::Objects;
use super::place::Place;
use super::signing::Signer;
use crate::store::Store;

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

    /// The list, if it is what this instance wrote; nothing else of it is believed.
    pub(super) fn manifest(&self, id: BackupId, signed: &Signed) -> Option<Manifest> {
        signed.manifest(id, &self.public).ok()
    }

    /// The certificate of this very list, if this instance wrote it.
    fn certificate(&self, id: BackupId, signed: &Signed, found: Option<Certificate>) -> Option<Certificate> {
        let sha256 = hex(&sha256(&[signed.manifest.as_bytes()]));
        found.filter(|found| found.backup == id && found.sha256 == sha256 && found.holds(&self.public))
    }

    /// What of a place it has made and checked itself, the newest first.
    pub async fn list(&self, place: &Place) -> Result<Vec<Listed>, BackupError> {
        let objects = Objects::open(place)?;
        let mut all = Vec::new();
        for id in objects.backups().await?.into_iter().rev() {
            let Some(signed) = list::readable(&objects, id).await else { continue };
            let Some(manifest) = self.manifest(id, &signed) else { continue };
            let found = list::certificate(&objects, id).await?;
            all.push(Listed { manifest, certificate: self.certificate(id, &signed, found) });
        }
        Ok(all)
    }
}
