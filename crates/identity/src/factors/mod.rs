//! Second factors: authenticators (TOTP, RFC 6238), and the recovery codes that stand for a lost one.
//!
//! An account has one factor, which all its workspaces ask for. Where an admin has put it aside, that workspace asks
//! for one of its own instead, once it is set up: an admin of one workspace opens nothing of another.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod codes;
pub(crate) mod entering;
pub(crate) mod page;
pub(crate) mod proof;
pub(crate) mod resets;
pub(crate) mod store;
pub(crate) mod totp;

use kernel::{UserId, WorkspaceId};
use uuid::Uuid;

/// Where a factor counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope(Uuid);

impl Scope {
    /// In every workspace that has not put it aside.
    pub(crate) const ACCOUNT: Self = Self(Uuid::nil());

    /// In this one alone.
    pub(crate) fn only(workspace: WorkspaceId) -> Self {
        Self(workspace.uuid())
    }

    pub(crate) const fn uuid(self) -> Uuid {
        self.0
    }

    /// The workspace, where it is one's own.
    pub(crate) fn workspace(self) -> Option<WorkspaceId> {
        (self != Self::ACCOUNT).then(|| WorkspaceId::from_uuid(self.0))
    }
}

/// What counts as somebody's second factor in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) scope: Scope,
    /// Whether there is one, so that it is asked for.
    pub(crate) is_on: bool,
}

impl Standing {
    /// The factor that a session there has to have been begun with.
    pub(crate) fn asked(self) -> Option<Scope> {
        self.is_on.then_some(self.scope)
    }
}

/// What a secret is sealed for: it opens in no other row.
fn bound_to(user: UserId, scope: Scope) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(user.uuid().as_bytes());
    bytes[16..].copy_from_slice(scope.uuid().as_bytes());
    bytes
}
