use ::store::TenantTx;
use axum::extract::State;
use kernel::Error;
use kernel::access::{Access, Area, Level};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use web::{Answer, App, Cursor, Doc, Json, Listing, Page, Params, Route, Routes, Signed};

use super::Hit;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Question {
    /// Part of a title, or an item's number, with or without its project's key.
    #[param(min_length = 1, max_length = 200)]
    q: String,
}

/// How many hits stand before a page.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Place {
    hits: u32,
}

pub fn routes() -> Routes {
    Routes::new().with(
        Route::get("/search", Access::Area(Area::Tasks, Level::View), find).doc(
            Doc::new("Find items by title or number")
                .about("Those with the number first, then those that changed last; 100 in all.")
                .query::<Question>()
                .lists::<Hit>(),
        ),
    )
}

async fn find(
    State(app): State<App>,
    Signed(caller): Signed,
    Params(question): Params<Question>,
    listing: Listing,
) -> Answer<Json<Page<Hit>>> {
    let after: Place = listing.after()?.unwrap_or_default();
    // The order of hits has no key that a row keeps, so a place is a number of hits; there are few.
    let wanted = i64::from(after.hits).saturating_add(listing.fetch());
    let read = async |tx: &mut TenantTx| super::find(tx, &question.q, wanted).await;
    let mut data = app.store.tenant(&caller).read(read).await.map_err(|error| match error {
        // A parameter of the query, not a field of a body.
        Error::Invalid(_) => {
            Error::malformed("bad_parameter", "q must have 1 to 200 characters, none of them control.")
        }
        other => other,
    })?;
    data.drain(..data.len().min(after.hits as usize));
    let more = data.len() > listing.limit as usize;
    data.truncate(listing.limit as usize);
    let next = Place { hits: after.hits.saturating_add(listing.limit) };
    let next_cursor = if more { Some(Cursor::write(&next)?) } else { None };
    Ok(Json(Page { data, next_cursor }))
}
