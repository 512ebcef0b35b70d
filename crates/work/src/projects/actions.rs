//! Making, changing and deleting projects. All of it takes full rights in projects.

use ::store::{TenantTx, params};
use kernel::access::{Level, Permit, Projects};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use web::check::tidy;
use web::idempotency::{self, Key};

use super::store::{CHANGE, COUNT, DELETE, INSERT, NUMBERS};
use super::{MOST, NewProject, Project, ProjectChange, ProjectId, ProjectKind, find, find_by_key};
use crate::members;

pub async fn create(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    new: NewProject,
    key: Option<Key>,
) -> Result<Project> {
    permit.require(Level::Full)?;
    new.check()?;
    if let Some(made) = idempotency::seen(tx, key.as_ref()).await? {
        return find(tx, made).await;
    }
    if let Some(lead) = new.lead_id {
        members::require_active(tx, lead).await?;
    }
    if find_by_key(tx, &new.key).await?.is_some() {
        return Err(Error::conflict("key_taken", "Another project has this key."));
    }
    let workspace = tx.workspace();
    let (count,): (i64,) = tx.one(&COUNT, params![workspace]).await?;
    if count >= MOST {
        return Err(Error::conflict(
            "too_many_projects",
            "This workspace has as many projects as a workspace takes.",
        ));
    }
    let (id, now) = (tx.new_id::<ProjectKind>(), tx.now());
    let (name, description) = (tidy(new.name), tidy(new.description));
    let row = params![workspace, id, &new.key, &name, &description, new.lead_id, permit.user(), now];
    tx.exec(&INSERT, row).await?;
    idempotency::keep(tx, key.as_ref(), id).await?;
    tx.audit(Entry::new("project.created", id).details(json!({"key": new.key})).personal("name", name, None));
    tx.event("project.created", id, json!({}));
    find(tx, id).await
}

pub async fn change(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    id: ProjectId,
    change: ProjectChange,
    seen: Option<i64>,
) -> Result<Project> {
    permit.require(Level::Full)?;
    change.check()?;
    let old = find(tx, id).await?;
    if let Some(lead) = change.lead_id.set().filter(|lead| Some(*lead) != old.lead_id) {
        members::require_active(tx, lead).await?;
    }
    crate::unless_stale(seen, old.version)?;
    let name = change.name.map_or_else(|| old.name.clone(), tidy);
    let description = change.description.map_or_else(|| old.description.clone(), tidy);
    let lead = change.lead_id.over(old.lead_id);
    let archived = change.archived.unwrap_or(old.archived);
    let fields = crate::changed(&[
        ("name", name != old.name),
        ("description", description != old.description),
        ("lead_id", lead != old.lead_id),
        ("archived", archived != old.archived),
    ]);
    if fields.is_empty() {
        return Ok(old);
    }
    tx.exec(&CHANGE, params![tx.workspace(), id, &name, &description, lead, archived, tx.now()]).await?;
    tx.audit(
        Entry::new("project.updated", id).details(json!({"fields": fields})).personal("name", name, None),
    );
    tx.event("project.updated", id, json!({"version": old.version + 1}));
    find(tx, id).await
}

/// Deletes a project for good, with its boards, items and their history.
pub async fn delete(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    id: ProjectId,
    seen: Option<i64>,
) -> Result<()> {
    permit.require(Level::Full)?;
    let old = find(tx, id).await?;
    crate::unless_stale(seen, old.version)?;
    tx.exec(&DELETE, params![tx.workspace(), id]).await?;
    tx.audit(
        Entry::new("project.deleted", id).details(json!({"key": old.key})).personal("name", old.name, None),
    );
    tx.event("project.deleted", id, json!({}));
    Ok(())
}

/// Takes the next `count` numbers of a project; gives the first of them.
pub(crate) async fn take_numbers(tx: &mut TenantTx, id: ProjectId, count: i64) -> Result<i64> {
    let (next,): (i64,) = tx.one(&NUMBERS, params![tx.workspace(), id, count]).await?;
    Ok(next - count)
}
