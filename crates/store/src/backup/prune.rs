//! Backups end.

use std::time::Duration;

use kernel::Timestamp;

use super::error::BackupError;
use super::keyring;
use super::list::Listed;
use super::manifest::BackupId;
use super::objects::Objects;
use super::ours::Ours;
use super::place::Place;

/// What has no list for so long will get none: whoever was to write it was killed.
const UNFINISHED: Duration = Duration::from_secs(24 * 3_600);

/// However old they are: a clock that jumps does not leave the one backup that it dates alone.
const LEAST: usize = 7;

/// Deletes this instance's backups that are older than `keep`, and what was not finished within a day. Never the
/// newest seven, nor the newest one that was checked, nor the newest one that holds what the newest lacks. Of
/// saved keyrings in this place the newest stays. Gives the number of backups deleted.
pub async fn prune(place: &Place, ours: &Ours, keep: Duration, now: Timestamp) -> Result<usize, BackupError> {
    let objects = Objects::open(place)?;
    for id in objects.backups().await? {
        // What cannot be told now is left for another time.
        let is_unfinished = matches!(objects.find_text(&Objects::list_of(id)).await, Ok(None));
        if is_unfinished && is_over(id, UNFINISHED, now) {
            objects.delete_backup(id).await?;
        }
    }
    let finished = ours.list(place).await?;
    let mut kept: Vec<BackupId> = finished.iter().take(LEAST).map(|listed| listed.manifest.id).collect();
    kept.extend(finished.iter().find(|listed| listed.certificate.is_some()).map(|listed| listed.manifest.id));
    kept.extend(last_of_what_is_lacking(&finished));
    let mut deleted = 0;
    for id in finished.iter().map(|listed| listed.manifest.id) {
        if is_over(id, keep, now) && !kept.contains(&id) {
            objects.delete_backup(id).await?;
            deleted += 1;
        }
    }
    // The newest whole one stays as well: it has the keys of older backups.
    let keyrings = keyring::ours(&objects, ours).await?;
    let newest = keyrings.iter().rev().find(|(_, is_whole)| *is_whole).map(|(id, _)| *id);
    for (id, _) in keyrings {
        if is_over(id, keep, now) && newest != Some(id) {
            objects.delete(&Objects::keyring(id)).await?;
        }
    }
    Ok(deleted)
}

/// A workspace that cannot be saved any more: its last copy.
fn last_of_what_is_lacking(finished: &[Listed]) -> Vec<BackupId> {
    let lacking = finished.first().map(|newest| newest.manifest.failed.as_slice()).unwrap_or_default();
    let last = |scope: &str| {
        let holds = |listed: &&Listed| listed.manifest.parts.iter().any(|part| part.scope == scope);
        finished.iter().find(holds).map(|listed| listed.manifest.id)
    };
    lacking.iter().filter_map(|failed| last(&failed.scope)).collect()
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

    #[test]
    fn the_last_copy_of_what_cannot_be_saved_any_more_stays() {
        let all = [backup(4, &["a"], &["b", "c"]), backup(2, &["a", "b"], &[]), backup(1, &["a", "b"], &[])];
        assert_eq!(last_of_what_is_lacking(&all), [all[1].manifest.id]);
        assert!(last_of_what_is_lacking(&all[1..]).is_empty());
        assert!(last_of_what_is_lacking(&[]).is_empty());
    }
}
