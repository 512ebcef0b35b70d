//! Taking an upload in.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use kernel::crypto::{Key, seal};
use sha2::{Digest, Sha256};

use super::{CHUNK, SpoolId, Ticket, bound_to};

/// A file that is being written.
pub(in super::super) struct SpoolWriter {
    file: File,
    ticket: Ticket,
    /// Plain text of the chunk that is not full yet; a full one waits until it is known not to be
    /// the last.
    waiting: Vec<u8>,
    number: u64,
    bytes: u64,
    hash: Sha256,
    unowned: Unowned,
}

/// An upload that is whole and durable.
#[derive(Debug)]
pub(in super::super) struct Spooled {
    pub ticket: Ticket,
    /// Of plain text.
    pub bytes: u64,
    /// SHA-256 of the plain text.
    pub hash: [u8; 32],
    /// Until an import owns it, it goes away with this value.
    pub unowned: Unowned,
}

/// A file that goes away with this value, unless it is kept.
#[derive(Debug)]
pub(in super::super) struct Unowned(Option<PathBuf>);

impl Unowned {
    /// Hands the file over: this value sees to it no more.
    pub fn take(&mut self) -> Self {
        Self(self.0.take())
    }

    /// Somebody else sees to the file from now on.
    pub fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Unowned {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

impl SpoolWriter {
    pub(super) fn create(path: PathBuf, id: SpoolId) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self {
            file,
            ticket: Ticket { id, key: Key::random() },
            waiting: Vec::with_capacity(CHUNK),
            number: 0,
            bytes: 0,
            hash: Sha256::new(),
            unowned: Unowned(Some(path)),
        })
    }

    /// Bytes taken in so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Blocks on the disk.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
        while !bytes.is_empty() {
            if self.waiting.len() == CHUNK {
                self.put(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Writes the rest and waits until all of it is on the disk.
    pub fn finish(mut self) -> io::Result<Spooled> {
        self.put(true)?;
        self.file.sync_all()?;
        if let Some(folder) = self.unowned.0.as_deref().and_then(Path::parent) {
            File::open(folder)?.sync_all()?;
        }
        let Self { ticket, bytes, hash, unowned, .. } = self;
        Ok(Spooled { ticket, bytes, hash: hash.finalize().into(), unowned })
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        let bound = bound_to(self.ticket.id, self.number, last);
        let sealed = seal(&self.ticket.key, &bound, &self.waiting).map_err(io::Error::other)?;
        self.file.write_all(&sealed)?;
        zeroize::Zeroize::zeroize(&mut self.waiting);
        self.number += 1;
        Ok(())
    }
}
