//! What the operator does to a workspace as a whole.

use kernel::access::Actor;
use kernel::{Result, WorkspaceId};
use serde_json::{Value, json};
use store::backup::{self, BackupError, Place};

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
        self.store.erase_workspace(workspace, &Actor::system()).await?;
        let settings = &self.config.backup;
        let mut not_noted = Vec::new();
        for place in [&settings.to, &settings.keyring_to].into_iter().flatten() {
            if let Err(error) = self.note_erasures(place).await {
                not_noted.push(json!({ "place": place, "why": error.to_string() }));
            }
        }
        let days = settings.keyring_to.is_some().then_some(settings.keep_days);
        Ok(json!({
            "workspace": workspace,
            "erased": true,
            "saved_keys_end_in_days": days,
            "not_noted": not_noted,
        }))
    }

    async fn note_erasures(&self, place: &str) -> Result<(), BackupError> {
        let place = Place::parse(place)?;
        if place.is_there() { backup::note_erasures(&self.store, &place).await } else { Ok(()) }
    }
}
