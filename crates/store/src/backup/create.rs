//! Making a backup.

use std::sync::Arc;
use std::time::Instant;

use kernel::WorkspaceId;

use super::error::BackupError;
use super::keyring;
use super::keys::{BACKUP, Keys, SIGNING, purpose};
use super::manifest::{BackupId, Failed, Manifest, Part, Signed};
use super::objects::Objects;
use super::part::Saving;
use super::place::Place;
use super::progress::{Progress, Step};
use super::room::Room;
use super::sealing::Sealing;
use super::signing::Signer;
use crate::copy::Scope;
use crate::migrations::KNOWN;
use crate::store::Store;

/// What is saved, and where to.
pub struct Plan {
    pub to: Place,
    /// Where the keyring is saved at the same time; it must not lie in `to`, nor the other way round.
    pub keyring_to: Option<Place>,
    pub sealing: Sealing,
    /// One workspace instead of all.
    pub only: Option<WorkspaceId>,
}

/// Saves the instance, or one workspace of it. A workspace that cannot be read keeps no other from being saved:
/// it is named in the list, and the backup ends with an error when everything else is safe.
pub async fn create(
    store: &Store,
    plan: &Plan,
    progress: Arc<dyn Progress>,
) -> Result<Manifest, BackupError> {
    if let Some(keyring) = plan.keyring_to.as_ref().filter(|place| place.overlaps(&plan.to)) {
        return Err(BackupError::refused(format!(
            "the keyring cannot be saved in {}, beside what it opens; name a place that is neither in {} nor around it",
            keyring.name(),
            plan.to.name()
        )));
    }
    let id = BackupId::new(store.clock().now());
    let to = Objects::make(&plan.to)?;
    match make(store, plan, id, &to, &progress).await {
        Ok(manifest) if manifest.failed.is_empty() => Ok(manifest),
        Ok(manifest) => Err(BackupError::Incomplete { backup: id, failed: manifest.failed }),
        Err(error) => {
            // What is tried again and again must not fill the place with halves.
            if let Err(left) = to.delete_backup(id).await {
                tracing::warn!(backup = %id, error = %left, "the parts of a backup that failed stay for a day");
            }
            Err(error)
        }
    }
}

async fn make(
    store: &Store,
    plan: &Plan,
    id: BackupId,
    to: &Objects,
    progress: &Arc<dyn Progress>,
) -> Result<Manifest, BackupError> {
    let begun = Instant::now();
    let made_at = store.clock().now();
    let keys = Keys::of(store).await?;
    let signer = Signer::of(&keys).await?;
    let keyring_to = plan.keyring_to.as_ref().map(Objects::make).transpose()?;
    let room = Room::of(store)?;
    let saving = Saving {
        store,
        keys: &keys,
        to,
        recipient: plan.sealing.key(&keys).await?,
        room: &room,
        id,
        only: plan.only,
        progress,
    };
    let (mut parts, failed) = workspaces(&saving, progress).await?;
    // Last, so that it knows of every workspace that was saved. One that was made meanwhile stands in it without a
    // part of its own, and is left out again where this is brought back.
    parts.push(saving.part(Scope::Instance).await?);
    if let Some(place) = &keyring_to {
        // After the parts, so that it has all their keys, and before the list: no backup is without its keyring.
        keyring::save(&keys, place, id, plan.only, |name| is_needed(plan.only, name)).await?;
    }
    let manifest = Manifest {
        id,
        made_at,
        took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: KNOWN,
        only: plan.only,
        sealed_for: plan.sealing.name(),
        keyring_saved: keyring_to.is_some(),
        parts,
        failed,
        erased: store.erasures().await?,
    };
    to.put(&Objects::list_of(id), Signed::make(&manifest, &signer)?).await?;
    Ok(manifest)
}

async fn workspaces(
    saving: &Saving<'_>,
    progress: &Arc<dyn Progress>,
) -> Result<(Vec<Part>, Vec<Failed>), BackupError> {
    let all = match saving.only {
        Some(id) => vec![id],
        None => saving.store.workspaces().await?,
    };
    let (mut parts, mut failed) = (Vec::with_capacity(all.len() + 1), Vec::new());
    for id in all {
        let why = match saving.part(Scope::Workspace(id)).await {
            Ok(part) => {
                parts.push(part);
                continue;
            }
            // Nothing else can be saved there either.
            Err(error @ BackupError::Place { .. }) => return Err(error),
            Err(error) if saving.only.is_some() => return Err(error),
            Err(error) => error.to_string(),
        };
        // One that was erased meanwhile is not missed.
        if saving.store.workspaces().await?.contains(&id) {
            let one = Failed { scope: id.to_string(), why };
            progress.step(&Step::Failed { scope: one.scope.clone(), why: one.why.clone() });
            failed.push(one);
        }
    }
    Ok((parts, failed))
}

/// All keys, or those without which one workspace cannot be brought back.
fn is_needed(only: Option<WorkspaceId>, name: &str) -> bool {
    let Some(id) = only else { return true };
    [BACKUP, SIGNING].contains(&name)
        || name == purpose(Scope::Instance)
        || name == purpose(Scope::Workspace(id))
}
