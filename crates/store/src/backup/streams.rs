//! Between what waits and what blocks: bytes are handed over in chunks, so that a file of any size passes through
//! a little memory, and are counted and hashed on their way.

use std::io::{self, Read, Write};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use kernel::crypto::hex;
use object_store::{GetResult, GetResultPayload};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::progress::Progress;

pub(super) const CHUNK: usize = 256 << 10;
/// Chunks that wait to be taken.
pub(super) const AHEAD: usize = 4;

/// What passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Passed {
    fn new(size: u64, hash: Sha256) -> Self {
        let hash: [u8; 32] = hash.finalize().into();
        Self { size, sha256: hex(&hash) }
    }
}

/// Hands over what is written.
pub(super) struct Outlet {
    out: mpsc::Sender<Bytes>,
    chunk: Vec<u8>,
    hash: Sha256,
    size: u64,
}

impl Outlet {
    pub(super) fn new(out: mpsc::Sender<Bytes>) -> Self {
        Self { out, chunk: Vec::with_capacity(CHUNK), hash: Sha256::new(), size: 0 }
    }

    fn send(&mut self) -> io::Result<()> {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        self.out.blocking_send(chunk.into()).map_err(|_| io::Error::other("nobody takes what is written"))
    }

    pub(super) fn end(mut self) -> io::Result<Passed> {
        self.send()?;
        Ok(Passed::new(self.size, self.hash))
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Chunk = object_store::Result<Bytes>;

/// What was asked for, to be read where blocking is allowed.
pub(super) fn inlet(found: GetResult) -> Box<dyn Read + Send> {
    let mut stream = match found.payload {
        GetResultPayload::File(file, _) => return Box::new(file),
        GetResultPayload::Stream(stream) => stream,
    };
    let (out, chunks) = mpsc::channel::<Chunk>(AHEAD);
    tokio::spawn(async move {
        while let Some(chunk) = stream.next().await {
            if out.send(chunk).await.is_err() {
                return;
            }
        }
    });
    Box::new(Inlet { chunks, chunk: Bytes::new() })
}

struct Inlet {
    chunks: mpsc::Receiver<Chunk>,
    chunk: Bytes,
}

impl Read for Inlet {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.chunks.blocking_recv() {
                None => return Ok(0),
                Some(chunk) => self.chunk = chunk.map_err(io::Error::other)?,
            }
        }
        let taken = self.chunk.split_to(into.len().min(self.chunk.len()));
        into[..taken.len()].copy_from_slice(&taken);
        Ok(taken.len())
    }
}

/// Counts and hashes what is read.
pub(super) struct Passing<R> {
    inner: R,
    hash: Sha256,
    size: u64,
    progress: Arc<dyn Progress>,
}

impl<R: Read> Passing<R> {
    pub(super) fn new(inner: R, progress: Arc<dyn Progress>) -> Self {
        Self { inner, hash: Sha256::new(), size: 0, progress }
    }

    /// Reads to the end, so that what passed is all of it.
    pub(super) fn end(mut self) -> io::Result<Passed> {
        let mut buffer = vec![0; CHUNK];
        while self.read(&mut buffer)? > 0 {}
        Ok(Passed::new(self.size, self.hash))
    }
}

impl<R: Read> Read for Passing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        self.hash.update(&into[..length]);
        self.size += length as u64;
        self.progress.bytes(length as u64);
        Ok(length)
    }
}
