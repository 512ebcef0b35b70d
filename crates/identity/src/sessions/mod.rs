//! Browser sessions: a random token whose hash is stored, bound to one workspace.

pub(crate) mod actions;
pub(crate) mod api;
mod authenticate;
mod cache;
pub(crate) mod ending;
pub(crate) mod page;
pub(crate) mod password;
pub(crate) mod store;

pub(crate) use authenticate::Sessions;
pub(crate) use store::drop_expired;

use std::time::Duration;

use kernel::crypto::SecretText;
use kernel::{SessionId, Timestamp, UserId, WorkspaceId};
use uuid::Uuid;

use crate::users::User;
use crate::workspaces::Workspace;

/// Unused for so long, a session is over.
pub(crate) const IDLE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// However much it is used.
pub(crate) const LONGEST: Duration = Duration::from_secs(30 * 24 * 3_600);
/// How long a checked password allows changes of security.
pub(crate) const SUDO: Duration = Duration::from_secs(10 * 60);
/// `last_seen_at` is written at most so often.
pub(crate) const SEEN: Duration = Duration::from_secs(5 * 60);
/// Sessions of one person; a further one ends the oldest.
pub(crate) const MOST: i64 = 100;

/// A session as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    /// None for somebody who is in no workspace: they can accept an invitation, nothing else.
    pub(crate) workspace: Option<WorkspaceId>,
    pub(crate) created_at: Timestamp,
    pub(crate) last_seen_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) sudo_until: Option<Timestamp>,
    /// The second factor that it was begun with, by its scope.
    pub(crate) factor: Option<Uuid>,
    /// Whether its workspace asks for one.
    pub(crate) needs_factor: bool,
}

impl Session {
    pub(crate) const fn lacks_factor(&self) -> bool {
        self.needs_factor && self.factor.is_none()
    }

    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && now.since(self.last_seen_at) < IDLE
    }
}

/// Somebody has come in: by password, by registering, by the first-run link.
#[derive(Debug)]
pub(crate) struct Entered {
    /// The value of the session's cookie.
    pub(crate) token: SecretText,
    pub(crate) user: User,
    pub(crate) workspace: Option<Workspace>,
}
