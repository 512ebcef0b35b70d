//! One connection, to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Peer;
use super::body::Timed;
use super::stream::Patient;
use super::unreadable::Dressed;
use crate::front::Front;
use crate::settings::Settings;

/// What goes on in a connection. HTTP/1 ends an idle one by itself; HTTP/2 would keep it for ever.
#[derive(Default)]
pub(super) struct Activity {
    answering: AtomicUsize,
    asked: AtomicBool,
}

impl Activity {
    pub(super) fn is_answering(&self) -> bool {
        self.answering.load(Ordering::Relaxed) > 0
    }

    /// Whether nothing was under way since this was asked last.
    fn was_idle(&self) -> bool {
        !self.asked.swap(false, Ordering::Relaxed) && !self.is_answering()
    }
}

/// An answer under way, until the last of its body has left.
struct UnderWay(Arc<Activity>);

impl UnderWay {
    fn begin(activity: &Arc<Activity>) -> Self {
        activity.asked.store(true, Ordering::Relaxed);
        activity.answering.fetch_add(1, Ordering::Relaxed);
        Self(activity.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) async fn attend(
    builder: Arc<Builder<TokioExecutor>>,
    stream: TcpStream,
    peer: SocketAddr,
    front: Front,
    settings: Arc<Settings>,
    finish: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let timeouts = &settings.timeouts;
    let activity = Arc::new(Activity::default());
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let front = front.clone();
        let under_way = UnderWay::begin(&activity);
        let mut request = request.map(|body| Timed::around(body, timeouts.body_idle));
        request.extensions_mut().insert(Peer(peer));
        async move {
            let response: Response = front.answer(request).await;
            Ok::<_, Infallible>(response.map(|body| Counted { body, _under_way: under_way }))
        }
    });
    let stream = TokioIo::new(Patient::new(stream, timeouts.head, timeouts.write_idle));
    let stream = Dressed::new(stream, front.clone(), activity.clone());
    let mut connection = std::pin::pin!(builder.serve_connection(stream, service));
    let mut ticks = interval(timeouts.connection_idle);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    let mut finishing = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended");
                }
                return;
            }
            () = finish.cancelled(), if !finishing => finishing = true,
            _ = ticks.tick(), if !finishing => finishing = activity.was_idle(),
        }
        if finishing {
            connection.as_mut().graceful_shutdown();
        }
    }
}

/// A body that says when it is gone.
struct Counted {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
