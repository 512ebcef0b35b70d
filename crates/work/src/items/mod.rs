//! Items: what there is to do. An item belongs to a project, which numbers it, and stands in a group
//! of one of the project's boards.

pub mod actions;
mod api;
mod change;
mod date;
mod ids;
mod kinds;
pub mod list;
mod listing;
mod new;
pub(crate) mod page;
mod pages;
mod row;
pub(crate) mod store;
pub mod trash;

use ::store::{TenantTx, params};
use kernel::Result;

pub use api::routes;
pub use change::{ItemChange, ItemMove};
pub use date::Date;
pub use ids::{Ids, LabelIds, UserIds};
pub use kinds::{Priority, Status};
pub use new::NewItem;
pub use row::{Item, ItemRow};

use self::store::{CHILDREN, FIND};

kernel::id!(pub ItemId, ItemKind, "item");

/// Labels, assignees of an item.
pub const MOST_LABELS: usize = 50;
pub const MOST_ASSIGNEES: usize = 50;
/// Items below an item, on its own level and on all levels together.
pub const MOST_CHILDREN: i64 = 200;
/// Levels of items below each other, the highest one counted.
pub const DEEPEST: i64 = 8;
/// Characters.
pub const LONGEST_TITLE: usize = 500;
pub const LONGEST_DESCRIPTION: usize = 100_000;

/// An item that is not in the trash.
pub async fn find(tx: &mut TenantTx, id: ItemId) -> Result<ItemRow> {
    tx.one(&FIND, params![tx.workspace(), id]).await
}

/// An item with all that its JSON shows.
pub async fn whole(tx: &mut TenantTx, row: ItemRow) -> Result<Item> {
    let checklists = crate::checklists::of_item(tx, &row).await?;
    Ok(Item::new(row, checklists))
}

/// The items right below an item, by number.
pub async fn children(tx: &mut TenantTx, id: ItemId) -> Result<Vec<ItemRow>> {
    tx.all(&CHILDREN, params![tx.workspace(), id, MOST_CHILDREN]).await
}
