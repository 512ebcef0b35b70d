use ::store::TenantTx;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use futures_util::stream;
use kernel::Error;
use kernel::access::{Access, Area, Level, Projects};
use tokio::sync::mpsc;
use web::{Answer, App, Doc, PathId, Permitted, Route, Routes, Signed};

use super::{begin, document};
use crate::projects::ProjectId;

/// Pieces that wait for a slow reader.
const WAITING: usize = 2;

pub fn routes() -> Routes {
    Routes::new().with(
        Route::get("/projects/{project}/export", Access::Area(Area::Projects, Level::Full), export).doc(
            Doc::new("Export a project with its history")
                .about("One JSON document, streamed; an answer that ends without its closing brace is broken off.")
                .answers_other(200, "application/json"),
        ),
    )
}

async fn export(
    State(app): State<App>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Projects>,
    PathId(id): PathId<ProjectId>,
) -> Answer<(HeaderMap, Body)> {
    let door = app.store.tenant(&caller);
    let project = door.write(async move |tx: &mut TenantTx| begin(tx, permit, id).await).await?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // The key is capital letters and digits: nothing of it can mean anything in a header or a path.
    let name = format!("attachment; filename=\"{}.json\"", project.key);
    headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(Error::internal)?);
    let (out, pieces) = mpsc::channel(WAITING);
    tokio::spawn(document::write(door, project, out));
    let pieces = stream::unfold(pieces, async |mut pieces| pieces.recv().await.map(|piece| (piece, pieces)));
    Ok((headers, Body::from_stream(pieces)))
}
