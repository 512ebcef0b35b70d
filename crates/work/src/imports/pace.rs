//! A body that is read one piece at a time. The multipart reader takes all that a body has ready into
//! memory before it gives anything away, which for a fast client is all of the file; and it waits for
//! the end of a part's head however long that gets.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::Stream;

/// Bytes that may be read without anything coming of it.
const MOST_UNSEEN: usize = 256 * 1024;

/// Counts what was read since the reader last gave something away.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace(Arc<AtomicUsize>);

impl Pace {
    /// Something came of what was read.
    pub fn went_on(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub fn over(&self, body: Body) -> Body {
        Body::from_stream(Paced { body: body.into_data_stream(), rests: false, unseen: self.0.clone() })
    }
}

struct Paced {
    body: BodyDataStream,
    /// After each piece, so that the reader looks at it before it asks for more.
    rests: bool,
    unseen: Arc<AtomicUsize>,
}

impl Stream for Paced {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.unseen.load(Ordering::Relaxed) > MOST_UNSEEN {
            return Poll::Ready(Some(Err("the head of a part does not end".into())));
        }
        Pin::new(&mut self.body).poll_next(context).map(|piece| {
            piece.map(|piece| {
                let bytes = piece.map_err(axum::Error::into_inner)?;
                self.rests = true;
                self.unseen.fetch_add(bytes.len(), Ordering::Relaxed);
                Ok(bytes)
            })
        })
    }
}
