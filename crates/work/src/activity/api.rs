use ::store::TenantTx;
use axum::extract::State;
use kernel::Timestamp;
use kernel::access::{Access, Area, Level};
use serde_json::Value;
use web::{Answer, App, Doc, Json, Listing, Page, PathId, Route, Routes, Signed};

use super::{Activity, ActivityId};
use crate::bounded::Bounded;
use crate::items::{self, ItemId};

pub fn routes() -> Routes {
    Routes::new().with(
        Route::get("/items/{item}/activity", Access::Area(Area::Tasks, Level::View), list).doc(
            Doc::new("List what happened to an item, newest first")
                .about("A page ends before its `limit` where old and new texts are long, at about 4 MiB.")
                .tag("activity")
                .lists::<Activity>(),
        ),
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
    let read = async |tx: &mut TenantTx| {
        items::find(tx, item).await?;
        let (mut page, mut before) = (Bounded::new(listing.limit), before);
        loop {
            let rows = super::page(tx, item, before, page.fetch()).await?;
            if !page.take(rows, weight) {
                return Ok(page);
            }
            before = page.last().map(|activity| (activity.at.0, activity.id));
        }
    };
    let page = app.store.tenant(&caller).read(read).await?;
    Ok(Json(page.page(|activity| (activity.at.0.micros(), activity.id), |activity| activity)?))
}

/// Bytes of an entry, about: texts are what may be long.
fn weight(activity: &Activity) -> usize {
    let values = activity.old.iter().chain(&activity.new);
    1_000 + values.filter_map(Value::as_str).map(str::len).sum::<usize>()
}
