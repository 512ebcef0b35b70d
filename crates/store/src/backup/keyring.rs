//! The keyring as it is saved: wrapped keys, in a place of its own. Whoever has it and the master key has all keys.

use std::collections::BTreeMap;

use kernel::WorkspaceId;
use kernel::crypto::{MasterKey, hex, unhex};
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::keys::Keys;
use super::manifest::BackupId;
use super::objects::Objects;
use super::ours::Ours;
use crate::start::StartError;

#[derive(Serialize, Deserialize)]
struct Saved {
    /// Of the master key.
    fingerprint: String,
    /// There are the keys of one workspace alone.
    #[serde(default)]
    only: Option<WorkspaceId>,
    /// Hexadecimal digits by what the key is for.
    keys: BTreeMap<String, String>,
}

/// Saves the keys that a backup needs, or all of them.
pub(super) async fn save(
    keys: &Keys,
    to: &Objects,
    id: BackupId,
    only: Option<WorkspaceId>,
    is_needed: impl Fn(&str) -> bool,
) -> Result<(), BackupError> {
    let wrapped = keys.wrapped().await?;
    let keep = wrapped.into_iter().filter(|(purpose, _)| is_needed(purpose));
    let saved = Saved {
        fingerprint: keys.fingerprint(),
        only,
        keys: keep.map(|(purpose, wrapped)| (purpose, hex(&wrapped))).collect(),
    };
    let text =
        serde_json::to_string_pretty(&saved).map_err(|error| BackupError::refused(error.to_string()))?;
    to.put(&Objects::keyring(id), text).await
}

/// Those that this instance saved, the newest last, and whether each has all keys.
pub(super) async fn ours(from: &Objects, ours: &Ours) -> Result<Vec<(BackupId, bool)>, BackupError> {
    let mut all = Vec::new();
    for id in from.keyrings().await? {
        let saved = from.find_text(&Objects::keyring(id)).await?;
        let saved = saved.and_then(|text| serde_json::from_str::<Saved>(&text).ok());
        if let Some(saved) = saved.filter(|saved| ours.wrapped_with(&saved.fingerprint)) {
            all.push((id, saved.only.is_none()));
        }
    }
    Ok(all)
}

/// The newest one that this master key wraps: whatever an instance saved, it signed with one key.
pub(super) async fn newest(from: &Objects, master: &MasterKey) -> Result<Keys, BackupError> {
    let mut first = None;
    for id in from.keyrings().await?.into_iter().rev() {
        match read(from, id).await.and_then(|saved| opened(from, id, saved, master)) {
            Ok(keys) => return Ok(keys),
            Err(error @ BackupError::Place { .. }) => return Err(error),
            Err(error) => first = first.or(Some(error)),
        }
    }
    let none = || {
        BackupError::refused(format!(
            "there is no keyring in {}; name the place where it was saved",
            from.name()
        ))
    };
    Err(first.unwrap_or_else(none))
}

/// The keyring that was saved with a backup; without that one the next whole one after it, which has its keys as
/// well.
pub(super) async fn load(from: &Objects, id: BackupId, master: &MasterKey) -> Result<Keys, BackupError> {
    let ours = master.fingerprint();
    for saved in from.keyrings().await?.into_iter().filter(|known| *known >= id) {
        match read(from, saved).await {
            Ok(found) if saved == id || (found.only.is_none() && found.fingerprint == ours) => {
                return opened(from, saved, found, master);
            }
            Ok(_) => {}
            Err(BackupError::Damaged(_)) if saved != id => {}
            Err(error) => return Err(error),
        }
    }
    Err(BackupError::refused(format!(
        "there is no keyring of {id} in {}; name the place where it was saved",
        from.name()
    )))
}

async fn read(from: &Objects, id: BackupId) -> Result<Saved, BackupError> {
    let text = from.text(&Objects::keyring(id)).await?;
    serde_json::from_str(&text)
        .map_err(|error| BackupError::damaged(format!("the keyring {id} cannot be read ({error})")))
}

/// A key that does not open is left out, and keeps no other from being used.
fn opened(from: &Objects, id: BackupId, saved: Saved, master: &MasterKey) -> Result<Keys, BackupError> {
    let given = master.fingerprint();
    if saved.fingerprint != given {
        let folder = format!("{}/{}", from.name(), Objects::keyring(id)).into();
        return Err(StartError::WrongMasterKey { folder, expected: saved.fingerprint, given }.into());
    }
    let mut wrapped = BTreeMap::new();
    for (purpose, digits) in saved.keys {
        match unhex(&digits).filter(|key| master.unwrap(&purpose, key).is_some()) {
            Some(key) => drop(wrapped.insert(purpose, key)),
            None => tracing::error!(keyring = %id, %purpose, "a saved key is damaged"),
        }
    }
    Ok(Keys::Saved { master: master.clone(), wrapped })
}
