//! Making, changing and deleting boards. All of it takes full rights in projects.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Projects};
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp};
use serde_json::json;
use web::Check;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::store::{CHANGE, COUNT, DELETE, INSERT, ORPHAN};
use super::{Board, BoardChange, BoardId, BoardKind, MOST, NewBoard, find};
use crate::position;
use crate::projects::{self, ProjectId};

/// A board without groups, behind the project's others.
pub async fn create(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    project: ProjectId,
    new: NewBoard,
    key: Option<Key>,
) -> Result<Board> {
    permit.require(Level::Full)?;
    Check::new().line("/name", &new.name, 1..=100).finish()?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return find(tx, made).await;
    }
    if projects::find(tx, project).await?.archived {
        return Err(crate::archived("project"));
    }
    let workspace = tx.workspace();
    let (count, last): (i64, Option<String>) = tx.one(&COUNT, params![workspace, project]).await?;
    if count >= MOST {
        return Err(Error::conflict(
            "too_many_boards",
            "This project has as many boards as a project takes.",
        ));
    }
    let (id, now, name) = (tx.new_id::<BoardKind>(), tx.now(), tidy(new.name));
    let place = position::after(last.as_deref())?;
    let row = params![workspace, id, project, &name, &place, None::<Timestamp>, permit.user(), now];
    tx.exec(&INSERT, row).await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    tx.audit(
        Entry::new("board.created", id).details(json!({"project": project})).personal("name", name, None),
    );
    tx.event("board.created", id, json!({"project": project}));
    find(tx, id).await
}

pub async fn change(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    id: BoardId,
    change: BoardChange,
    seen: Option<i64>,
) -> Result<Board> {
    permit.require(Level::Full)?;
    change.check()?;
    let old = find(tx, id).await?;
    crate::unless_stale(seen, old.version)?;
    let name = change.name.map_or_else(|| old.name.clone(), tidy);
    let archived = change.archived.unwrap_or(old.archived);
    let fields = crate::changed(&[("name", name != old.name), ("archived", archived != old.archived)]);
    if fields.is_empty() {
        return Ok(old);
    }
    tx.exec(&CHANGE, params![tx.workspace(), id, &name, archived, tx.now()]).await?;
    let details = json!({"project": old.project_id, "fields": fields});
    tx.audit(Entry::new("board.updated", id).details(details).personal("name", name, None));
    tx.event("board.updated", id, json!({"project": old.project_id, "version": old.version + 1}));
    find(tx, id).await
}

/// Deletes a board for good, with its groups, items and their history.
pub async fn delete(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    id: BoardId,
    seen: Option<i64>,
) -> Result<()> {
    permit.require(Level::Full)?;
    let old = find(tx, id).await?;
    crate::unless_stale(seen, old.version)?;
    let workspace = tx.workspace();
    tx.exec(&ORPHAN, params![workspace, id, tx.now()]).await?;
    tx.exec(&DELETE, params![workspace, id]).await?;
    let project = old.project_id;
    tx.audit(
        Entry::new("board.deleted", id).details(json!({"project": project})).personal("name", old.name, None),
    );
    tx.event("board.deleted", id, json!({"project": project}));
    Ok(())
}
