//! Where somebody begins: at the board that they looked at last. Their browser remembers which.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use kernel::Error;
use web::{Answer, App, Settings, Signed, cookie, see_other};

use crate::boards::{self, BoardId};
use crate::page::board::url;

const NAME: &str = "board";
const KEPT: Duration = Duration::from_secs(365 * 24 * 3_600);

/// GET /
pub(super) async fn start(
    State(app): State<App>,
    Signed(caller): Signed,
    headers: HeaderMap,
) -> Answer<Response> {
    let last: Option<BoardId> = cookie::value(&headers, NAME).and_then(|id| id.parse().ok());
    let Some(last) = last else { return Ok(see_other("/projects")) };
    // It may be gone by now, or another workspace's.
    match app.store.tenant(&caller).read(async move |tx| boards::find(tx, last).await).await {
        Ok(board) => Ok(see_other(&url(board.id))),
        Err(Error::NotFound) => Ok(see_other("/projects")),
        Err(error) => Err(error.into()),
    }
}

/// The page, and a note in the browser of whose it is.
pub(super) fn remember(settings: &Settings, board: BoardId, page: impl IntoResponse) -> Response {
    let secure = if settings.secure { "; Secure" } else { "" };
    let cookie =
        format!("{NAME}={board}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", KEPT.as_secs());
    let mut response = page.into_response();
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
