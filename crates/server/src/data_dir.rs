//! The folder that one process owns.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use crate::failure::Failure;

/// Makes the folder with mode 0700, or sees that it has it. An empty one is taken as it is meant
/// and closed to others; one with something in it is not: the operator may have meant another.
pub fn prepare(data: &Path) -> Result<(), Failure> {
    let at =
        |error: std::io::Error| Failure::Other(format!("the data directory {}: {error}", data.display()));
    let metadata = match fs::metadata(data) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(at);
        }
        found => found.map_err(at)?,
    };
    if !metadata.is_dir() {
        return Err(Failure::Other(format!("the data directory {} is not a folder", data.display())));
    }
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    if fs::read_dir(data).map_err(at)?.next().is_none() {
        return fs::set_permissions(data, Permissions::from_mode(0o700)).map_err(at);
    }
    let data = data.display();
    Err(Failure::Other(format!("others can look into the data directory {data}; run: chmod 700 {data}")))
}

/// Whether a process holds the folder's lock.
pub fn is_in_use(data: &Path) -> Result<bool, Failure> {
    let path = data.join("lock");
    let at = |error: std::io::Error| Failure::Other(format!("{}: {error}", path.display()));
    let lock = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened.map_err(at)?,
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(at(error)),
    }
}

/// Whether a store was made there.
pub fn has_data(data: &Path) -> bool {
    ["control.db", "keyring"].iter().any(|name| data.join(name).exists())
}
