//! Erasing a workspace: its rows, by a function of the owner's that reaches no other workspace, and its key.

use kernel::{Result, WorkspaceId};

use super::Postgres;
use crate::failure;

impl Postgres {
    /// Of one that stands in `control.erasures`. What is gone already is fine.
    pub(crate) async fn destroy(&self, id: WorkspaceId) -> Result<()> {
        let mut client = self.control.get().await.map_err(failure::pool)?;
        let tx = client.transaction().await.map_err(failure::postgres)?;
        tx.execute("SELECT control.erase_workspace($1)", &[&id.uuid()]).await.map_err(failure::postgres)?;
        tx.execute("DELETE FROM control.keys WHERE purpose = $1", &[&id.to_string()])
            .await
            .map_err(failure::postgres)?;
        tx.commit().await.map_err(failure::postgres)
    }
}
