//! Reading an upload, from any place, as often as it takes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use kernel::crypto::open;
use zeroize::Zeroizing;

use super::{CHUNK, OVERHEAD, Ticket, bound_to};
use crate::imports::trello::Source;

const SEALED: u64 = (CHUNK + OVERHEAD) as u64;

/// An upload that waits to be read.
#[derive(Debug)]
pub(in super::super) struct Spool {
    path: PathBuf,
    ticket: Ticket,
    chunks: u64,
}

impl Spool {
    pub(super) fn open(path: PathBuf, ticket: Ticket) -> io::Result<Self> {
        let length = std::fs::metadata(&path)?.len();
        Ok(Self { path, ticket, chunks: length.div_ceil(SEALED).max(1) })
    }
}

impl Source for Spool {
    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let number = offset / CHUNK as u64;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(number * SEALED))?;
        let mut reader = Reader { spool: self, file, number, plain: Zeroizing::new(Vec::new()), read: 0 };
        let skip = usize::try_from(offset % CHUNK as u64).map_err(io::Error::other)?;
        if skip > 0 {
            reader.fill()?;
            if reader.plain.len() < skip {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            reader.read = skip;
        }
        Ok(Box::new(reader))
    }

    fn seeks(&self) -> bool {
        true
    }
}

struct Reader<'s> {
    spool: &'s Spool,
    file: File,
    /// Of the chunk that comes next.
    number: u64,
    plain: Zeroizing<Vec<u8>>,
    /// How much of `plain` was given away.
    read: usize,
}

impl Reader<'_> {
    /// Opens the next chunk; nothing when all were.
    fn fill(&mut self) -> io::Result<()> {
        self.read = 0;
        if self.number >= self.spool.chunks {
            self.plain = Zeroizing::default();
            return Ok(());
        }
        let mut sealed = Vec::with_capacity(CHUNK + OVERHEAD);
        self.file.by_ref().take(SEALED).read_to_end(&mut sealed)?;
        let bound = bound_to(self.spool.ticket.id, self.number, self.number + 1 == self.spool.chunks);
        self.plain = open(&self.spool.ticket.key, &bound, &sealed)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it was changed on the disk"))?;
        self.number += 1;
        Ok(())
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.plain.len() {
            self.fill()?;
        }
        let rest = self.plain.get(self.read..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (Some(from), Some(to)) = (rest.get(..count), buffer.get_mut(..count)) else { return Ok(0) };
        to.copy_from_slice(from);
        self.read += count;
        Ok(count)
    }
}
