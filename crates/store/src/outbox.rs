//! Messages from control to a workspace: written in control's own transaction, received exactly
//! once in the workspace's, before the answer leaves; what a crash left over is delivered before
//! the server answers anybody.

use std::future::Future;
use std::pin::Pin;

use kernel::access::Actor;
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp, WorkspaceId};
use serde_json::Value as Json;

use crate::params;
use crate::store::Store;
use crate::tx::{ControlTx, TenantTx};

kernel::id!(pub MessageId, MessageKind, "msg");

crate::statements! {
    control PUT = "INSERT INTO outbox (id, workspace_id, kind, body, actor, at) VALUES ($1, $2, $3, $4, $5, $6)";
    control WAITING = "SELECT id, kind, body, actor FROM outbox WHERE workspace_id = $1 ORDER BY at, id LIMIT 100";
    control ADDRESSEES = "SELECT DISTINCT workspace_id FROM outbox WHERE workspace_id > $1 ORDER BY workspace_id LIMIT $2";
    control TAKE_OUT = "DELETE FROM outbox WHERE id = $1";
    tenant SEEN = "SELECT at FROM outbox_seen WHERE workspace_id = $1 AND id = $2";
    tenant MARK_SEEN = "INSERT INTO outbox_seen (workspace_id, id, at) VALUES ($1, $2, $3)";
    tenant FORGET_SEEN = "DELETE FROM outbox_seen WHERE workspace_id = $1 AND at < $2";
}

/// Something that control tells a workspace.
#[derive(Debug, Clone)]
pub struct Message {
    pub kind: String,
    pub body: Json,
}

/// Takes in the messages that are more than an audit record.
pub trait Receive: Send + Sync + 'static {
    fn receive<'a>(
        &'a self,
        tx: &'a mut TenantTx,
        message: Message,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
}

const AUDIT: &str = "audit";

impl ControlTx {
    /// Leaves a message for a workspace; it is there before the answer is.
    pub async fn tell(&mut self, workspace: WorkspaceId, kind: &str, body: &Json) -> Result<()> {
        let id: MessageId = self.new_id();
        let actor = serde_json::to_string(&self.actor).map_err(Error::internal)?;
        let body = body.to_string();
        let at = self.now();
        self.exec(&PUT, params![id, workspace, kind, &body, &actor, at]).await?;
        self.wishes.told.push(workspace);
        Ok(())
    }

    /// Writes a record into a workspace's chain of what was done in control.
    pub async fn audit_in(&mut self, workspace: WorkspaceId, entry: &Entry) -> Result<()> {
        let body = serde_json::to_value(entry).map_err(Error::internal)?;
        self.tell(workspace, AUDIT, &body).await
    }
}

type Waiting = (MessageId, String, String, String);

/// Delivers what waits for a workspace.
async fn deliver(store: &Store, workspace: WorkspaceId) -> Result<()> {
    loop {
        let waiting: Vec<Waiting> = store.control().all(&WAITING, params![workspace]).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        for (id, kind, body, actor) in waiting {
            let actor: Actor = serde_json::from_str(&actor).map_err(Error::internal)?;
            let body: Json = serde_json::from_str(&body).map_err(Error::internal)?;
            let message = Message { kind, body };
            let receiver = store.receiver();
            store
                .system_tenant(workspace, actor)
                .write(async move |tx| take_in(tx, id, message, receiver).await)
                .await?;
            store.control().write_quietly(async move |tx| tx.exec(&TAKE_OUT, params![id]).await).await?;
        }
    }
}

const REMEMBER: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3_600);

async fn take_in(
    tx: &mut TenantTx,
    id: MessageId,
    message: Message,
    receiver: std::sync::Arc<dyn Receive>,
) -> Result<()> {
    let workspace = tx.workspace();
    if tx.first::<(i64,)>(&SEEN, params![workspace, id]).await?.is_some() {
        return Ok(());
    }
    let now: Timestamp = tx.now();
    tx.exec(&FORGET_SEEN, params![workspace, now.minus(REMEMBER)]).await?;
    tx.exec(&MARK_SEEN, params![workspace, id, now]).await?;
    if message.kind == AUDIT {
        let entry: Entry = serde_json::from_value(message.body).map_err(Error::internal)?;
        tx.event(entry.action.clone(), &entry.resource, Json::Null);
        tx.audit(entry);
        return Ok(());
    }
    receiver.receive(tx, message).await
}

/// Everything that a crash left over. A workspace that does not open keeps no other waiting: its messages
/// stay where they are for the next time.
pub(crate) async fn deliver_all(store: &Store) -> Result<()> {
    let mut last = uuid::Uuid::nil();
    loop {
        let addressees: Vec<(WorkspaceId,)> =
            store.control().all(&ADDRESSEES, params![last, 1_000_i64]).await?;
        let Some((end,)) = addressees.last() else { return Ok(()) };
        last = end.uuid();
        for (workspace,) in addressees {
            try_to_deliver(store, workspace).await;
        }
    }
}

/// The message is as durable as the change that left it, so that nothing is lost where this fails.
pub(crate) async fn try_to_deliver(store: &Store, workspace: WorkspaceId) {
    if let Err(error) = deliver(store, workspace).await {
        tracing::error!(%workspace, %error, "messages to a workspace have to wait");
    }
}
