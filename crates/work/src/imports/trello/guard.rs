//! The reader below the JSON parser: counts, and refuses what no parser should be fed.

use std::io::{self, Read};

use super::cursor::{Breach, Cursor};
use super::limits::Limits;

const BUFFER: usize = 64 * 1024;
/// Digits of a number, or letters of a word such as `false`.
const WORD_BYTES: u32 = 1_024;
/// Only a messenger: the cursor knows which limit it was.
const LIMIT: &str = "a limit of the import";

/// Follows strings and brackets byte by byte, so that a string of any length or a tower of
/// brackets is refused before the parser has to hold it.
///
/// The parser asks for one byte at a time; so the cursor always stands where the parser does.
pub(super) struct Guard<'a, R> {
    stream: R,
    buffer: Box<[u8]>,
    next: usize,
    end: usize,
    cursor: &'a Cursor,
    limits: &'a Limits,
    depth: u32,
    /// Bytes of the string or word under way.
    length: u32,
    inside: Inside,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Word,
    String,
    Escape,
}

impl<'a, R: Read> Guard<'a, R> {
    pub fn new(stream: R, cursor: &'a Cursor, limits: &'a Limits) -> Self {
        Self {
            stream,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            next: 0,
            end: 0,
            cursor,
            limits,
            depth: 0,
            length: 0,
            inside: Inside::Nothing,
        }
    }

    /// The first bytes of the stream, at most a buffer, without taking them.
    pub fn peek(&mut self) -> io::Result<&[u8]> {
        while self.end < 4 {
            let read = self.fill(self.end)?;
            if read == 0 {
                break;
            }
        }
        Ok(&self.buffer[self.next..self.end])
    }

    /// Passes over a byte order mark, which is no part of the first line.
    pub fn skip_mark(&mut self, bytes: usize) {
        let bytes = bytes.min(self.end - self.next);
        self.next += bytes;
        self.cursor.pass(bytes as u64);
    }

    /// Reads on to `offset`, which must not lie behind.
    pub fn skip_to(&mut self, offset: u64) -> io::Result<()> {
        let Some(ahead) = offset.checked_sub(self.cursor.offset()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let buffered = (self.end - self.next) as u64;
        if ahead <= buffered {
            self.next += ahead as usize;
        } else {
            self.next = self.end;
            let rest = ahead - buffered;
            let skipped = io::copy(&mut self.stream.by_ref().take(rest), &mut io::sink())?;
            if skipped < rest {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.cursor.jump(offset);
        self.inside = Inside::Nothing;
        self.depth = 0;
        Ok(())
    }

    fn fill(&mut self, from: usize) -> io::Result<usize> {
        loop {
            match self.stream.read(&mut self.buffer[from..]) {
                Ok(read) => {
                    self.next = if from == 0 { 0 } else { self.next };
                    self.end = from + read;
                    return Ok(read);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    #[inline]
    fn take_byte(&mut self) -> io::Result<Option<u8>> {
        if self.cursor.breach().is_some() {
            return Err(io::Error::other(LIMIT));
        }
        if self.next == self.end && self.fill(0)? == 0 {
            return Ok(None);
        }
        let byte = self.buffer[self.next];
        self.next += 1;
        self.cursor.advance(byte);
        if let Err(breach) = self.follow(byte) {
            self.cursor.break_limit(breach);
            return Err(io::Error::other(LIMIT));
        }
        Ok(Some(byte))
    }

    #[inline]
    fn follow(&mut self, byte: u8) -> Result<(), Breach> {
        match self.inside {
            Inside::String | Inside::Escape => return self.follow_string(byte),
            Inside::Nothing | Inside::Word => {}
        }
        match byte {
            b'"' => {
                self.cursor.begin_value();
                self.inside = Inside::String;
                self.length = 0;
            }
            b'{' | b'[' => {
                self.cursor.begin_value();
                self.inside = Inside::Nothing;
                self.depth += 1;
                if self.depth > self.limits.depth {
                    return Err(Breach::Depth);
                }
            }
            b'}' | b']' => {
                self.inside = Inside::Nothing;
                self.depth = self.depth.saturating_sub(1);
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => self.inside = Inside::Nothing,
            _ if self.inside == Inside::Word => {
                self.length += 1;
                if self.length > WORD_BYTES {
                    return Err(Breach::Number);
                }
            }
            _ => {
                self.cursor.begin_value();
                self.inside = Inside::Word;
                self.length = 1;
            }
        }
        if self.cursor.offset() > self.limits.file_bytes {
            return Err(Breach::File);
        }
        Ok(())
    }

    #[inline]
    fn follow_string(&mut self, byte: u8) -> Result<(), Breach> {
        self.inside = match (self.inside, byte) {
            (Inside::Escape, _) => Inside::String,
            (_, b'\\') => Inside::Escape,
            (_, b'"') => Inside::Nothing,
            _ => Inside::String,
        };
        self.length += 1;
        if self.length > self.limits.string_bytes { Err(Breach::String) } else { Ok(()) }
    }
}

impl<R: Read> Read for Guard<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(slot) = out.first_mut() else { return Ok(0) };
        match self.take_byte()? {
            Some(byte) => {
                *slot = byte;
                Ok(1)
            }
            None => Ok(0),
        }
    }
}
