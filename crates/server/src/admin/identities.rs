//! The identities that came over the socket, for the one who opens a backup with them.

use std::fs::{File, Permissions};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kernel::crypto::SecretText;
use rustix::fs::MemfdFlags;
use store::backup::Identities;

use crate::failure::Failure;

/// As the store reads them, from a file; this one is in memory and has no name, so that no disk keeps it.
pub(super) fn read(text: &SecretText) -> Result<Identities, Failure> {
    let memory = rustix::fs::memfd_create("identities", MemfdFlags::CLOEXEC).map_err(Failure::other)?;
    let mut file = File::from(memory);
    file.set_permissions(Permissions::from_mode(0o600)).map_err(Failure::other)?;
    file.write_all(text.expose().as_bytes()).map_err(Failure::other)?;
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(Identities::read(Path::new(&path))?)
}
