//! Where an upload waits to be read: a file encrypted under a key of its own, in chunks of 64 KiB
//! that are opened one by one, so that any size is written and read in constant memory and from any
//! place. The key lies in the import's row, behind the workspace's door; without it the file is noise.
//!
//! A chunk is bound to its file, its place and whether it is the last: a file that was cut, mixed or
//! put together anew does not open.

mod folder;
mod reader;
mod writer;

pub(super) use folder::Spools;
pub(super) use reader::Spool;
pub(super) use writer::{SpoolWriter, Spooled};

use kernel::crypto::Key;

kernel::id!(pub(super) SpoolId, SpoolKind, "spool");

/// Bytes of plain text in every chunk but the last.
const CHUNK: usize = 64 * 1024;
/// Nonce and tag around each.
const OVERHEAD: usize = 12 + 16;

/// What it takes to open an upload again. Prints nothing of the key.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    pub id: SpoolId,
    pub key: Key,
}

/// What a chunk is bound to.
fn bound_to(id: SpoolId, number: u64, last: bool) -> [u8; 25] {
    let mut bytes = [0; 25];
    bytes[..16].copy_from_slice(id.uuid().as_bytes());
    bytes[16..24].copy_from_slice(&number.to_be_bytes());
    bytes[24] = last.into();
    bytes
}

#[cfg(test)]
mod tests;
