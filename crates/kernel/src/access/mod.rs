//! Who may do what: six roles, eight areas, four levels, in one table. Routes, pages, buttons and
//! `docs/access-matrix.md` are made from it; a [`Permit`] is the proof that it was asked.

mod caller;
mod matrix;
mod permit;

pub use caller::{Actor, Caller, Credential, Origin};
pub use matrix::markdown;
pub use permit::{AreaKind, Assets, Codes, Hooks, Members, Permit, Projects, Security, Settings, Tasks};

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

/// How much of an area somebody has; each level includes those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    None,
    View,
    Limited,
    Full,
}

/// A part of the product that permissions are given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Tasks,
    Projects,
    Members,
    Settings,
    Codes,
    Assets,
    Hooks,
    /// Audit log, security policy and billing.
    Security,
}

impl Area {
    pub const ALL: [Self; 8] = [
        Self::Tasks,
        Self::Projects,
        Self::Members,
        Self::Settings,
        Self::Codes,
        Self::Assets,
        Self::Hooks,
        Self::Security,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Projects => "projects",
            Self::Members => "members",
            Self::Settings => "settings",
            Self::Codes => "codes",
            Self::Assets => "assets",
            Self::Hooks => "hooks",
            Self::Security => "security",
        }
    }
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::View => "view",
            Self::Limited => "limited",
            Self::Full => "full",
        }
    }
}

/// What a member is in a workspace, weakest first, so that `<` means "ranks below".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Tester,
    Developer,
    TeamLead,
    Manager,
    Admin,
}

impl Role {
    /// Strongest first, as pages list them.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Manager, Self::TeamLead, Self::Developer, Self::Tester, Self::Viewer];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::TeamLead => "team_lead",
            Self::Developer => "developer",
            Self::Tester => "tester",
            Self::Viewer => "viewer",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether this role may change a member who is `other`, or make somebody `other`:
    /// only what ranks below it, bar admins, who may do so to all.
    pub fn governs(self, other: Self) -> bool {
        self == Self::Admin || self > other
    }

    /// The access table (`docs/access-matrix.md`): what a role has of an area, before a board narrows it.
    pub const fn level(self, area: Area) -> Level {
        use Level::{Full, Limited, None, View};
        let [tasks, projects, members, settings, codes, assets, hooks, security] = match self {
            Self::Admin => [Full, Full, Full, Full, Full, Full, Full, Full],
            Self::Manager => [Full, Full, Full, Limited, Full, Full, Full, None],
            Self::TeamLead => [Full, Full, View, None, Limited, Full, View, None],
            Self::Developer => [Full, View, None, None, Limited, View, None, None],
            Self::Tester => [Limited, View, None, None, Limited, View, None, None],
            Self::Viewer => [View, View, None, None, View, View, None, None],
        };
        match area {
            Area::Tasks => tasks,
            Area::Projects => projects,
            Area::Members => members,
            Area::Settings => settings,
            Area::Codes => codes,
            Area::Assets => assets,
            Area::Hooks => hooks,
            Area::Security => security,
        }
    }
}

/// By hand: serde_json takes anything but a text for broken JSON where it expects a variant's name.
impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let wrong = "must be one of: admin, manager, team_lead, developer, tester, viewer";
        Self::from_name(&name).ok_or_else(|| de::Error::custom(wrong))
    }
}

/// What a route asks of its caller; every route has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// A live session or token, whatever its role: one's own account.
    SignedIn,
    /// At least this level of this area.
    Area(Area, Level),
    /// The same, and a password (or stronger) given in the last ten minutes.
    Sudo(Area, Level),
    /// One's own account, and a password given in the last ten minutes.
    SudoSelf,
    /// Those who run the instance; for all others there is no such route.
    Superadmin,
    /// The same, and a password given in the last ten minutes.
    SudoSuperadmin,
}

impl Access {
    /// Whether only those who run the instance pass: no role is enough.
    pub const fn is_superadmins(self) -> bool {
        matches!(self, Self::Superadmin | Self::SudoSuperadmin)
    }

    /// Whether a member of this role passes, sudo aside, and running the instance aside.
    pub fn allows(self, role: Role) -> bool {
        match self {
            Self::Public | Self::SignedIn | Self::SudoSelf | Self::Superadmin | Self::SudoSuperadmin => true,
            Self::Area(area, level) | Self::Sudo(area, level) => role.level(area) >= level,
        }
    }

    pub const fn needs_sudo(self) -> bool {
        matches!(self, Self::Sudo(..) | Self::SudoSelf | Self::SudoSuperadmin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_by_what_they_have() {
        for area in Area::ALL {
            for pair in Role::ALL.windows(2) {
                assert!(pair[0].level(area) >= pair[1].level(area), "{pair:?} {area:?}");
            }
        }
    }

    #[test]
    fn nobody_governs_their_own_rank_but_admins() {
        for role in Role::ALL {
            for other in Role::ALL {
                let expected = role == Role::Admin || (role as u8) > (other as u8);
                assert_eq!(role.governs(other), expected, "{role:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_role_is_read_from_its_name_alone() {
        for role in Role::ALL {
            assert_eq!(serde_json::from_value::<Role>(serde_json::json!(role.name())).unwrap(), role);
        }
        for wrong in ["\"root\"", "1", "null", "[\"admin\"]", "{\"admin\":null}", "true"] {
            assert!(serde_json::from_str::<Role>(wrong).unwrap_err().is_data(), "{wrong}");
        }
    }

    #[test]
    fn only_admins_see_security() {
        let seeing: Vec<_> =
            Role::ALL.into_iter().filter(|r| r.level(Area::Security) > Level::None).collect();
        assert_eq!(seeing, [Role::Admin]);
    }
}
