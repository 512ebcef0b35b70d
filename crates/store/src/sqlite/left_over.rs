//! What a process that was killed left in the data directory.

use std::path::Path;

use crate::start::StartError;

/// Where parts of a backup are brought back to before any of them is used.
pub(crate) const RESTORING: &str = "restoring";
/// What folders in the spool begin with in which a backup is made or checked.
pub(crate) const BACKUP: &str = "backup-";

/// Refuses a folder that a restore has not finished: what is missing in it would look lost, and a new instance would
/// be made over it.
pub(super) fn refuse_unfinished(data: &Path) -> Result<(), StartError> {
    if data.join(RESTORING).exists() && !super::file(data, None).exists() {
        return Err(StartError::UnfinishedRestore(data.display().to_string()));
    }
    Ok(())
}

/// Removes what nobody will go on with.
pub(super) fn clear(data: &Path) -> Result<(), StartError> {
    let restoring = data.join(RESTORING);
    if restoring.exists() {
        std::fs::remove_dir_all(&restoring)?;
    }
    let spool = match std::fs::read_dir(data.join("spool")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        spool => spool?,
    };
    for entry in spool {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(BACKUP) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
