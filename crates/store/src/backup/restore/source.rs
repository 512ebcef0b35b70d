//! The backup that is brought back: opened, its list believed only where the instance's own key signed it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kernel::crypto::{Key, hex, sha256};
use kernel::{Timestamp, WorkspaceId};
use uuid::Uuid;

use super::{Restore, Restored};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::manifest::{Manifest, Part};
use crate::backup::objects::Objects;
use crate::backup::progress::{Phase, Progress, Step};
use crate::backup::sealing::Identities;
use crate::backup::signing::Signer;
use crate::backup::{check, keyring, list, tombstones, transfer};
use crate::copy::Scope;
use crate::erasure::Erasure;

pub(super) struct Source {
    from: Objects,
    pub(super) manifest: Manifest,
    pub(super) keys: Keys,
    identities: Identities,
    /// Whatever was erased, as far as the places know.
    pub(super) erased: BTreeMap<Uuid, Erasure>,
    progress: Arc<dyn Progress>,
}

impl Source {
    /// `own` are the target's keys, where there are any.
    pub(super) async fn open(
        restore: &Restore,
        own: Option<Keys>,
        progress: &Arc<dyn Progress>,
    ) -> Result<Self, BackupError> {
        let from = Objects::open(&restore.from)?;
        let saved = restore.keyring_from.as_ref().map(Objects::open).transpose()?;
        let known = match (&saved, own) {
            (Some(saved), _) => keyring::newest(saved, &restore.master_key).await?,
            (None, Some(own)) => own,
            (None, None) => {
                return Err(BackupError::refused(
                    "there is no keyring to open it with; name the place where the keyring was saved by --keyring-from",
                ));
            }
        };
        let signer = Signer::existing(&known).await?;
        let (id, signed) = list::chosen(&from, restore.backup, signer.public()).await?;
        let keys = match &saved {
            Some(saved) => keyring::load(saved, id, &restore.master_key).await?,
            None => known,
        };
        let manifest = signed.manifest(id, signer.public())?;
        let named = restore.identities.as_ref();
        let identities = Identities::of(named, &manifest, &keys).await?.ok_or_else(|| {
            let recipient = &manifest.sealed_for;
            BackupError::refused(format!(
                "{id} is sealed for {recipient}; give its identity by --identity FILE"
            ))
        })?;
        let mut erased = erasures(&from, signer.public()).await?;
        for place in std::iter::once(&from).chain(&saved) {
            let noted = tombstones::read(place, signer.public()).await?.into_iter();
            erased.extend(noted.map(|erasure| (erasure.id, erasure)));
        }
        Ok(Self { from, manifest, keys, identities, erased, progress: progress.clone() })
    }

    pub(super) fn erased_at(&self, id: WorkspaceId) -> Option<Timestamp> {
        self.erased.get(&id.uuid()).filter(|erasure| erasure.workspace().is_some()).map(|erasure| erasure.at)
    }

    pub(super) fn erased_workspaces(&self) -> Vec<WorkspaceId> {
        self.erased.values().filter_map(Erasure::workspace).collect()
    }

    pub(super) fn part(&self, scope: Scope) -> Result<&Part, BackupError> {
        let id = self.manifest.id;
        self.manifest.part(scope).ok_or_else(|| {
            BackupError::refused(format!(
                "{id} does not hold {scope}; see what other backups hold, and name one of them"
            ))
        })
    }

    pub(super) fn begin(&self, parts: &[&Part]) {
        let bytes = parts.iter().map(|part| part.size).sum();
        self.progress.begin(Phase::Restoring, Some(bytes));
    }

    pub(super) fn left_out(&self, part: &Part) {
        self.progress.step(&Step::Erased { scope: part.scope.clone() });
    }

    /// Brings a part back into a file, reads all of it, and gives the key that it is under.
    pub(super) async fn fetch(&self, part: &Part, scope: Scope, to: &Path) -> Result<Key, BackupError> {
        let key = self.keys.scope(scope).await?;
        let at = Objects::in_backup(self.manifest.id, &part.file);
        transfer::fetch(&self.from, &at, part, &self.identities, to, &self.progress).await?;
        let (path, own) = (to.to_owned(), key.clone());
        let found = tokio::task::spawn_blocking(move || check::inspect(&path, &own, scope)).await??;
        check::same(part, &found)?;
        self.progress.step(&Step::Part { scope: part.scope.clone(), rows: part.rows, bytes: part.size });
        Ok(key)
    }

    pub(super) fn restored(&self, parts: &[&Part], seconds: f64, erased_again: usize) -> Restored {
        let digests: String = parts.iter().map(|part| part.digest.as_str()).collect();
        Restored {
            backup: self.manifest.id,
            workspaces: parts.iter().filter(|part| part.workspace().is_some()).count(),
            rows: parts.iter().map(|part| part.rows).sum(),
            bytes: parts.iter().map(|part| part.size).sum(),
            seconds,
            erased_again,
            sha256: hex(&sha256(&[digests.as_bytes()])),
        }
    }
}

/// Of every list that this key signed: an older backup is erased by what a newer one knows.
async fn erasures(from: &Objects, public: &[u8; 32]) -> Result<BTreeMap<Uuid, Erasure>, BackupError> {
    let mut all = BTreeMap::new();
    for id in from.backups().await? {
        // One that cannot be had now may be the only one that knows.
        let Some(signed) = list::read(from, id).await? else { continue };
        match signed.manifest(id, public) {
            Ok(manifest) => all.extend(manifest.erased.into_iter().map(|erasure| (erasure.id, erasure))),
            // Of another instance, or damaged: what it says of erasures cannot be believed.
            Err(error) => {
                tracing::warn!(backup = %id, %error, "what was erased is not read from this backup")
            }
        }
    }
    Ok(all)
}
