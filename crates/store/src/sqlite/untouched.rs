//! A file that is read and stays as it is, byte by byte, and so do the files beside it.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use kernel::crypto::Key;
use rusqlite::{Connection, OpenFlags};

use super::connection::keyed;
use crate::start::StartError;

/// Opens a file that no other process uses: whoever calls holds the folder's lock. All that is read by the
/// connection is of one moment. Blocks.
pub(crate) fn open(path: &Path, key: &Key) -> Result<Connection, StartError> {
    let path = std::fs::canonicalize(path)
        .map_err(|error| StartError::Unreadable { path: path.to_owned(), cause: error.to_string() })?;
    let uri = uri(&path, how(&path)?);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let unreadable = |error: rusqlite::Error| StartError::unreadable(&path, &error);
    let connection = keyed(Path::new(&uri), key, flags).map_err(unreadable)?;
    // temp_store: temporary files would hold rows in clear. BEGIN: a log that was left is read through once.
    connection
        .execute_batch(
            "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; BEGIN;",
        )
        .map_err(unreadable)?;
    Ok(connection)
}

/// What SQLite has to be told so that it writes nothing.
fn how(path: &Path) -> Result<&'static str, StartError> {
    let log_is_empty = match std::fs::metadata(beside(path, "-wal")) {
        Ok(log) => log.len() == 0,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.into()),
    };
    Ok(if log_is_empty {
        // All is in the file itself: neither a log nor its index is looked for, or made.
        "immutable=1"
    } else if beside(path, "-shm").exists() {
        // What a kill left: the log is honoured, and indexed in memory.
        "mode=ro&readonly_shm=1"
    } else {
        // The log was brought here without its index, which SQLite makes anew beside it.
        "mode=ro"
    })
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// <https://www.sqlite.org/uri.html>: all but letters, digits and a few signs as `%xx`.
fn uri(path: &Path, how: &str) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing into a text does not fail.
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri.push('?');
    uri.push_str(how);
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_is_taken_for_a_setting() {
        let uri = uri(Path::new("/a b/c?d#e%/ü.db"), "immutable=1");
        assert_eq!(uri, "file:/a%20b/c%3fd%23e%25/%c3%bc.db?immutable=1");
    }
}
