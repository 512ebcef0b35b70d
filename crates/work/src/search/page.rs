//! Rows of the command palette.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::access::{Access, Area, Level};
use serde::Deserialize;
use web::page::Page;
use web::{Answer, App, Doc, Html, Params, Route, Routes, Signed, Visit};

use super::{Hit, find};
use crate::page::card::url;

const SEE: Access = Access::Area(Area::Tasks, Level::View);

/// Rows that the palette has room for.
const SHOWN: i64 = 20;

pub fn pages() -> Routes {
    Routes::new().with(Route::page_get("/search", SEE, results).doc(Doc::new("Find items")))
}

/// GET /search?q=
#[derive(Template)]
#[template(path = "search/results.html")]
struct SearchResults {
    page: Page,
    items: Vec<SearchHit>,
}

struct SearchHit {
    key: String,
    title: String,
    url: String,
    place: String,
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    q: String,
}

async fn results(
    State(app): State<App>,
    visit: Visit,
    Signed(caller): Signed,
    Params(Query { q }): Params<Query>,
) -> Answer<Response> {
    let hits = if q.trim().is_empty() {
        Vec::new()
    } else {
        app.store.tenant(&caller).read(async move |tx| find(tx, &q, SHOWN).await).await?
    };
    let items = hits.into_iter().map(shown).collect();
    Ok(Html(SearchResults { page: visit.fragment(&app), items }).into_response())
}

fn shown(hit: Hit) -> SearchHit {
    let place = format!("{} / {}", hit.board_name, hit.group_name);
    SearchHit { key: hit.key, title: hit.title, url: url(hit.id), place }
}
