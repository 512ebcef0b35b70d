//! What happens in the caller's workspace, as it happens (Server-Sent Events, WHATWG HTML section 9.2).

mod frames;
mod places;
mod stream;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use kernel::access::Access;
use serde::Deserialize;
use utoipa::IntoParams;

pub(crate) use self::frames::Place;
pub(crate) use self::places::Places;

use self::stream::Stream;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Params, RequestContext, Signed};
use crate::failure::Failure;
use crate::routes::{Doc, Route};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
/// For proxies that would gather an answer before they pass it on.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

const ABOUT: &str = "\
A stream of Server-Sent Events: `event` is the kind (`item.updated`), `data` a JSON object with `resource`, `at`, \
`actor` and `about`, and `id` what to go on from. Whoever comes back with that as `Last-Event-ID` (or as `after`) is \
told what came in between, or `event: reset` where that is not known any more: what is shown has to be loaded anew. \
The stream ends at once when the right to it does.";

#[derive(Debug, Deserialize, IntoParams)]
struct Asked {
    /// Only what is about this board
    #[param(example = "board_01jd0000000000000000000000")]
    board: Option<String>,
    /// The `id` of an event (or of a page), behind which to begin; `Last-Event-ID` goes before it
    after: Option<String>,
}

/// `GET /api/v1/events`
pub fn route() -> Route {
    Route::get("/events", Access::SignedIn, follow).by_itself().doc(
        Doc::new("Follow what happens")
            .about(ABOUT)
            .tag("events")
            .query::<Asked>()
            .answers_other(200, "text/event-stream")
            .refuses(429),
    )
}

async fn follow(
    State(app): State<App>,
    Signed(caller): Signed,
    context: RequestContext,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
) -> Answer<Response> {
    let after = Place::of_request(headers.get(LAST_EVENT_ID), asked.after.as_deref())?;
    let place = app.streams.take(caller.user())?;
    // A place in another workspace, or in one of before a restore, is nowhere here.
    let after = after.map(|after| if after.workspace == caller.workspace() { after.number } else { -1 });
    let watch = app.store.tenant(&caller).watch(after).await.map_err(Failure::from)?;
    let stream = Stream::new(app, caller, context, &headers, watch, asked.board, place);
    let mut response = Body::from_stream(stream.frames()).into_response();
    let put = response.headers_mut();
    put.insert(CONTENT_TYPE, EVENT_STREAM);
    put.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    put.insert(BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}
