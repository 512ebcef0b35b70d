//! Backups end.

use std::time::Duration;

use kernel::Timestamp;

use super::error::BackupError;
use super::list;
use super::manifest::{BackupId, Manifest, Signed};
use super::objects::Objects;
use super::place::Place;

/// What has no list for so long will get none: whoever was to write it was killed.
const UNFINISHED: Duration = Duration::from_secs(24 * 3_600);

/// Deletes backups that are older than `keep`, and what was not finished within a day. Never the newest, nor the
/// newest one that was checked, nor the newest one that holds what the newest lacks. Of saved keyrings in this place the newest stays as well: it has the keys
/// of older backups. Gives the number of backups deleted.
pub async fn prune(place: &Place, keep: Duration, now: Timestamp) -> Result<usize, BackupError> {
    let objects = Objects::open(place)?;
    let (mut finished, mut unfinished) = (Vec::new(), Vec::new());
    for id in objects.backups().await? {
        match objects.find_text(&Objects::list_of(id)).await? {
            Some(text) => {
                finished.push((id, Signed::read(id, &text).and_then(|list| list.unchecked(id)).ok()))
            }
            None => unfinished.push(id),
        }
    }
    for id in unfinished {
        if is_over(id, UNFINISHED, now) {
            objects.delete_backup(id).await?;
        }
    }
    let mut checked = None;
    for (id, _) in finished.iter().rev() {
        if list::certificate(&objects, *id).await?.is_some() {
            checked = Some(*id);
            break;
        }
    }
    let mut kept: Vec<BackupId> = finished.last().map(|(id, _)| *id).into_iter().chain(checked).collect();
    kept.extend(last_of_what_is_lacking(&finished));
    let mut deleted = 0;
    for (id, _) in finished {
        if is_over(id, keep, now) && !kept.contains(&id) {
            objects.delete_backup(id).await?;
            deleted += 1;
        }
    }
    let mut keyrings = objects.keyrings().await?;
    keyrings.pop();
    for id in keyrings {
        if is_over(id, keep, now) && checked != Some(id) {
            objects.delete(&Objects::keyring(id)).await?;
        }
    }
    Ok(deleted)
}

/// A workspace that cannot be saved any more: its last copy.
fn last_of_what_is_lacking(finished: &[(BackupId, Option<Manifest>)]) -> Vec<BackupId> {
    let newest = finished.iter().rev().find_map(|(_, list)| list.as_ref());
    let lacking = newest.map(|list| list.failed.as_slice()).unwrap_or_default();
    let holds = |list: &Option<Manifest>, scope: &str| {
        list.as_ref().is_some_and(|list| list.parts.iter().any(|part| part.scope == scope))
    };
    let last = |scope: &str| finished.iter().rev().find(|(_, list)| holds(list, scope)).map(|(id, _)| *id);
    lacking.iter().filter_map(|failed| last(&failed.scope)).collect()
}

/// An id says when it was made: RFC 9562 section 5.7.
fn is_over(id: BackupId, keep: Duration, now: Timestamp) -> bool {
    let Some(made) = id.uuid().get_timestamp() else { return false };
    let (seconds, nanos) = made.to_unix();
    let made = Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.since(made.plus(Duration::from_nanos(nanos.into()))) > keep
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::manifest::{Failed, Part};
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

    fn backup(second: i64, holds: &[&str], lacks: &[&str]) -> (BackupId, Option<Manifest>) {
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
        (id, Some(manifest))
    }

    #[test]
    fn the_last_copy_of_what_cannot_be_saved_any_more_stays() {
        let all = [
            backup(1, &["a", "b"], &[]),
            backup(2, &["a", "b"], &[]),
            (BackupId::new(Timestamp::from_seconds(3)), None),
            backup(4, &["a"], &["b", "c"]),
        ];
        assert_eq!(last_of_what_is_lacking(&all), [all[1].0]);
        assert!(last_of_what_is_lacking(&all[..2]).is_empty());
        assert!(last_of_what_is_lacking(&[]).is_empty());
    }
}
