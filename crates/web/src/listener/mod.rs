//! Serving: HTTP/1 and 2 on one port, with a limit on everything that a client can draw out.

mod body;
mod connection;
mod places;
mod stream;
mod unreadable;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::front::Front;
use crate::settings::Settings;

pub(crate) use body::Stalled;
use places::Places;

/// The address at the other end of the connection; a proxy's, where there is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// A request's head: all headers together, and how many.
const HEAD_BYTES: usize = 32 * 1_024;
const HEAD_FIELDS: usize = 100;
const STREAMS: u32 = 128;

/// Serves until `shutdown` is ready, then finishes what is under way, for at most `timeouts.shutdown`.
pub async fn serve(
    listener: TcpListener,
    front: Front,
    settings: Arc<Settings>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let builder = Arc::new(builder(&settings));
    let free = Arc::new(Semaphore::new(settings.max_connections));
    let (finish, cut) = (CancellationToken::new(), CancellationToken::new());
    let connections = TaskTracker::new();
    let places = Places::default();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        // A place first: with all taken, further clients wait in the system's queue.
        let accepted = async {
            let place = free.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = accepted => next,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_the_clients(&error) {
                    tracing::error!(%error, "cannot accept connections");
                    // Out of descriptors, most likely: give others time to close theirs.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                continue;
            }
        };
        // A proxy's connections are those of everybody behind it.
        let is_proxy = settings.behind_proxy.iter().any(|network| network.contains(peer.ip()));
        let most = if is_proxy { usize::MAX } else { settings.max_connections_of_one };
        let Some(of_one) = places.take(peer.ip(), most) else { continue };
        let attended = connection::attend(
            builder.clone(),
            stream,
            peer,
            front.clone(),
            settings.clone(),
            finish.clone(),
        );
        let cut = cut.clone();
        connections.spawn(async move {
            let _places = (place, of_one);
            cut.run_until_cancelled_owned(attended).await;
        });
    }
    drop(listener);
    front.close();
    finish.cancel();
    connections.close();
    if tokio::time::timeout(settings.timeouts.shutdown, connections.wait()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
        cut.cancel();
        connections.wait().await;
    }
    Ok(())
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn builder(settings: &Settings) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.timeouts.head)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_FIELDS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32);
    builder
}
