//! Checking a backup: what was never brought back is not known to be one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use kernel::WorkspaceId;
use kernel::crypto::{hex, sha256};

use super::certificate::Certificate;
use super::error::BackupError;
use super::keys::Keys;
use super::manifest::{BackupId, Manifest, Part};
use super::objects::Objects;
use super::place::Place;
use super::progress::{Phase, Progress, Step};
use super::room::{Passage, Room};
use super::sealing::Identities;
use super::signing::Signer;
use super::{check, list, transfer};
use crate::copy::Scope;
use crate::erasure::Erasure;
use crate::start::StartError;
use crate::store::Store;

/// What is checked.
pub struct Check {
    pub from: Place,
    /// None is the newest.
    pub backup: Option<BackupId>,
    /// What opens it, where that is not in the keyring.
    pub identities: Option<Identities>,
}

/// With the key that opens it, brings every part back into a temporary place and reads all of it; without, reads
/// the sealed files alone. Leaves a signed certificate beside the backup, and takes away the one that was there
/// where it is damaged.
pub async fn verify(
    store: &Store,
    check: &Check,
    progress: Arc<dyn Progress>,
) -> Result<Certificate, BackupError> {
    let begun = Instant::now();
    let keys = Keys::of(store).await?;
    let signer = Signer::existing(&keys).await?;
    let from = Objects::open(&check.from)?;
    let (id, signed) = list::chosen(&from, check.backup, signer.public()).await?;
    let checked = async {
        let manifest = signed.manifest(id, signer.public())?;
        let identities = Identities::of(check.identities.as_ref(), &manifest, &keys).await?;
        let erased = store.erasures().await?.iter().filter_map(Erasure::workspace).collect();
        let room = Room::of(store)?;
        let checking =
            Checking { from: &from, keys: &keys, identities, erased, room, progress: &progress, id };
        checking.all(&manifest).await?;
        Ok::<_, BackupError>((manifest, checking.identities.is_some()))
    };
    let (manifest, full) = match checked.await {
        Err(error @ BackupError::Damaged(_)) => {
            from.delete(&Objects::certificate_of(id)).await?;
            return Err(error);
        }
        other => other?,
    };
    let now = store.clock().now();
    let (seconds, bytes) = (begun.elapsed().as_secs_f64(), manifest.bytes());
    #[expect(clippy::cast_precision_loss, reason = "a rate of whole gigabytes")]
    let gigabytes = bytes as f64 / 1e9;
    let mut certificate = Certificate {
        backup: id,
        checked_at: now,
        full,
        parts: manifest.parts.len(),
        rows: manifest.parts.iter().map(|part| part.rows).sum(),
        bytes,
        seconds: thousandths(seconds),
        rpo_seconds: now.since(manifest.made_at).as_secs(),
        rto_seconds_per_gb: (full && bytes > 0).then(|| thousandths(seconds / gigabytes)),
        sha256: hex(&sha256(&[signed.manifest.as_bytes()])),
        signature: String::new(),
        key: String::new(),
    };
    certificate.sign(&signer);
    let text = serde_json::to_string_pretty(&certificate).map_err(StartError::other)?;
    from.put(&Objects::certificate_of(id), text).await?;
    Ok(certificate)
}

fn thousandths(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

struct Checking<'a> {
    from: &'a Objects,
    keys: &'a Keys,
    identities: Option<Identities>,
    /// Their keys are gone: that they cannot be opened is as it should be.
    erased: BTreeSet<WorkspaceId>,
    room: Room,
    progress: &'a Arc<dyn Progress>,
    id: BackupId,
}

impl Checking<'_> {
    async fn all(&self, manifest: &Manifest) -> Result<(), BackupError> {
        self.progress.begin(Phase::Checking, Some(manifest.bytes()));
        for part in &manifest.parts {
            let scope = part.of().ok_or_else(|| {
                BackupError::damaged(format!("nobody knows what its part {} is", part.scope))
            })?;
            let is_erased = scope.workspace().is_some_and(|id| self.erased.contains(&id));
            match &self.identities {
                Some(identities) if !is_erased => self.opened(part, scope, identities).await?,
                _ => self.sealed(part).await?,
            }
            self.progress.step(&Step::Part { scope: part.scope.clone(), rows: part.rows, bytes: part.size });
        }
        Ok(())
    }

    async fn sealed(&self, part: &Part) -> Result<(), BackupError> {
        let at = Objects::in_backup(self.id, &part.file);
        transfer::same(part, &transfer::read(self.from, &at, self.progress).await?)
    }

    async fn opened(&self, part: &Part, scope: Scope, identities: &Identities) -> Result<(), BackupError> {
        let key = self.keys.scope(scope).await?;
        let file = Passage(self.room.file(&format!("{}.db", part.scope)));
        let at = Objects::in_backup(self.id, &part.file);
        transfer::fetch(self.from, &at, part, identities, &file.0, self.progress).await?;
        let path = file.0.clone();
        let found = tokio::task::spawn_blocking(move || check::inspect(&path, &key, scope)).await??;
        check::same(part, &found)
    }
}
