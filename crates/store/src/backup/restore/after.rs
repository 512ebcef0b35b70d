//! What was brought back is opened as by any server, and says in its audit log what was done.

use std::collections::BTreeSet;

use kernel::WorkspaceId;
use kernel::audit::Entry;
use serde_json::json;

use super::Restore;
use crate::backup::error::BackupError;
use crate::backup::manifest::Manifest;
use crate::start::Options;
use crate::store::Store;

pub(super) async fn whole(
    restore: &Restore,
    manifest: &Manifest,
    there: &BTreeSet<WorkspaceId>,
    erased: &[WorkspaceId],
) -> Result<(), BackupError> {
    let store = open(restore).await?;
    let (id, made_at) = (manifest.id, manifest.made_at);
    let details = json!({ "made_at": made_at, "workspaces": there.len() });
    let entry = Entry::new("instance.restored", id).details(details);
    let again: Vec<Entry> = erased
        .iter()
        .map(|gone| Entry::new("workspace.erased", gone).details(json!({ "backup": id, "again": true })))
        .collect();
    store
        .control()
        .write(async move |tx| {
            tx.audit(entry);
            for entry in again {
                tx.audit(entry);
            }
            Ok(())
        })
        .await?;
    for workspace in there.iter().copied() {
        let entry = restored(workspace, manifest);
        store.control().write(async move |tx| tx.audit_in(workspace, &entry).await).await?;
    }
    Ok(())
}

pub(super) async fn one(
    restore: &Restore,
    manifest: &Manifest,
    workspace: WorkspaceId,
) -> Result<(), BackupError> {
    let store = open(restore).await?;
    let entry = restored(workspace, manifest);
    store
        .control()
        .write(async move |tx| {
            tx.audit_in(workspace, &entry).await?;
            tx.audit(entry);
            Ok(())
        })
        .await?;
    Ok(())
}

fn restored(workspace: WorkspaceId, manifest: &Manifest) -> Entry {
    let details = json!({ "backup": manifest.id, "made_at": manifest.made_at });
    Entry::new("workspace.restored", workspace).details(details)
}

async fn open(restore: &Restore) -> Result<Store, BackupError> {
    let options = Options::new(restore.into.clone(), restore.master_key.clone());
    Ok(Store::open(options, restore.receiver.clone()).await?)
}
