//! Room, and whether one disk holds both the data and its backups.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::finding::Finding;
use crate::admin::Operations;
use crate::backups::{directory, told};

const MIB: u64 = 1024 * 1024;
/// SQLite and a log need some to end well.
const LEAST: u64 = 100 * MIB;
const FEW: u64 = 1024 * MIB;

pub(super) async fn examine(operations: &Operations) -> Vec<Finding> {
    let config = &operations.config;
    let backups = config.backup.to.as_deref().and_then(directory).map(|place| existing(&place));
    let data = existing(&config.data);
    let mut found = vec![room("free_space", &data, 0)];
    if let Some(place) = &config.backup.to {
        found.push(apart(place, &data, backups.as_deref(), config.is_embedded()));
    }
    if let Some(backups) = backups {
        let overview = operations.backups.overview().await;
        let size = overview.newest.map_or(0, |latest| told::bytes(&latest.manifest));
        // The next one is made before the oldest goes.
        found.push(room("free_space_for_backups", &backups, size.saturating_mul(2)));
    }
    found
}

fn room(check: &str, folder: &Path, needed: u64) -> Finding {
    let shown = folder.display();
    let free = match rustix::fs::statvfs(folder) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => {
            return Finding::warning(
                check,
                format!("{shown}: {error}"),
                "See whether this directory can be reached.",
            );
        }
    };
    let says = format!("{} MiB are free in {shown}", free / MIB);
    let mend = "Make room, or give it a larger disk: nothing can be written to a full one.";
    if free < LEAST || free < needed / 2 {
        Finding::problem(check, says, mend)
    } else if free < FEW || free < needed {
        Finding::warning(check, says, mend)
    } else {
        Finding::ok(check, says)
    }
}

fn apart(place: &str, data: &Path, backups: Option<&Path>, embedded: bool) -> Finding {
    const CHECK: &str = "backup_place";
    let Some(backups) = backups else {
        return Finding::ok(CHECK, format!("{place} is not on this machine"));
    };
    if !embedded {
        let mend = "See that this disk is not the database's, or name a bucket by backup_to.";
        return Finding::warning(CHECK, format!("{place} is a directory of this machine"), mend);
    }
    match (device(data), device(backups)) {
        (Some(one), Some(other)) if one != other => {
            Finding::ok(CHECK, format!("{place} is on another disk than the data"))
        }
        _ => Finding::warning(
            CHECK,
            format!("{place} is on the same disk as the data, and is lost with it"),
            "Name a place on another machine, such as s3://BUCKET/PREFIX, by backup_to.",
        ),
    }
}

fn device(folder: &Path) -> Option<u64> {
    fs::metadata(folder).ok().map(|found| found.dev())
}

/// The folder itself, or the nearest one above it that is there already.
fn existing(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().find(|folder| folder.exists()).unwrap_or(&folder).to_owned()
}
