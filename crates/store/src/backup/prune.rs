//! Backups end.

use std::time::Duration;

use kernel::Timestamp;

use super::error::BackupError;
use super::keyring;
use super::list::{Listed, is_from_the_future, whole};
use super::manifest::BackupId;
use super::objects::Objects;
use super::ours::{Found, Ours};
use super::place::Place;

/// What has no list for so long will get none: whoever was to write it was killed.
const UNFINISHED: Duration = Duration::from_secs(24 * 3_600);

/// However old they are: a clock that jumps does not leave the one backup that it dates alone.
const LEAST: usize = 7;

/// Deletes this instance's backups that are older than `keep`, with their keyrings, and what was not finished within
/// a day. Of those that hold everything the newest seven stay, the newest one that was checked, and the newest one
/// that holds what one of the seven lacks; of whole keyrings the newest. Where anything cannot be told, nothing is
/// deleted. Gives the number of backups deleted.
pub async fn prune(
    place: &Place,
    keyrings: Option<&Place>,
    ours: &Ours,
    keep: Duration,
    now: Timestamp,
) -> Result<usize, BackupError> {
    let objects = Objects::open(place)?;
    let (mut own, mut unfinished, mut is_shared) = (Vec::new(), Vec::new(), false);
    for (id, found) in ours.look(&objects).await? {
        match found? {
            Found::Own(listed) => own.push(*listed),
            Found::Other => is_shared = true,
            Found::Unfinished => unfinished.push(id),
        }
    }
    // It may be another instance's, and its clock right.
    unfinished.retain(|id| !is_shared && is_over(*id, UNFINISHED, now));
    for id in unfinished {
        objects.delete_backup(id).await?;
    }
    let ending = Ending { keep, now, is_proven: is_proven_now(&own, now) };
    let kept = kept(&own, now);
    let (over, left): (Vec<_>, Vec<_>) =
        own.iter().map(|listed| listed.manifest.id).partition(|id| ending.is_over(*id) && !kept.contains(id));
    for id in &over {
        objects.delete_backup(*id).await?;
    }
    if let Some(place) = keyrings.filter(|place| place.is_there()) {
        prune_keyrings(&Objects::open(place)?, ours, &ending, &left).await?;
    }
    Ok(over.len())
}

/// A keyring stays with its backup: a key that was lost since is in no later one.
async fn prune_keyrings(
    objects: &Objects,
    ours: &Ours,
    ending: &Ending,
    left: &[BackupId],
) -> Result<(), BackupError> {
    let keyrings = keyring::ours(objects, ours).await?;
    let is_good = |(id, is_whole): &&(BackupId, bool)| *is_whole && !is_from_the_future(*id, ending.now);
    let newest = keyrings.iter().rev().find(is_good).map(|(id, _)| *id);
    for (id, _) in keyrings {
        if ending.is_over(id) && newest != Some(id) && !left.contains(&id) {
            objects.delete(&Objects::keyring(id)).await?;
        }
    }
    Ok(())
}

/// When something ends.
struct Ending {
    keep: Duration,
    now: Timestamp,
    /// Whatever is there was saved and checked today.
    is_proven: bool,
}

impl Ending {
    /// What a wrong clock dated into the future ends as soon as it is not needed: its own time may never come.
    fn is_over(&self, id: BackupId) -> bool {
        if is_from_the_future(id, self.now) { self.is_proven } else { is_over(id, self.keep, self.now) }
    }
}

fn is_proven_now(own: &[Listed], now: Timestamp) -> bool {
    let newest = whole(own, now).next();
    newest.is_some_and(|newest| newest.certificate.is_some() && !is_over(newest.manifest.id, UNFINISHED, now))
}

fn kept(own: &[Listed], now: Timestamp) -> Vec<BackupId> {
    let newest: Vec<&Listed> = whole(own, now).take(LEAST).collect();
    let checked = whole(own, now).find(|listed| listed.certificate.is_some());
    let kept = newest.iter().copied().chain(checked).map(|listed| listed.manifest.id);
    kept.chain(last_of_what_is_lacking(&newest, own)).collect()
}

/// Workspaces that could not be saved of late, and may never be: the last copy of each.
fn last_of_what_is_lacking(newest: &[&Listed], own: &[Listed]) -> Vec<BackupId> {
    let lacking = newest.iter().flat_map(|listed| &listed.manifest.failed);
    let last = |scope: &str| {
        let holds = |listed: &&Listed| listed.manifest.parts.iter().any(|part| part.scope == scope);
        own.iter().find(holds).map(|listed| listed.manifest.id)
    };
    lacking.filter_map(|failed| last(&failed.scope)).collect()
}

fn is_over(id: BackupId, keep: Duration, now: Timestamp) -> bool {
    id.made_at().is_some_and(|made| now.since(made) > keep)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::manifest::{Failed, Manifest, Part};
    use super::*;

    fn part(scope: &str) -> Part {
        Part {
            scope: scope.into(),
            file: String::new(),
            size: 0,
            sha256: String::new(),
            rows: 0,
            digest: String::new(),
            records: 0,
            head: String::new(),
            tables: BTreeMap::new(),
        }
    }

    fn backup(second: i64, holds: &[&str], lacks: &[&str]) -> Listed {
        let made_at = Timestamp::from_seconds(second);
        let id = BackupId::new(made_at);
        let failed = |scope: &&str| Failed { scope: (*scope).into(), why: String::new() };
        let manifest = Manifest {
            id,
            made_at,
            took_ms: 0,
            version: String::new(),
            schema: 0,
            only: None,
            sealed_for: String::new(),
            keyring_saved: true,
            parts: holds.iter().map(|scope| part(scope)).collect(),
            failed: lacks.iter().map(failed).collect(),
            erased: Vec::new(),
        };
        Listed { manifest, certificate: None }
    }

    const DAY: i64 = 24 * 3_600;

    #[test]
    fn the_last_copy_of_what_cannot_be_saved_any_more_stays() {
        let all = [backup(4, &["a"], &["b", "c"]), backup(2, &["a", "b"], &[]), backup(1, &["a", "b"], &[])];
        let last = |all: &[Listed]| last_of_what_is_lacking(&all.iter().collect::<Vec<_>>(), all);
        assert_eq!(last(&all), [all[1].manifest.id]);
        assert!(last(&all[1..]).is_empty() && last(&[]).is_empty());
    }

    #[test]
    fn neither_one_workspace_nor_another_century_is_the_newest() {
        let now = Timestamp::from_seconds(100 * DAY);
        let lacking = backup(100 * DAY, &["a"], &["b"]);
        let last = backup(2 * DAY, &["a", "b"], &[]);
        let mut alone = backup(100 * DAY + 1, &["a"], &[]);
        alone.manifest.only = Some(kernel::WorkspaceId::new(now));
        let ahead = backup(40_000 * DAY, &["a"], &[]);
        let [ahead_id, alone_id] = [ahead.manifest.id, alone.manifest.id];
        let (newest, copy) = (lacking.manifest.id, last.manifest.id);
        let mut own = vec![ahead, alone];
        own.extend((0..9).map(|_| lacking.clone()));
        own.push(last);
        let kept = kept(&own, now);
        assert!(kept.contains(&newest) && kept.contains(&copy), "{kept:?}");
        assert!(!kept.contains(&ahead_id) && !kept.contains(&alone_id), "{kept:?}");
    }

    #[test]
    fn what_is_from_the_future_ends_once_today_is_proven() {
        let now = Timestamp::from_seconds(100 * DAY);
        let ahead = BackupId::new(Timestamp::from_seconds(40_000 * DAY));
        let ending = |is_proven| Ending { keep: Duration::from_secs(3_600), now, is_proven };
        assert!(ending(true).is_over(ahead) && !ending(false).is_over(ahead));
        let today = backup(100 * DAY - 60, &["a"], &[]);
        assert!(!is_proven_now(std::slice::from_ref(&today), now), "nobody checked it");
        assert!(!ending(true).is_over(today.manifest.id));
    }
}
