//! The end of sessions, with its records.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::audit::Entry;
use kernel::{Result, UserId, WorkspaceId};
use serde_json::json;
use store::ControlTx;

use super::Sessions;
use super::store::{self as sessions, Listed};

/// Ends `over`, sessions of `user`; one record in each workspace that they were in.
pub(crate) async fn end(
    tx: &mut ControlTx,
    user: UserId,
    over: Vec<Listed>,
    reason: &'static str,
    cache: Arc<Sessions>,
) -> Result<()> {
    if over.is_empty() {
        return Ok(());
    }
    let mut places: BTreeMap<WorkspaceId, usize> = BTreeMap::new();
    for session in &over {
        sessions::end(tx, session.id).await?;
        if let Some(workspace) = session.workspace {
            *places.entry(workspace).or_default() += 1;
        }
    }
    let entry =
        |count: usize| Entry::new("session.ended", user).details(json!({ "count": count, "reason": reason }));
    for (workspace, count) in places {
        tx.audit_in(workspace, &entry(count)).await?;
    }
    tx.audit(entry(over.len()));
    let ids: Vec<_> = over.into_iter().map(|session| session.id).collect();
    tx.after_commit(move || cache.forget(&ids));
    Ok(())
}
