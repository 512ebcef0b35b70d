//! What backups there are.

use std::time::Duration;

use kernel::{Clock, Timestamp};

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
            Ok(manifest) => all.push(Listed { manifest, certificate: certificate(&objects, id).await }),
            Err(error) => tracing::warn!(backup = %id, %error, "a backup is passed over"),
        }
    }
    Ok(all)
}

/// The list of a finished backup. One that cannot be had, of which there may be many reasons, harms no other.
async fn readable(objects: &Objects, id: BackupId) -> Option<Signed> {
    read(objects, id).await.unwrap_or_else(|error| {
        tracing::warn!(backup = %id, %error, "a backup is passed over");
        None
    })
}

/// The list of a finished backup; none where what lies there is no list.
pub(super) async fn read(objects: &Objects, id: BackupId) -> Result<Option<Signed>, BackupError> {
    let found = objects.find_text(&Objects::list_of(id)).await;
    match found.and_then(|text| text.map(|text| Signed::read(id, &text)).transpose()) {
        Err(error @ BackupError::Damaged(_)) => {
            tracing::warn!(backup = %id, %error, "a backup is passed over");
            Ok(None)
        }
        read => read,
    }
}

/// One that cannot be read is none.
pub(super) async fn certificate(objects: &Objects, id: BackupId) -> Option<Certificate> {
    let text = objects.find_text(&Objects::certificate_of(id)).await.unwrap_or_else(|error| {
        tracing::warn!(backup = %id, %error, "a certificate is passed over");
        None
    });
    text.and_then(|text| serde_json::from_str(&text).ok())
}

/// Clocks of two machines may differ by this much.
const SLACK: Duration = Duration::from_secs(600);

/// What is from the future was made when a clock was wrong.
pub(super) fn is_from_the_future(id: BackupId, now: Timestamp) -> bool {
    id.made_at().is_none_or(|made| made > now.plus(SLACK))
}

/// The backups of everything, in the same order. None is from the future: it would count as the newest until then.
pub fn whole(listed: &[Listed], now: Timestamp) -> impl Iterator<Item = &Listed> {
    let is_whole = move |listed: &&Listed| {
        listed.manifest.only.is_none() && !is_from_the_future(listed.manifest.id, now)
    };
    listed.iter().filter(is_whole)
}

/// The finished backup that is meant, with its list: a named one, or the newest that this key signed, since others
/// may lie beside it. One from the future is taken only by its name.
pub(super) async fn chosen(
    objects: &Objects,
    named: Option<BackupId>,
    public: &[u8; 32],
) -> Result<(BackupId, Signed), BackupError> {
    let now = Clock::system().now();
    let candidates = match named {
        Some(id) => vec![id],
        None => objects.backups().await?,
    };
    let (mut others, all) = (0, candidates.len());
    for id in candidates.into_iter().rev() {
        if named.is_none() && is_from_the_future(id, now) {
            continue;
        }
        let Some(text) = objects.find_text(&Objects::list_of(id)).await? else { continue };
        let signed = Signed::read(id, &text)?;
        if named.is_some() || signed.is_by(public) {
            return Ok((id, signed));
        }
        others += 1;
    }
    let what = named.map_or_else(|| "finished backup".to_owned(), |id| format!("backup {id}"));
    let whose = if others > 0 {
        format!(" that this instance signed: {others} of {all} are another instance's")
    } else {
        String::new()
    };
    Err(BackupError::refused(format!(
        "there is no {what} in {}{whose}; see which there are with trackhold backup list",
        objects.name()
    )))
}
