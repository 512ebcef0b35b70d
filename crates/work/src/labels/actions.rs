//! Making, changing and deleting labels. All of it takes full rights in tasks.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Tasks};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::store::{CHANGE, COUNT, DELETE, INSERT, TAKE_OFF};
use super::{Label, LabelChange, LabelId, LabelKind, MOST, NewLabel, by_name, find};
use crate::projects::{self, ProjectId};

pub async fn create(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    project: ProjectId,
    new: NewLabel,
    key: Option<Key>,
) -> Result<Label> {
    permit.require(Level::Full)?;
    new.check()?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return find(tx, project, made).await;
    }
    projects::find(tx, project).await?;
    if by_name(tx, project, new.name.trim()).await?.is_some() {
        return Err(Error::conflict("name_taken", "The project has a label of this name."));
    }
    let label = insert(tx, project, new).await?;
    idempotency::keep(tx, key.as_ref(), label.id).await?;
    Ok(label)
}

/// The row, the record and the event of a new label.
pub(crate) async fn insert(tx: &mut TenantTx, project: ProjectId, new: NewLabel) -> Result<Label> {
    let workspace = tx.workspace();
    let (count,): (i64,) = tx.one(&COUNT, params![workspace, project]).await?;
    if count >= MOST {
        return Err(Error::conflict(
            "too_many_labels",
            "This project has as many labels as a project takes.",
        ));
    }
    let (id, color) = (tx.new_id::<LabelKind>(), new.palette());
    let name = tidy(new.name);
    tx.exec(&INSERT, params![workspace, id, project, &name, color]).await?;
    tx.audit(
        Entry::new("label.created", id).details(json!({"project": project})).personal("name", &name, None),
    );
    tx.event("label.created", id, json!({"project": project}));
    Ok(Label { id, project_id: project, name, color })
}

pub async fn change(
    tx: &mut TenantTx,
    permit: Permit<Tasks>,
    project: ProjectId,
    id: LabelId,
    change: LabelChange,
) -> Result<Label> {
    permit.require(Level::Full)?;
    change.check()?;
    let old = find(tx, project, id).await?;
    let new = Label {
        name: change.name.map_or_else(|| old.name.clone(), tidy),
        color: change.color.unwrap_or(old.color),
        ..old.clone()
    };
    if new == old {
        return Ok(old);
    }
    if new.name != old.name && by_name(tx, project, &new.name).await?.is_some() {
        return Err(Error::conflict("name_taken", "The project has a label of this name."));
    }
    tx.exec(&CHANGE, params![tx.workspace(), id, &new.name, new.color]).await?;
    let fields = crate::changed(&[("name", new.name != old.name), ("color", new.color != old.color)]);
    let details = json!({"project": project, "fields": fields});
    tx.audit(Entry::new("label.updated", id).details(details).personal("name", &new.name, None));
    tx.event("label.updated", id, json!({"project": project}));
    Ok(new)
}

/// Deletes a label and takes it off all items.
pub async fn delete(tx: &mut TenantTx, permit: Permit<Tasks>, project: ProjectId, id: LabelId) -> Result<()> {
    permit.require(Level::Full)?;
    let old = find(tx, project, id).await?;
    let (workspace, now, listed) = (tx.workspace(), tx.now(), format!("{id} "));
    let items = tx.exec(&TAKE_OFF, params![workspace, id, &listed, now]).await?;
    tx.exec(&DELETE, params![workspace, id]).await?;
    let details = json!({"project": project, "items": items});
    tx.audit(Entry::new("label.deleted", id).details(details).personal("name", old.name, None));
    tx.event("label.deleted", id, json!({"project": project}));
    Ok(())
}
