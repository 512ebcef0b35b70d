//! Erasing a workspace for good. What remains is its id: a backup from before brings it back as little as a crash
//! half-way does.

use kernel::access::Actor;
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::params;
use crate::store::{Running, Store};
use crate::tx::ControlTx;

crate::statements! {
    control INDEXED = "SELECT created_at FROM workspaces WHERE id = $1";
    control LEAVE_INDEX = "DELETE FROM workspaces WHERE id = $1";
    control LEAVE_MEMBERS = "DELETE FROM memberships WHERE workspace_id = $1";
    control LEAVE_SESSIONS = "UPDATE sessions SET workspace_id = NULL WHERE workspace_id = $1";
    control LEAVE_LINKS = "DELETE FROM link_tokens WHERE workspace_id = $1";
    control LEAVE_OUTBOX = "DELETE FROM outbox WHERE workspace_id = $1";
    control KEEP = "INSERT INTO erasures (id, kind, at) VALUES ($1, $2, $3)";
    control KEPT = "SELECT at FROM erasures WHERE id = $1 AND kind = $2";
    control ERASED = "SELECT id, kind, at FROM erasures WHERE kind <> 'replaced' AND id > $1 ORDER BY id LIMIT $2";
}

const PAGE: i64 = 1_000;
pub(crate) const WORKSPACE: &str = "workspace";

/// Something that was erased, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub id: Uuid,
    pub kind: String,
    pub at: Timestamp,
}

crate::row!(Erasure { id, kind, at });

impl Erasure {
    pub fn workspace(&self) -> Option<WorkspaceId> {
        (self.kind == WORKSPACE).then(|| WorkspaceId::from_uuid(self.id))
    }
}

impl Store {
    /// Erases a workspace with all that is in it, its audit chain too, and destroys its key. Of one that was erased
    /// before, what could not be destroyed then is destroyed. A missing one is [`Error::NotFound`].
    pub async fn erase_workspace(&self, id: WorkspaceId, actor: &Actor) -> Result<()> {
        let row: Option<(Timestamp,)> = self.control().first(&INDEXED, params![id]).await?;
        if row.is_none() {
            let erased: Option<(Timestamp,)> = self.control().first(&KEPT, params![id, WORKSPACE]).await?;
            erased.ok_or(Error::NotFound)?;
            return destroy(self, id).await;
        }
        if let Running::Embedded(embedded) = self.engine() {
            embedded.close_for_ever(id).await?;
        }
        // From this commit on it is erased: what a crash leaves undone behind it is done at the next start, before
        // anything is served.
        let outcome = self.control().by(actor).write(async move |tx| leave(tx, id).await).await;
        if let (Err(_), Running::Embedded(embedded)) = (&outcome, self.engine()) {
            embedded.open_again(id);
        }
        outcome?;
        destroy(self, id).await
    }

    /// Everything that was ever erased.
    pub(crate) async fn erasures(&self) -> Result<Vec<Erasure>> {
        let mut all: Vec<Erasure> = Vec::new();
        loop {
            let last = all.last().map_or(Uuid::nil(), |erasure| erasure.id);
            let page: Vec<Erasure> = self.control().all(&ERASED, params![last, PAGE]).await?;
            let full = page.len() as i64 == PAGE;
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }
}

async fn leave(tx: &mut ControlTx, id: WorkspaceId) -> Result<()> {
    for sql in [&LEAVE_MEMBERS, &LEAVE_SESSIONS, &LEAVE_LINKS, &LEAVE_OUTBOX] {
        tx.exec(sql, params![id]).await?;
    }
    if tx.exec(&LEAVE_INDEX, params![id]).await? == 0 {
        return Err(Error::NotFound);
    }
    let now = tx.now();
    tx.exec(&KEEP, params![id, WORKSPACE, now]).await?;
    tx.audit(Entry::new("workspace.erased", id));
    Ok(())
}

async fn destroy(store: &Store, id: WorkspaceId) -> Result<()> {
    match store.engine() {
        Running::Embedded(embedded) => embedded.destroy(id).await,
        Running::Postgres(postgres) => postgres.destroy(id).await,
    }
}

/// Does what a crash left undone. One that cannot be destroyed keeps nobody from their work: nothing leads to it.
pub(crate) async fn finish(store: &Store) -> Result<()> {
    for id in store.erasures().await?.iter().filter_map(Erasure::workspace) {
        if let Err(error) = destroy(store, id).await {
            tracing::error!(workspace = %id, %error, "an erased workspace is not destroyed yet; erase it once more");
        }
    }
    Ok(())
}
