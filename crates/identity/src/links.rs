//! Links that are good once: first run, invitation, recovery, and the right to see the master key.
//! Only their tokens' hashes are kept.

use kernel::{Result, Timestamp, WorkspaceId};
use store::{ControlTx, Store, params};
use uuid::Uuid;

use crate::token::TokenHash;

store::statements! {
    control INSERT = "INSERT INTO link_tokens (token_hash, kind, workspace_id, subject_id, expires_at)
        VALUES ($1, $2, $3, $4, $5)";
    control FIND = "SELECT workspace_id, subject_id FROM link_tokens
        WHERE token_hash = $1 AND kind = $2 AND expires_at > $3";
    control USE_UP = "DELETE FROM link_tokens WHERE token_hash = $1 AND kind = $2 AND expires_at > $3";
    control DROP_OF_SUBJECT = "DELETE FROM link_tokens WHERE kind = $1 AND subject_id = $2";
    control DROP_OF_KIND = "DELETE FROM link_tokens WHERE kind = $1";
    control OF_SUBJECT = "SELECT workspace_id, subject_id FROM link_tokens
        WHERE kind = $1 AND subject_id = $2 AND expires_at > $3 ORDER BY token_hash LIMIT $4";
    control DROP_EXPIRED = "DELETE FROM link_tokens WHERE expires_at <= $1";
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Makes the first superadmin.
    Setup,
    /// Subject: the invitation, in the workspace.
    Invitation,
    /// Subject: the user who sets a new password.
    Recovery,
    /// Subject: the user who knows the password, and is asked for the second factor.
    Factor,
    /// Subject: the user who has not yet said that the master key is saved. Nobody holds a token.
    MasterKey,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Recovery => "recovery",
            Self::Factor => "factor",
            Self::MasterKey => "master_key",
        }
    }
}

/// What a token stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) subject: Option<Uuid>,
}

store::row!(Link { workspace, subject });

/// What a token stands for now, without using it.
pub(crate) async fn find(store: &Store, kind: Kind, token: &TokenHash) -> Result<Option<Link>> {
    store.control().first(&FIND, params![token, kind.name(), store.clock().now()]).await
}

/// Whether there is a link for `subject`.
pub(crate) async fn is_open(store: &Store, kind: Kind, subject: Uuid) -> Result<bool> {
    let now = store.clock().now();
    let found: Option<Link> =
        store.control().first(&OF_SUBJECT, params![kind.name(), subject, now, 1_i64]).await?;
    Ok(found.is_some())
}

pub(crate) async fn put(
    tx: &mut ControlTx,
    kind: Kind,
    token: TokenHash,
    link: Link,
    expires_at: Timestamp,
) -> Result<()> {
    tx.exec(&INSERT, params![&token, kind.name(), link.workspace, link.subject, expires_at]).await.map(drop)
}

/// Uses a link. True for exactly one of all who try.
pub(crate) async fn use_up(tx: &mut ControlTx, kind: Kind, token: TokenHash) -> Result<bool> {
    let now = tx.now();
    Ok(tx.exec(&USE_UP, params![&token, kind.name(), now]).await? == 1)
}

/// Ends every link of `kind` for `subject`; tells whether there was one.
pub(crate) async fn drop_of(tx: &mut ControlTx, kind: Kind, subject: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_OF_SUBJECT, params![kind.name(), subject]).await? > 0)
}

pub(crate) async fn drop_all(tx: &mut ControlTx, kind: Kind) -> Result<()> {
    tx.exec(&DROP_OF_KIND, params![kind.name()]).await.map(drop)
}

pub(crate) async fn drop_expired(tx: &mut ControlTx) -> Result<()> {
    let now = tx.now();
    tx.exec(&DROP_EXPIRED, params![now]).await.map(drop)
}
