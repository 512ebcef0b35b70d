//! What people do with imports: ask for one, run what was checked, call it off.

use kernel::access::{Level, Permit, Projects};
use kernel::audit::Entry;
use kernel::{Error, Result};
use serde_json::json;
use store::{TenantTx, params};

use super::ImportId;
use super::report::{Problem, Report};
use super::spool::SpoolId;
use super::store::{self as rows, End, ImportRow, NewRow};
use super::upload::Received;
use crate::projects::{self, ProjectId};

store::statements! {
    tenant WAITING = "SELECT count(*) FROM imports
        WHERE workspace_id = $1 AND (status = 'queued' OR status = 'running')";
    tenant KEPT = "SELECT id, spool_id FROM imports WHERE workspace_id = $1 AND status = 'done' AND spool_id IS NOT NULL
        ORDER BY created_at DESC, id DESC LIMIT $2";
}

/// Imports that wait or run in a workspace.
const MOST_WAITING: i64 = 10;
/// Uploads of dry runs that a workspace keeps; older ones go when another comes.
const MOST_KEPT: usize = 3;

/// An upload and the key that it came with.
pub(super) struct NewImport {
    pub received: Received,
    pub key: Option<web::idempotency::Key>,
}

/// An import in the line.
pub(super) struct Queued {
    pub row: ImportRow,
    /// False where the same request came before: this one's upload is for nothing.
    pub is_new: bool,
    /// Uploads that are kept no longer.
    pub dropped: Vec<SpoolId>,
}

pub(super) async fn queue(tx: &mut TenantTx, permit: Permit<Projects>, new: NewImport) -> Result<Queued> {
    permit.require(Level::Full)?;
    let NewImport { received, key } = new;
    if let Some(id) = web::idempotency::seen(tx, key.as_ref()).await? {
        return Ok(Queued { row: rows::find(tx, id).await?, is_new: false, dropped: Vec::new() });
    }
    require_open(tx, received.project).await?;
    let (waiting,): (i64,) = tx.one(&WAITING, params![tx.workspace()]).await?;
    if waiting >= MOST_WAITING {
        return Err(Error::conflict(
            "too_many_imports",
            "Ten imports are waiting already; let them finish first.",
        ));
    }
    let dropped = drop_old(tx).await?;
    let id: ImportId = tx.new_id();
    let row = NewRow {
        id,
        source: received.source,
        file_name: &received.file_name,
        file_hash: &received.spooled.hash,
        dry_run: received.dry_run,
        time_zone: &received.time_zone,
        project_id: received.project.map(ProjectId::uuid),
        ticket: &received.spooled.ticket,
    };
    rows::insert(tx, row).await?;
    web::idempotency::keep(tx, key.as_ref(), id).await?;
    let details = json!({
        "source": received.source,
        "dry_run": received.dry_run,
        "bytes": received.spooled.bytes,
        "project": received.project,
    });
    tx.audit(Entry::new("import.created", id).details(details).personal(
        "file_name",
        received.file_name,
        None,
    ));
    tx.event("import.created", id, json!({}));
    Ok(Queued { row: rows::find(tx, id).await?, is_new: true, dropped })
}

async fn require_open(tx: &mut TenantTx, project: Option<ProjectId>) -> Result<()> {
    match project {
        Some(project) if projects::find(tx, project).await?.archived => Err(crate::archived("project")),
        _ => Ok(()),
    }
}

async fn drop_old(tx: &mut TenantTx) -> Result<Vec<SpoolId>> {
    let kept: Vec<(ImportId, SpoolId)> = tx.all(&KEPT, params![tx.workspace(), 100_i64]).await?;
    let mut dropped = Vec::new();
    for (id, spool) in kept.into_iter().skip(MOST_KEPT - 1) {
        rows::forget_upload(tx, id).await?;
        tx.audit(Entry::new("import.upload_removed", id));
        dropped.push(spool);
    }
    Ok(dropped)
}

/// Imports what a dry run found good; its upload goes over to the new import.
pub(super) async fn run(tx: &mut TenantTx, permit: Permit<Projects>, checked: ImportId) -> Result<ImportRow> {
    permit.require(Level::Full)?;
    let row = rows::find(tx, checked).await?;
    if !row.dry_run || row.status != "done" {
        return Err(Error::conflict(
            "not_checked",
            "Only a file that was checked and found good can be imported.",
        ));
    }
    let Some(ticket) = row.ticket() else {
        return Err(Error::conflict(
            "upload_gone",
            "The upload is not kept any more; choose the file again.",
        ));
    };
    require_open(tx, row.project_id.map(ProjectId::from_uuid)).await?;
    rows::forget_upload(tx, checked).await?;
    let id: ImportId = tx.new_id();
    let new = NewRow {
        id,
        source: &row.source,
        file_name: &row.file_name,
        file_hash: &row.file_hash,
        dry_run: false,
        time_zone: &row.time_zone,
        project_id: row.project_id,
        ticket: &ticket,
    };
    rows::insert(tx, new).await?;
    let details = json!({"source": &row.source, "dry_run": false, "checked": checked});
    tx.audit(Entry::new("import.created", id).details(details).personal("file_name", row.file_name, None));
    tx.event("import.created", id, json!({}));
    rows::find(tx, id).await
}

/// Calls an import off; what it has written stays, and the same file again goes on from there. Of a
/// dry run that is over, the upload is dropped. Gives the upload that nobody needs any more.
pub(super) async fn cancel(
    tx: &mut TenantTx,
    permit: Permit<Projects>,
    id: ImportId,
) -> Result<Option<SpoolId>> {
    permit.require(Level::Full)?;
    let row = rows::find(tx, id).await?;
    if row.is_over() && row.spool_id.is_none() {
        return Err(Error::conflict("import_over", "This import is over already."));
    }
    rows::forget_upload(tx, id).await?;
    if row.is_over() {
        tx.audit(Entry::new("import.upload_removed", id));
        return Ok(row.spool_id);
    }
    let mut report = Report::parse(&row.report)?;
    report.errors.push(Problem::new("cancelled", "It was called off; what had been imported stays."));
    rows::finish(tx, id, End { status: "failed", done: row.done, report: &report }).await?;
    tx.audit(Entry::new("import.cancelled", id).details(json!({"done": row.done, "total": row.total})));
    tx.event("import.finished", id, json!({"status": "failed"}));
    Ok(row.spool_id)
}
