use ::store::TenantTx;
use axum::extract::State;
use kernel::Timestamp;
use kernel::access::{Access, Area, Level};
use web::{Answer, App, Doc, Json, Listing, Page, PathId, Route, Routes, Signed};

use super::{Activity, ActivityId};
use crate::items::{self, ItemId};

pub fn routes() -> Routes {
    Routes::new().with(
        Route::get("/items/{item}/activity", Access::Area(Area::Tasks, Level::View), list)
            .doc(Doc::new("List what happened to an item, newest first").tag("activity").lists::<Activity>()),
    )
}

async fn list(
    State(app): State<App>,
    Signed(caller): Signed,
    PathId(item): PathId<ItemId>,
    listing: Listing,
) -> Answer<Json<Page<Activity>>> {
    let before: Option<(i64, ActivityId)> = listing.after()?;
    let before = before.map(|(at, id)| (Timestamp::from_micros(at), id));
    let fetch = listing.fetch();
    let read = async |tx: &mut TenantTx| {
        items::find(tx, item).await?;
        super::page(tx, item, before, fetch).await
    };
    let rows = app.store.tenant(&caller).read(read).await?;
    Ok(Json(listing.page(rows, |activity| (activity.at.0.micros(), activity.id))?))
}
