//! Making and naming workspaces.

use kernel::access::{Access, Area, Caller, Level, Permit, Settings};
use kernel::audit::Entry;
use kernel::{Error, Result, SessionId, WorkspaceId};
use serde_json::json;
use store::ControlTx;

use super::{MOST_JOINED, MOST_MADE, Workspace, store as workspaces};
use crate::factors::store as factors;
use crate::field;
use crate::identity::{Identity, Registration};
use crate::inbox;
use crate::sessions;
use crate::users::actions::{FOUNDER, closed};
use crate::users::{self, User};

/// What is changed of a workspace; what is none stays.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    pub(crate) require_2fa: Option<bool>,
}

/// Enters a workspace into the index, with its first member.
pub(crate) async fn found(tx: &mut ControlTx, workspace: &Workspace, founder: &User) -> Result<()> {
    workspaces::insert(tx, workspace, founder.id).await?;
    users::store::join(tx, founder.id, workspace.id).await?;
    let body = inbox::Joined::founder(founder, FOUNDER);
    tx.tell(workspace.id, inbox::JOINED, &body.json()?).await?;
    let entry = Entry::new("workspace.created", workspace.id).details(json!({ "founder": founder.id }));
    tx.audit(entry.personal("name", &workspace.name, None));
    Ok(())
}

impl Identity {
    /// Makes a further workspace; whoever makes it is its admin.
    pub(crate) async fn create_workspace(&self, caller: &Caller, name: &str) -> Result<Workspace> {
        let name = field::name("/name", name)?;
        let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(Error::NotFound)?;
        if self.settings.registration == Registration::Closed && !user.superadmin {
            return Err(closed());
        }
        let now = self.store.clock().now();
        let workspace = Workspace::new(WorkspaceId::new(now), name, now);
        self.refuse_if_too_many(&user).await?;
        self.store.create_workspace(workspace.id).await?;
        let made = workspace.clone();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                // Once more: several may have been asked for at the same time.
                if workspaces::made_by(tx, user.id, MOST_MADE).await? as i64 >= MOST_MADE {
                    return Err(too_many());
                }
                found(tx, &made, &user).await
            })
            .await?;
        Ok(workspace)
    }

    async fn refuse_if_too_many(&self, user: &User) -> Result<()> {
        let id = user.id;
        let (made, joined) = self
            .store
            .control()
            .read(async move |tx| {
                let made = workspaces::made_by(tx, id, MOST_MADE).await?;
                Ok((made, workspaces::find_of_user(tx, id).await?.len()))
            })
            .await?;
        if made as i64 >= MOST_MADE || joined as i64 >= MOST_JOINED { Err(too_many()) } else { Ok(()) }
    }

    pub(crate) async fn change_workspace(
        &self,
        caller: &Caller,
        permit: Permit<Settings>,
        change: Change,
    ) -> Result<Workspace> {
        permit.require(Level::Limited)?;
        let name = change.name.map(|name| field::name("/name", &name)).transpose()?;
        if change.require_2fa.is_some() {
            caller.check(Access::Sudo(Area::Security, Level::Full), self.store.clock().now())?;
        }
        let (id, session, cache) = (caller.workspace(), caller.session(), self.sessions.clone());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let mut workspace = workspaces::find(tx, id).await?.ok_or(Error::NotFound)?;
                if let Some(name) = name.filter(|name| *name != workspace.name) {
                    workspaces::rename(tx, id, &name).await?;
                    workspace.name = name;
                    let entry = Entry::new("workspace.updated", id).personal("name", &workspace.name, None);
                    tx.audit_in(id, &entry).await?;
                    tx.audit(entry);
                }
                if let Some(required) =
                    change.require_2fa.filter(|required| *required != workspace.require_2fa)
                {
                    if required && !begun_with_factor(tx, session).await? {
                        return Err(own_first());
                    }
                    workspaces::set_require_2fa(tx, id, required).await?;
                    workspace.require_2fa = required;
                    let details = json!({ "require_2fa": required });
                    let entry = Entry::new("workspace.policy_changed", id).details(details);
                    tx.audit_in(id, &entry).await?;
                    tx.audit(entry);
                    tx.after_commit(move || cache.forget_workspace(id));
                }
                Ok(workspace)
            })
            .await
    }

    /// The workspaces that somebody is in now, by what each of them says itself.
    pub(crate) async fn workspaces_of(&self, user: kernel::UserId) -> Result<Vec<Workspace>> {
        let mut mine = Vec::new();
        for workspace in workspaces::of_user(&self.store, user).await? {
            match sessions::store::role(&self.store, workspace.id, user).await {
                Ok(None) => {}
                // One that cannot be opened now is one's own all the same.
                Ok(Some(_)) | Err(Error::Unavailable { .. }) => mine.push(workspace),
                Err(error) => return Err(error),
            }
        }
        Ok(mine)
    }
}

async fn begun_with_factor(tx: &mut ControlTx, session: Option<SessionId>) -> Result<bool> {
    let Some(session) = session else { return Ok(false) };
    Ok(factors::of_session(tx, session).await?.is_some())
}

/// Whoever asks it of all others would be the first to be kept out.
fn own_first() -> Error {
    Error::conflict("two_factor_off", "Set up your own second factor first; then ask for one of everybody.")
}

fn too_many() -> Error {
    Error::conflict("too_many_workspaces", "You have made, or are in, as many workspaces as one person can.")
}
