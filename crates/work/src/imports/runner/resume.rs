//! What an earlier process left, and what nobody came back for.

use std::time::Duration;

use kernel::access::Actor;
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp, WorkspaceId};
use serde_json::json;
use store::{TenantDoor, TenantTx, params};

use super::Runner;
use crate::imports::ImportId;
use crate::imports::report::{Problem, Report};
use crate::imports::spool::SpoolId;
use crate::imports::store::{self as rows, BY_SPOOL, BySpool, End, UNFINISHED};

/// How long the upload of a dry run waits to be imported.
const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// Puts everything that was under way back into the line, and clears away what belongs to nothing.
pub(super) async fn resume(runner: &Runner) {
    for (workspace, spool) in listed(runner) {
        if let Err(error) = take_up(runner, workspace, spool).await {
            tracing::warn!(%workspace, %spool, %error, "an upload stays where it is until the next start");
        }
    }
    // On PostgreSQL the upload may be another node's.
    if runner.store().is_embedded()
        && let Err(error) = give_up_lost(runner).await
    {
        tracing::warn!(%error, "not all workspaces could be asked for imports whose upload is gone");
    }
}

fn listed(runner: &Runner) -> Vec<(WorkspaceId, SpoolId)> {
    runner.spools().list().unwrap_or_else(|error| {
        tracing::warn!(%error, "the folder of uploads cannot be read");
        Vec::new()
    })
}

fn door(runner: &Runner, workspace: WorkspaceId) -> TenantDoor {
    runner.store().system_tenant(workspace, Actor::system())
}

async fn owner(runner: &Runner, workspace: WorkspaceId, spool: SpoolId) -> Result<Option<BySpool>> {
    door(runner, workspace).first(&BY_SPOOL, params![workspace, spool]).await
}

async fn take_up(runner: &Runner, workspace: WorkspaceId, spool: SpoolId) -> Result<()> {
    match owner(runner, workspace, spool).await? {
        Some((import, status, ..)) if status == "queued" || status == "running" => {
            runner.submit(workspace, import);
        }
        // A dry run's; it expires by itself.
        Some((_, status, true, _)) if status == "done" => {}
        _ => runner.spools().remove(workspace, spool),
    }
    Ok(())
}

/// Clears away the uploads of dry runs that nobody imported, and what belongs to nothing.
pub(super) async fn expire(runner: &Runner) {
    let before = runner.store().clock().now().minus(KEPT);
    for (workspace, spool) in listed(runner) {
        let import = match owner(runner, workspace, spool).await {
            Ok(Some((import, _, _, Some(finished)))) if finished < before => import,
            // Younger ones may be coming in at this moment.
            Ok(None) if made(spool).is_some_and(|made| made < before) => {
                runner.spools().remove(workspace, spool);
                continue;
            }
            _ => continue,
        };
        let forgotten =
            door(runner, workspace).write(async move |tx: &mut TenantTx| forget(tx, import).await).await;
        match forgotten {
            Ok(()) => runner.spools().remove(workspace, spool),
            Err(error) => tracing::warn!(%import, %error, "the upload of an old dry run stays for now"),
        }
    }
}

/// Ids carry the time at which they were made.
fn made(spool: SpoolId) -> Option<Timestamp> {
    let (seconds, _) = spool.uuid().get_timestamp()?.to_unix();
    i64::try_from(seconds).ok().map(Timestamp::from_seconds)
}

async fn forget(tx: &mut TenantTx, import: ImportId) -> Result<()> {
    rows::forget_upload(tx, import).await?;
    tx.audit(Entry::new("import.upload_removed", import));
    Ok(())
}

/// Imports whose upload is gone (the folder was lost, the data came from a backup) cannot go on.
async fn give_up_lost(runner: &Runner) -> Result<()> {
    for workspace in runner.store().workspaces().await? {
        let door = door(runner, workspace);
        let unfinished: Vec<(ImportId, Option<SpoolId>)> =
            match door.all(&UNFINISHED, params![workspace, 100_i64]).await {
                Ok(rows) => rows,
                Err(Error::Unavailable { .. }) => continue,
                Err(error) => return Err(error),
            };
        for (import, spool) in unfinished {
            if !spool.is_some_and(|spool| runner.spools().has(workspace, spool)) {
                door.write(async move |tx: &mut TenantTx| lose(tx, import).await).await?;
            }
        }
    }
    Ok(())
}

async fn lose(tx: &mut TenantTx, import: ImportId) -> Result<()> {
    let row = rows::find(tx, import).await?;
    let mut report = Report::parse(&row.report)?;
    report.errors.push(Problem::new("upload_lost", "The upload is not there any more; send it again."));
    if rows::finish(tx, import, End { status: "failed", done: row.done, report: &report }).await? {
        rows::forget_upload(tx, import).await?;
        tx.audit(
            Entry::new("import.finished", import).details(json!({"status": "failed", "code": "upload_lost"})),
        );
    }
    Ok(())
}
