//! The index of workspaces, for jobs of the server that go over all of them.

use kernel::{Result, WorkspaceId};
use uuid::Uuid;

use crate::params;
use crate::store::Store;

crate::statements! {
    control WORKSPACES = "SELECT id FROM workspaces WHERE id > $1 ORDER BY id LIMIT $2";
}

const PAGE: i64 = 1_000;

impl Store {
    /// Every workspace of the instance, in the order of their making.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceId>> {
        let mut all: Vec<WorkspaceId> = Vec::new();
        loop {
            let last = all.last().map_or(Uuid::nil(), |id| id.uuid());
            let page: Vec<(WorkspaceId,)> = self.control().all(&WORKSPACES, params![last, PAGE]).await?;
            let full = page.len() as i64 == PAGE;
            all.extend(page.into_iter().map(|(id,)| id));
            if !full {
                return Ok(all);
            }
        }
    }
}
