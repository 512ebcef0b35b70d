//! The commands themselves, over an open store.

use std::sync::Arc;

use identity::Identity;
use kernel::access::Actor;
use kernel::crypto::SecretText;
use kernel::{Error, WorkspaceId};
use serde_json::{Value, json};
use store::Store;
use store::backup::Progress;

use super::{Answer, Question};
use crate::backups::Backups;
use crate::config::Config;
use crate::doctor;
use crate::failure::Failure;
use crate::master_key::Source;

store::statements! {
    control WORKSPACE = "SELECT id FROM workspaces WHERE id = $1";
}

/// What commands need of the instance.
pub struct Operations {
    pub store: Store,
    pub identity: Arc<Identity>,
    pub backups: Arc<Backups>,
    pub config: Arc<Config>,
    /// Where the master key stands.
    pub key: Source,
    /// Looks on, where the command is in this process.
    pub shown: Option<Arc<dyn Progress>>,
}

impl Operations {
    pub async fn perform(&self, question: Question) -> Answer {
        Answer::from(self.outcome(question).await)
    }

    async fn outcome(&self, question: Question) -> Result<Value, Failure> {
        match question {
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
                .map_err(refusal)
            }
            Question::ResetFactor { email } => {
                identity::commands::reset_factor(&self.identity, &email).await.map_err(refusal)
            }
            Question::RecoverUser { email } => {
                identity::commands::recover_user(&self.identity, &email).await.map_err(refusal)
            }
            Question::VerifyAudit { workspace } => self.verify_audit(workspace).await.map_err(refusal),
            Question::CreateBackup(wanted) => self.create_backup(wanted).await,
            Question::ListBackups { from } => self.list_backups(from).await,
            Question::VerifyBackup { from, backup, identities } => {
                self.verify_backup(from, backup, identities).await
            }
            Question::BackUpNow => self.back_up_now(),
            Question::DescribeWorkspace { workspace } => {
                self.describe_workspace(workspace).await.map_err(refusal)
            }
            Question::EraseWorkspace { workspace } => self.erase_workspace(workspace).await.map_err(refusal),
            Question::Doctor => doctor::findings(self).await,
        }
    }

    /// Checks the instance's chain and those of all workspaces, or of one alone.
    async fn verify_audit(&self, only: Option<WorkspaceId>) -> kernel::Result<Value> {
        let mut chains = Vec::new();
        if let Some(workspace) = only {
            self.require_workspace(workspace).await?;
            chains.push(self.verify_workspace(workspace).await);
        } else {
            let whole = self.store.control().read(async move |tx| tx.verify_chain().await).await?;
            chains.push(chain(Value::Null, &whole));
            for workspace in self.store.workspaces().await? {
                chains.push(self.verify_workspace(workspace).await);
            }
        }
        let whole = chains.iter().all(|chain| chain["broken"].is_null());
        Ok(json!({ "whole": whole, "chains": chains }))
    }

    pub(super) async fn require_workspace(&self, workspace: WorkspaceId) -> kernel::Result<()> {
        let known: Option<(WorkspaceId,)> =
            self.store.control().first(&WORKSPACE, store::params![workspace]).await?;
        known.map(drop).ok_or(Error::NotFound)
    }

    /// A workspace that does not open is told of like one that is broken, and the others are checked.
    async fn verify_workspace(&self, workspace: WorkspaceId) -> Value {
        let door = self.store.system_tenant(workspace, Actor::system());
        match door.read(async move |tx| tx.verify_chain().await).await {
            Ok(whole) => chain(json!(workspace), &whole),
            Err(error) => {
                json!({ "workspace": workspace, "records": 0, "broken": { "record": 0, "why": explain(&error) } })
            }
        }
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

fn refusal(error: Error) -> Failure {
    Failure::Other(explain(&error))
}

/// For the operator, who may know all but secrets: also what a client would not be told.
pub fn explain(error: &Error) -> String {
    match error {
        Error::NotFound => "there is no such thing".into(),
        error => error.to_string(),
    }
}
