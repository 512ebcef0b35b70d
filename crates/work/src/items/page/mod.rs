//! An item as a panel and as a page, and every form on it.

pub(crate) mod answer;
mod detail;
mod feed;
mod fields;
mod lists;
mod live;
mod pick;
mod placing;
mod sentence;
mod show;

use kernel::access::{Access, Area, Level};
use web::{Doc, Route, Routes};

const SEE: Access = Access::Area(Area::Tasks, Level::View);
/// What is one's own, and the status of all: the actions look at the item.
const EDIT: Access = Access::Area(Area::Tasks, Level::Limited);
const DELETE: Access = Access::Area(Area::Tasks, Level::Full);

pub fn pages() -> Routes {
    Routes::new()
        .with(Route::page_get("/items/{id}", SEE, show::show).doc(Doc::new("Show an item")))
        .with(
            Route::page_get("/items/{id}/feed", SEE, feed::earlier)
                .doc(Doc::new("Show earlier updates and activity")),
        )
        .with(
            Route::page_get("/items/{id}/live", SEE, live::live)
                .by_itself()
                .doc(Doc::new("Show what of an item has changed on a page")),
        )
        .with(
            Route::page_get("/items/{id}/pick/{field}", EDIT, pick::show)
                .doc(Doc::new("Show what a field can be")),
        )
        .merge(fields::pages())
        .merge(lists::pages())
        .merge(placing::pages())
}
