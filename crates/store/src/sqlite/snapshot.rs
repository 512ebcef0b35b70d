//! One moment of a file that others write to.

use std::path::Path;

use kernel::crypto::Key;
use rusqlite::OpenFlags;
use rusqlite::backup::{Backup, StepResult};

use super::connection::{Mode, SqliteConnection, keyed};
use crate::start::StartError;

/// Pages of 4 KiB between two looks around.
const STEP: i32 = 1_024;
const PAGE: u64 = 4_096;

/// Copies a file as it is now into one that is not there yet, under the same key; `seen` is told of bytes. Writers
/// go on meanwhile. Blocks.
pub(crate) fn take(from: &Path, to: &Path, key: &Key, mut seen: impl FnMut(u64)) -> Result<(), StartError> {
    let unreadable = |error: rusqlite::Error| StartError::unreadable(from, &error);
    let source = SqliteConnection::open(from, key, Mode::Read)?.into_raw();
    // A read that stays open: otherwise each change by somebody else would make the copy begin anew.
    source
        .execute_batch("BEGIN")
        .and_then(|()| source.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())))
        .map_err(unreadable)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = keyed(to, key, flags).map_err(|error| StartError::unreadable(to, &error))?;
    // Whatever a crash leaves of it is thrown away.
    target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;").map_err(unreadable)?;
    let copying = Backup::new(&source, &mut target).map_err(unreadable)?;
    let mut left = None;
    loop {
        let step = copying.step(STEP).map_err(unreadable)?;
        let now = copying.progress();
        let done = left.unwrap_or(now.pagecount) - now.remaining;
        left = Some(now.remaining);
        seen(u64::try_from(done).unwrap_or(0) * PAGE);
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // Nobody else has the target, and a reader of the source waits for nobody.
            _ => return Err(StartError::Unreadable { path: from.to_owned(), cause: "it is locked".into() }),
        }
    }
}
