//! Shapes that several of the slice's answers have.

use std::collections::BTreeMap;

use kernel::access::{Area, Role};
use kernel::{UserId, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;
use web::time::Utc;

use crate::users::User;
use crate::workspaces::Workspace;

/// Somebody with an account, as they see themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserJson {
    id: UserId,
    email: String,
    /// Whether a mail proved that the address is theirs.
    email_verified: bool,
    name: String,
    /// IANA name; empty for the browser's.
    time_zone: String,
    /// Runs this server.
    superadmin: bool,
}

impl From<User> for UserJson {
    fn from(user: User) -> Self {
        let User { id, email, email_verified, name, time_zone, superadmin, .. } = user;
        Self { id, email, email_verified, name, time_zone, superadmin }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Workspace)]
pub(crate) struct WorkspaceJson {
    id: WorkspaceId,
    name: String,
    created_at: Utc,
    /// Whether members need a second factor before anything else of it opens.
    require_2fa: bool,
}

impl From<Workspace> for WorkspaceJson {
    fn from(workspace: Workspace) -> Self {
        let Workspace { id, name, created_at, require_2fa } = workspace;
        Self { id, name, created_at: created_at.into(), require_2fa }
    }
}

/// What a role has of each area: `none`, `view`, `limited` or `full`.
pub(crate) type Permissions = BTreeMap<&'static str, &'static str>;

pub(crate) fn permissions(role: Role) -> Permissions {
    Area::ALL.into_iter().map(|area| (area.name(), role.level(area).name())).collect()
}

/// Who one is, where, and as what.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    pub(crate) user: UserJson,
    pub(crate) workspace: WorkspaceJson,
    pub(crate) role: Role,
    /// Of each area: `none`, `view`, `limited` or `full`.
    #[schema(value_type = BTreeMap<String, String>)]
    pub(crate) permissions: Permissions,
}
