//! What the operator does to a workspace as a whole.

use kernel::access::Actor;
use kernel::{Result, WorkspaceId};
use serde_json::{Value, json};

use super::Operations;

store::statements! {
    control NAME = "SELECT name FROM workspaces WHERE id = $1";
    tenant MEMBERS = "SELECT CAST(count(*) AS bigint) FROM members WHERE workspace_id = $1";
    tenant PROJECTS = "SELECT CAST(count(*) AS bigint) FROM projects WHERE workspace_id = $1";
    tenant ITEMS = "SELECT CAST(count(*) AS bigint) FROM items WHERE workspace_id = $1";
    tenant RECORDS = "SELECT seq FROM audit_head WHERE workspace_id = $1";
}

impl Operations {
    pub(super) async fn describe_workspace(&self, workspace: WorkspaceId) -> Result<Value> {
        self.require_workspace(workspace).await?;
        let name: Option<(String,)> = self.store.control().first(&NAME, store::params![workspace]).await?;
        let door = self.store.system_tenant(workspace, Actor::system());
        let mut counts = [0_i64; 4];
        for (count, sql) in counts.iter_mut().zip([&MEMBERS, &PROJECTS, &ITEMS, &RECORDS]) {
            let found: Option<(i64,)> = door.first(sql, store::params![workspace]).await?;
            *count = found.map_or(0, |(count,)| count);
        }
        let [members, projects, items, records] = counts;
        Ok(json!({
            "workspace": workspace,
            "name": name.map(|(name,)| name),
            "members": members,
            "projects": projects,
            "items": items,
            "audit_records": records,
        }))
    }

    /// With it goes its key: what backups hold of it stays closed but for those who saved the key before.
    pub(super) async fn erase_workspace(&self, workspace: WorkspaceId) -> Result<Value> {
        let outcome = self.store.erase_workspace(workspace, &Actor::system()).await;
        // Also where not all of it could be destroyed: it is erased.
        let not_noted = self.backups.note_erasures().await.into_iter();
        outcome?;
        let settings = &self.config.backup;
        let ends = settings.to.is_some() && settings.keyring_to.is_some();
        Ok(json!({
            "workspace": workspace,
            "erased": true,
            "saved_keys_end_in_days": ends.then_some(settings.keep_days),
            "not_noted": not_noted.map(|(place, why)| json!({ "place": place, "why": why })).collect::<Vec<_>>(),
        }))
    }
}
