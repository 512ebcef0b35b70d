//! A head that cannot be read is answered by hyper itself, with a bare status. Here that answer gets the form
//! that all have, on its way out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use http::StatusCode;
use hyper::rt::{Read, ReadBufCursor, Write};

use super::connection::Activity;
use crate::front::Front;

/// What hyper writes while no answer is under way and all of the earlier ones have left is its own.
pub(super) struct Dressed<S> {
    stream: S,
    front: Front,
    activity: Arc<Activity>,
    /// Nothing that was written waits to leave.
    flushed: bool,
    /// Of an answer in hyper's place: what has not been written yet.
    instead: Bytes,
}

impl<S: Write + Unpin> Dressed<S> {
    pub(super) const fn new(stream: S, front: Front, activity: Arc<Activity>) -> Self {
        Self { stream, front, activity, flushed: true, instead: Bytes::new() }
    }

    /// Takes hyper's own answer out of its hands, if this is one.
    fn takes(&mut self, written: &[u8]) -> bool {
        if !self.flushed || self.activity.is_answering() {
            return false;
        }
        let Some(status) = refusal(written) else { return false };
        self.instead = self.front.unreadable(status).into();
        true
    }

    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.instead))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let _ = self.instead.split_to(written);
        }
        Poll::Ready(Ok(()))
    }
}

/// On every answer of ours, also one whose body is empty and which is written in one piece.
const OURS: &[u8] = b"\r\nx-request-id: ";

/// The status of a whole HTTP/1 head that refuses something and is not ours.
fn refusal(written: &[u8]) -> Option<StatusCode> {
    let rest = written.strip_prefix(b"HTTP/1.")?;
    let status = StatusCode::from_bytes(rest.get(2..5)?).ok()?;
    let ours = written.windows(OURS.len()).any(|part| part == OURS);
    (status.is_client_error() && !ours && written.ends_with(b"\r\n\r\n")).then_some(status)
}

impl<S: Read + Unpin> Read for Dressed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: Write + Unpin> Write for Dressed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(cx))?;
        if self.takes(buf) {
            return Poll::Ready(Ok(buf.len()));
        }
        self.flushed = false;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(cx))?;
        if let [only] = bufs
            && self.takes(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        self.flushed = false;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.flushed = true;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
