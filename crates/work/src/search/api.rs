use ::store::TenantTx;
use axum::extract::State;
use kernel::Error;
use kernel::access::{Access, Area, Level};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, App, Doc, Json, Listing, Page, Params, Route, Routes, Signed};

use super::Hit;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Question {
    /// Part of a title, or an item's number, with or without its project's key.
    #[param(min_length = 1, max_length = 200)]
    q: String,
}

pub fn routes() -> Routes {
    Routes::new().with(
        Route::get("/search", Access::Area(Area::Tasks, Level::View), find).doc(
            Doc::new("Find items by title or number")
                .about("At most 100, those with the number first, then those that changed last; there is no next page.")
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
    let limit = i64::from(listing.limit);
    let read = async |tx: &mut TenantTx| super::find(tx, &question.q, limit).await;
    let data = app.store.tenant(&caller).read(read).await.map_err(|error| match error {
        // A parameter of the query, not a field of a body.
        Error::Invalid(_) => {
            Error::malformed("bad_parameter", "q must have 1 to 200 characters, none of them control.")
        }
        other => other,
    })?;
    Ok(Json(Page { data, next_cursor: None }))
}
