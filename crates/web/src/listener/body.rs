//! A body whose sender may not dawdle.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

/// Nothing of the body came for too long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stalled;

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body stopped coming")
    }
}

impl std::error::Error for Stalled {}

/// Bytes a second that a body has to come with on the whole, once it has taken longer than `idle`: a
/// byte every now and then would hold a place for ever.
const SLOWEST: u64 = 500;

/// Fails when the next piece takes longer than `idle`, or all of them too long. The timer exists only
/// while a piece is waited for.
pub(crate) struct Timed {
    body: Incoming,
    idle: Duration,
    begun: Instant,
    received: u64,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Timed {
    /// Most requests have no body and pay for none.
    pub(crate) fn around(body: Incoming, idle: Duration) -> Body {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(Self { body, idle, begun: Instant::now(), received: 0, waiting: None })
    }

    fn dawdles(&mut self, frame: &Frame<Bytes>) -> bool {
        self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
        let taken = self.begun.elapsed();
        taken > self.idle && self.received < taken.as_secs() * SLOWEST
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.waiting = None;
            return Poll::Ready(frame.map(|frame| match frame {
                Ok(frame) if this.dawdles(&frame) => Err(Stalled.into()),
                frame => frame.map_err(Into::into),
            }));
        }
        let timer = this.waiting.get_or_insert_with(|| Box::pin(sleep(this.idle)));
        timer.as_mut().poll(cx).map(|()| Some(Err(Stalled.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
