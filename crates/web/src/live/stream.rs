//! One stream, to its end: until the client goes, the right to it ends, or the server stops.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream as Frames;
use futures_util::stream::unfold;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use kernel::access::Caller;
use kernel::event::Event;
use store::{Seen, Watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::frames::{self, Place};
use super::places::Taken;
use crate::app::App;
use crate::extract::RequestContext;
use crate::routes::guard;

const BEAT: Duration = Duration::from_secs(15);
/// The right is looked at when an event says that it may have ended, and so often for what no event tells:
/// that its time is over.
const LOOK: Duration = Duration::from_secs(30);

#[derive(PartialEq, Eq)]
enum Right {
    There,
    Ended,
    /// The store does not answer.
    Unknown,
}

pub(super) struct Stream {
    app: App,
    caller: Caller,
    context: RequestContext,
    /// What the caller came in with.
    credential: HeaderMap,
    watch: Watch,
    board: Option<String>,
    beat: Interval,
    look: Interval,
    begun: bool,
    /// The number that the client has been told last.
    said: i64,
    _place: Taken,
}

impl Stream {
    pub(super) fn new(
        app: App,
        caller: Caller,
        context: RequestContext,
        headers: &HeaderMap,
        watch: Watch,
        board: Option<String>,
        place: Taken,
    ) -> Self {
        let mut credential = HeaderMap::new();
        for name in [AUTHORIZATION, COOKIE] {
            for value in headers.get_all(&name) {
                credential.append(&name, value.clone());
            }
        }
        let (beat, look) = (every(BEAT), every(LOOK));
        let said = watch.last();
        Self { app, caller, context, credential, watch, board, beat, look, begun: false, said, _place: place }
    }

    pub(super) fn frames(self) -> impl Frames<Item = Result<Bytes, Infallible>> + Send {
        unfold(self, async |mut stream: Self| stream.next().await.map(|frame| (Ok(frame), stream)))
    }

    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.begun, true) {
            // Between the guard's look and the first event to come, the right may have ended.
            return self.is_still_allowed().await.then(|| frames::beginning(self.place()));
        }
        let closing = self.app.closing.clone();
        loop {
            tokio::select! {
                biased;
                () = closing.cancelled() => return None,
                _ = self.look.tick() => if self.right().await == Right::Ended {
                    return None;
                },
                seen = self.watch.next() => match seen {
                    // Among what is not told may be the end of this right.
                    Ok(Seen::Missed) => {
                        return self.is_still_allowed().await.then(|| frames::reset(self.place()));
                    }
                    Ok(Seen::Event(event)) => {
                        if event.concerns(self.caller.user()) && !self.is_still_allowed().await {
                            return None;
                        }
                        if self.shows(&event) {
                            self.said = event.number;
                            return frames::event(&event).ok();
                        }
                    }
                    Err(error) => {
                        // The client comes back, and goes on where it was.
                        tracing::debug!(%error, "a stream of events ended");
                        return None;
                    }
                },
                _ = self.beat.tick() => return Some(self.beat()),
            }
        }
    }

    fn place(&self) -> Place {
        Place { workspace: self.caller.workspace(), number: self.watch.last() }
    }

    fn shows(&self, event: &Event) -> bool {
        let may = event.asks().is_some_and(|(area, level)| self.caller.may(area, level));
        may && self.board.as_ref().is_none_or(|board| event.is_about("board", board))
    }

    /// Keeps what is in between from taking the connection for dead, and the client's place from staying behind what
    /// it was not shown.
    fn beat(&mut self) -> Bytes {
        let place = self.place();
        if std::mem::replace(&mut self.said, place.number) == place.number {
            frames::BEAT
        } else {
            frames::place(place)
        }
    }

    /// Where something says that it may have ended, only a yes is one.
    async fn is_still_allowed(&self) -> bool {
        self.right().await == Right::There
    }

    /// Another role begins another stream, which shows what that one may see.
    async fn right(&self) -> Right {
        match guard::look_again(&self.app, &self.context.0, &self.credential).await {
            Ok(Some(now))
                if now.user() == self.caller.user()
                    && now.workspace() == self.caller.workspace()
                    && now.role() == self.caller.role()
                    && !now.lacks_factor() =>
            {
                Right::There
            }
            Ok(_) => Right::Ended,
            // All streams ending at once would ask for more of what is short already.
            Err(error) => {
                tracing::debug!(%error, "nobody can say whether a stream may go on");
                Right::Unknown
            }
        }
    }
}

/// Not all streams at once: after a restart they begin together.
fn every(period: Duration) -> Interval {
    let first = period.mul_f64(0.5 + frames::chance() / 2.0);
    let mut interval = interval_at(Instant::now() + first, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
