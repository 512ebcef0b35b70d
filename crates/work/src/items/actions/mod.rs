//! What people do with items.

mod change;
mod create;
mod family;
mod movement;
mod place;
mod trash;

use ::store::{TenantTx, params};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

pub use change::{add_assignee, add_label, change, remove_assignee, remove_label};
pub use create::create;
#[allow(unused_imports, reason = "imports write whole rows")]
pub(crate) use create::insert;
pub use movement::relocate;
pub(crate) use trash::{KEPT, purge};
pub use trash::{delete, restore};

use super::ItemRow;
use super::store::TARGET;
use crate::boards::BoardId;
use crate::groups::GroupId;
use crate::projects::ProjectId;

/// A group with its parents, found inside the transaction.
struct Target {
    project: ProjectId,
    board: BoardId,
    group: GroupId,
    archived: Option<&'static str>,
}

/// The group with its board and project; 404 when it is not `board`'s.
async fn target(tx: &mut TenantTx, board: Option<BoardId>, group: GroupId) -> Result<Target> {
    type Found = (ProjectId, BoardId, GroupId, Option<i64>, Option<i64>, Option<i64>);
    let found: Found = tx.one(&TARGET, params![tx.workspace(), group]).await?;
    if board.is_some_and(|board| board != found.1) {
        return Err(Error::NotFound);
    }
    let archived = [(found.3, "project"), (found.4, "board"), (found.5, "group")];
    let archived = archived.into_iter().find_map(|(at, what)| at.map(|_| what));
    Ok(Target { project: found.0, board: found.1, group: found.2, archived })
}

/// What everybody who listens needs to find the item.
fn about(item: &ItemRow, version: i64) -> Json {
    json!({"project": item.project_id, "board": item.board_id, "group": item.group_id, "version": version})
}

/// The record and the event of a change, whose details name the fields.
fn tell(tx: &mut TenantTx, action: &'static str, item: &ItemRow, version: i64, details: Json) {
    record(tx, action, item, details);
    tx.event(action, item.id, about(item, version));
}

fn record(tx: &mut TenantTx, action: &'static str, item: &ItemRow, details: Json) {
    tx.audit(Entry::new(action, item.id).details(details).personal("title", &item.title, None));
}
