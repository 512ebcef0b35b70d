//! Where the bytes of an export come from, as often as they are needed.

use std::io::{self, Read};

/// An upload that can be read again from any place, such as an encrypted spool file.
///
/// The import reads it several times: twice to check it, once more for each chunk that is written.
/// Every closure `Fn() -> io::Result<impl Read>` is one; a spool that can begin anywhere without
/// reading what lies before should implement the trait itself, because a closure's stream has to
/// be read up to the place that a chunk needs.
pub trait Source {
    /// A stream that begins `offset` bytes after the start of the plain text.
    ///
    /// # Errors
    /// What opening or skipping meets; the import reports it as [`ErrorKind::Unreadable`].
    ///
    /// [`ErrorKind::Unreadable`]: super::ErrorKind::Unreadable
    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + '_>>;

    /// Whether `open_at` is cheap for every offset; if not, the import only ever reads on.
    fn seeks(&self) -> bool {
        false
    }
}

impl<F, R> Source for F
where
    F: Fn() -> io::Result<R>,
    R: Read + 'static,
{
    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut stream = self()?;
        let skipped = io::copy(&mut stream.by_ref().take(offset), &mut io::sink())?;
        if skipped < offset {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Box::new(stream))
    }
}
