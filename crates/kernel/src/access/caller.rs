//! Who asks: an authenticated member of one workspace, and how they came in.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::access::{Access, Area, AreaKind, Level, Permit, Role};
use crate::{Error, Result, SessionId, Timestamp, UserId, WorkspaceId};

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub ip: Option<IpAddr>,
    /// At most 256 characters; the rest is cut where it is taken in.
    pub user_agent: Option<String>,
}

/// What somebody came in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// A browser's session.
    Session(SessionId),
    /// The command line, or a job of the server itself.
    System,
    /// Nobody yet: signing in, registering, accepting an invitation.
    None,
}

impl Credential {
    /// As the audit log shows it.
    pub fn name(self) -> String {
        match self {
            Self::Session(id) => id.to_string(),
            Self::System => "system".into(),
            Self::None => "none".into(),
        }
    }
}

/// Who stands behind a change, for its audit record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub user: Option<UserId>,
    pub credential: Credential,
    pub origin: Origin,
}

impl Actor {
    /// The server itself, or its operator at the command line.
    pub const fn system() -> Self {
        Self { user: None, credential: Credential::System, origin: Origin { ip: None, user_agent: None } }
    }

    /// A request that nobody is signed in for.
    pub const fn anonymous(origin: Origin) -> Self {
        Self { user: None, credential: Credential::None, origin }
    }
}

/// An authenticated member of one workspace. The only way to a workspace's data.
#[derive(Debug, Clone)]
pub struct Caller {
    actor: Actor,
    user: UserId,
    workspace: WorkspaceId,
    role: Role,
    sudo_until: Option<Timestamp>,
    lacks_factor: bool,
}

impl Caller {
    /// Only for the code that has just checked a credential against the store: the architecture
    /// test lists the places that may call it.
    pub const fn authenticated(
        user: UserId,
        workspace: WorkspaceId,
        role: Role,
        credential: Credential,
        origin: Origin,
        sudo_until: Option<Timestamp>,
    ) -> Self {
        let actor = Actor { user: Some(user), credential, origin };
        Self { actor, user, workspace, role, sudo_until, lacks_factor: false }
    }

    /// The workspace asks for a second factor, and this caller came without one.
    #[must_use]
    pub const fn lacking_factor(mut self, lacks: bool) -> Self {
        self.lacks_factor = lacks;
        self
    }

    pub const fn user(&self) -> UserId {
        self.user
    }

    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    pub const fn role(&self) -> Role {
        self.role
    }

    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The browser session behind the request, if it is one.
    pub const fn session(&self) -> Option<SessionId> {
        match self.actor.credential {
            Credential::Session(id) => Some(id),
            _ => None,
        }
    }

    /// Whether nothing of the workspace is open to them but setting up a second factor.
    pub const fn lacks_factor(&self) -> bool {
        self.lacks_factor
    }

    pub const fn level(&self, area: Area) -> Level {
        self.role.level(area)
    }

    /// Whether a page may show what needs this; the action behind it asks again.
    pub fn may(&self, area: Area, level: Level) -> bool {
        self.level(area) >= level
    }

    pub fn has_sudo(&self, now: Timestamp) -> bool {
        self.sudo_until.is_some_and(|until| now < until)
    }

    /// The proof that this caller has at least `level` of `A`.
    pub fn permit<A: AreaKind>(&self, level: Level) -> Result<Permit<A>> {
        if self.may(A::AREA, level) {
            Ok(Permit::new(self.user, self.role))
        } else {
            Err(Error::forbidden("forbidden", "Your role does not allow this."))
        }
    }

    /// The route's question, asked before anything of the request is looked at.
    pub fn check(&self, access: Access, now: Timestamp) -> Result<()> {
        if !access.allows(self.role) {
            return Err(Error::forbidden("forbidden", "Your role does not allow this."));
        }
        if access.needs_sudo() && !self.has_sudo(now) {
            return Err(Error::forbidden("sudo_required", "Confirm your password to go on."));
        }
        Ok(())
    }
}
