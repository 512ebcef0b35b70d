//! The slice's part of what surrounds every page: where one is, and who one is there.

use kernel::access::{Area, Caller, Level, Role};
use kernel::{Error, Result};
use store::Store;
use web::page::{Frame, Page, Person, WorkspaceLink, initials, tag_of};
use web::words::Words;
use web::{BoxFuture, FillFrame};

use crate::identity::Identity;
use crate::workspaces::Workspace;
use crate::{users, workspaces};

impl FillFrame for Identity {
    fn fill<'a>(
        &'a self,
        _: &'a Store,
        caller: &'a Caller,
        _: &'a str,
        page: &'a mut Page,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.frame(caller, page))
    }
}

impl Identity {
    async fn frame(&self, caller: &Caller, page: &mut Page) -> Result<()> {
        let user = users::store::by_id(&self.store, caller.user()).await?;
        let user = user.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
        let mine = workspaces::store::of_user(&self.store, caller.user()).await?;
        let here = mine.iter().find(|workspace| workspace.id == caller.workspace());
        let here = here.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
        page.frame = Some(Frame {
            workspace: workspace_link(here),
            workspaces: mine.iter().map(workspace_link).collect(),
            person: person(user.id.to_string(), user.name, false),
            role: role_words(page.w, caller.role()).0,
            projects: Vec::new(),
            may_create_project: caller.may(Area::Projects, Level::Full),
            may_import: caller.may(Area::Projects, Level::Full),
            may_secure: caller.may(Area::Security, Level::Full),
            is_superadmin: user.superadmin,
        });
        page.time_zone = user.time_zone;
        Ok(())
    }
}

pub(crate) fn workspace_link(workspace: &Workspace) -> WorkspaceLink {
    let id = workspace.id.to_string();
    WorkspaceLink { tag: tag_of(&id), id, name: workspace.name.clone() }
}

pub(crate) fn person(id: String, name: String, placeholder: bool) -> Person {
    Person { initials: initials(&name), tag: tag_of(&id), id, name, placeholder }
}

/// A role's name, and what it may do.
pub(crate) const fn role_words(w: &'static Words, role: Role) -> (&'static str, &'static str) {
    let roles = &w.roles;
    match role {
        Role::Admin => (roles.admin, roles.admin_about),
        Role::Manager => (roles.manager, roles.manager_about),
        Role::TeamLead => (roles.team_lead, roles.team_lead_about),
        Role::Developer => (roles.developer, roles.developer_about),
        Role::Tester => (roles.tester, roles.tester_about),
        Role::Viewer => (roles.viewer, roles.viewer_about),
    }
}
