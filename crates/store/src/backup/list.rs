//! What backups there are.

use std::time::Duration;

use kernel::Clock;

use super::certificate::Certificate;
use super::error::BackupError;
use super::manifest::{BackupId, Manifest, Signed};
use super::objects::Objects;
use super::place::Place;

/// A finished backup, as it says itself: the signatures are not looked at.
#[derive(Debug, Clone)]
pub struct Listed {
    pub manifest: Manifest,
    /// Of its last check.
    pub certificate: Option<Certificate>,
}

/// Whoever made them, the newest first. What is unfinished, or cannot be read, is not among them.
pub async fn list(place: &Place) -> Result<Vec<Listed>, BackupError> {
    let objects = Objects::open(place)?;
    let mut all = Vec::new();
    for id in objects.backups().await?.into_iter().rev() {
        let Some(signed) = readable(&objects, id).await else { continue };
        match signed.unchecked(id) {
            Ok(manifest) => all.push(Listed { manifest, certificate: certificate(&objects, id).await? }),
            Err(error) => tracing::warn!(backup = %id, %error, "a backup is passed over"),
        }
    }
    Ok(all)
}

/// The list of a finished backup. One that cannot be had, of which there may be many reasons, harms no other.
pub(super) async fn readable(objects: &Objects, id: BackupId) -> Option<Signed> {
    let found = objects.find_text(&Objects::list_of(id)).await;
    let read = found.and_then(|text| text.map(|text| Signed::read(id, &text)).transpose());
    read.unwrap_or_else(|error| {
        tracing::warn!(backup = %id, %error, "a backup is passed over");
        None
    })
}

/// One that cannot be read is none.
pub(super) async fn certificate(objects: &Objects, id: BackupId) -> Result<Option<Certificate>, BackupError> {
    let text = objects.find_text(&Objects::certificate_of(id)).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Clocks of two machines may differ by this much.
const SLACK: Duration = Duration::from_secs(600);

/// The finished backup that is meant, with its list: a named one, or the newest. One from the future was made when
/// a clock was wrong, and is taken only by its name.
pub(super) async fn chosen(
    objects: &Objects,
    named: Option<BackupId>,
) -> Result<(BackupId, Signed), BackupError> {
    let candidates = match named {
        Some(id) => vec![id],
        None => {
            let latest = Clock::system().now().plus(SLACK);
            let mut all = objects.backups().await?;
            all.retain(|id| id.made_at().is_some_and(|made| made <= latest));
            all
        }
    };
    for id in candidates.into_iter().rev() {
        if let Some(text) = objects.find_text(&Objects::list_of(id)).await? {
            return Ok((id, Signed::read(id, &text)?));
        }
    }
    let what = named.map_or_else(|| "finished backup".to_owned(), |id| format!("backup {id}"));
    Err(BackupError::refused(format!(
        "there is no {what} in {}; see which there are with trackhold backup list",
        objects.name()
    )))
}
