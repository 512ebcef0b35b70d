//! Making and naming workspaces.

use kernel::access::{Caller, Permit, Settings};
use kernel::audit::Entry;
use kernel::{Error, Result, WorkspaceId};
use serde_json::json;
use store::ControlTx;

use super::{MOST_JOINED, MOST_MADE, Workspace, store as workspaces};
use crate::field;
use crate::identity::{Identity, Registration};
use crate::inbox;
use crate::sessions;
use crate::users::actions::{FOUNDER, closed};
use crate::users::{self, User};

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
        let workspace = Workspace { id: WorkspaceId::new(now), name, created_at: now };
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

    pub(crate) async fn rename_workspace(
        &self,
        caller: &Caller,
        permit: Permit<Settings>,
        name: &str,
    ) -> Result<Workspace> {
        permit.require(kernel::access::Level::Limited)?;
        let name = field::name("/name", name)?;
        let id = caller.workspace();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let mut workspace = workspaces::find(tx, id).await?.ok_or(Error::NotFound)?;
                workspaces::rename(tx, id, &name).await?;
                workspace.name = name;
                let entry = Entry::new("workspace.updated", id).personal("name", &workspace.name, None);
                tx.audit_in(id, &entry).await?;
                tx.audit(entry);
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

fn too_many() -> Error {
    Error::conflict("too_many_workspaces", "You have made, or are in, as many workspaces as one person can.")
}
