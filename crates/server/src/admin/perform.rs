//! The commands themselves, over an open store.

use std::sync::Arc;

use identity::Identity;
use kernel::access::Actor;
use kernel::crypto::SecretText;
use kernel::{Error, Result, WorkspaceId};
use serde_json::{Value, json};
use store::Store;

use super::{Answer, Question};

store::statements! {
    control WORKSPACE = "SELECT id FROM workspaces WHERE id = $1";
    control WORKSPACES_AFTER = "SELECT id FROM workspaces WHERE id > $1 ORDER BY id LIMIT $2";
}

/// What commands need of the instance.
pub struct Operations {
    pub store: Store,
    pub identity: Arc<Identity>,
}

impl Operations {
    pub async fn perform(&self, question: Question) -> Answer {
        let outcome = match question {
            Question::CreateUser { email, name, password, superadmin, workspace } => {
                identity::commands::create_user(
                    &self.identity,
                    &email,
                    &name,
                    SecretText::new(password),
                    superadmin,
                    workspace.as_deref(),
                )
                .await
            }
            Question::RecoverUser { email } => identity::commands::recover_user(&self.identity, &email).await,
            Question::VerifyAudit { workspace } => self.verify_audit(workspace).await,
        };
        match outcome {
            Ok(value) => Answer::Done(value),
            Err(error) => Answer::Refused(explain(&error)),
        }
    }

    /// Checks the instance's chain and those of all workspaces, or of one alone.
    async fn verify_audit(&self, only: Option<WorkspaceId>) -> Result<Value> {
        let mut chains = Vec::new();
        if let Some(workspace) = only {
            let known: Option<(WorkspaceId,)> =
                self.store.control().first(&WORKSPACE, store::params![workspace]).await?;
            known.ok_or(Error::NotFound)?;
            chains.push(self.verify_workspace(workspace).await?);
        } else {
            let whole = self.store.control().read(async move |tx| tx.verify_chain().await).await?;
            chains.push(chain(Value::Null, &whole));
            let mut last = None;
            loop {
                let page = self.workspaces_after(last).await?;
                let Some(end) = page.last() else { break };
                last = Some(*end);
                for workspace in page {
                    chains.push(self.verify_workspace(workspace).await?);
                }
            }
        }
        let whole = chains.iter().all(|chain| chain["broken"].is_null());
        Ok(json!({ "whole": whole, "chains": chains }))
    }

    async fn verify_workspace(&self, workspace: WorkspaceId) -> Result<Value> {
        let door = self.store.system_tenant(workspace, Actor::system());
        let whole = door.read(async move |tx| tx.verify_chain().await).await?;
        Ok(chain(json!(workspace), &whole))
    }

    async fn workspaces_after(&self, last: Option<WorkspaceId>) -> Result<Vec<WorkspaceId>> {
        let last = last.map(WorkspaceId::uuid).unwrap_or_default();
        let rows: Vec<(WorkspaceId,)> =
            self.store.control().all(&WORKSPACES_AFTER, store::params![last, 1_000_i64]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

fn chain(workspace: Value, verified: &Result<i64, kernel::audit::Broken>) -> Value {
    match verified {
        Ok(records) => json!({ "workspace": workspace, "records": records, "broken": null }),
        Err(broken) => {
            json!({ "workspace": workspace, "records": broken.seq, "broken": { "record": broken.seq, "why": broken.why } })
        }
    }
}

/// For the operator, who may know all but secrets: also what a client would not be told.
fn explain(error: &Error) -> String {
    match error {
        Error::NotFound => "there is no such thing".into(),
        error => error.to_string(),
    }
}
