//! Refused sign-ins for the audit logs: one record an account, network and minute, with a count,
//! however many there were.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kernel::access::{Actor, Origin};
use kernel::audit::Entry;
use kernel::{UserId, WorkspaceId};
use serde_json::json;
use store::{Store, params};

use super::Attempt;

store::statements! {
    control WORKSPACES_OF = "SELECT workspace_id FROM memberships WHERE user_id = $1 ORDER BY workspace_id LIMIT $2";
}

/// Kept apart until they are written; beyond it they are counted together.
const MOST: usize = 1_000;
const MOST_WORKSPACES: i64 = 100;

type Who = (Option<UserId>, String);

#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<Who, (u64, Origin)>>);

impl Refusals {
    pub(crate) fn add(&self, user: Option<UserId>, attempt: &Attempt, origin: &Origin) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut who = (user, attempt.network().to_owned());
        if all.len() >= MOST && !all.contains_key(&who) {
            who = (None, "many".into());
        }
        all.entry(who).or_insert_with(|| (0, origin.clone())).0 += 1;
    }

    /// Writes what was counted into the instance's log, and into those of the workspaces that the
    /// account is in. Called once a minute and when the server stops.
    pub(crate) async fn write(&self, store: &Store) {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for ((user, network), (count, origin)) in counted {
            let resource = user.map_or_else(|| "none".to_owned(), |user| user.to_string());
            let entry = Entry::new("session.refused", resource)
                .details(json!({ "count": count }))
                .personal("network", network, user);
            let actor = Actor::anonymous(origin);
            let written = store
                .control()
                .by(&actor)
                .write(async move |tx| {
                    if let Some(user) = user {
                        let workspaces: Vec<(WorkspaceId,)> =
                            tx.all(&WORKSPACES_OF, params![user, MOST_WORKSPACES]).await?;
                        for (workspace,) in workspaces {
                            tx.audit_in(workspace, &entry).await?;
                        }
                    }
                    tx.audit(entry);
                    Ok(())
                })
                .await;
            if let Err(error) = written {
                tracing::error!(%error, "refused sign-ins were not recorded");
            }
        }
    }
}
