//! What the operator does at the command line.

use kernel::access::{Actor, Role};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, UserId, WorkspaceId};
use serde_json::{Value, json};

use crate::field::{self, Fields};
use crate::identity::Identity;
use crate::inbox::{self, Joined};
use crate::links::{self, Kind};
use crate::users::actions::{FOUNDER, taken};
use crate::users::{self, User};
use crate::workspaces::{self, Workspace};

enum Destination {
    Existing(Workspace),
    New(Workspace),
}

/// `trackhold user create`: makes an account, whatever the registration mode is; answers with
/// `{"user": {"id", "email"}, "workspace": {"id", "role"}}`.
///
/// `workspace` is an id (`ws_…`) or a name. One that exists is joined as a viewer (its admins can
/// change that); a name that does not exist makes a workspace with this person as its admin; without
/// any, a workspace is made that has the person's name.
pub async fn create_user(
    identity: &Identity,
    email: &str,
    name: &str,
    password: SecretText,
    superadmin: bool,
    workspace: Option<&str>,
) -> Result<Value> {
    let mut fields = Fields::default();
    let email = fields.take(field::email("/email", email))?;
    let name = fields.take(field::name("/name", name))?;
    fields.finish()?;
    let destination = destination(identity, workspace.unwrap_or(&name)).await?;
    let mut user = User::new(UserId::new(identity.store.clock().now()), email, name);
    user.superadmin = superadmin;
    user.password_hash = Some(identity.passwords.accept("/password", &password, user.about()).await?);
    if users::store::by_email(&identity.store, &user.email).await?.is_some() {
        return Err(taken());
    }
    if let Destination::New(workspace) = &destination {
        identity.store.create_workspace(workspace.id).await?;
    }
    identity
        .store
        .control()
        .by(&Actor::system())
        .write(async move |tx| {
            if users::store::find_by_email(tx, &user.email).await?.is_some() {
                return Err(taken());
            }
            links::drop_all(tx, Kind::Setup).await?;
            users::store::insert(tx, &user).await?;
            let entry =
                Entry::new("user.registered", user.id).details(json!({ "superadmin": user.superadmin }));
            tx.audit(entry.personal("email", &user.email, Some(user.id)));
            let (workspace, role) = match destination {
                Destination::New(workspace) => {
                    workspaces::actions::found(tx, &workspace, &user).await?;
                    (workspace.id, FOUNDER)
                }
                Destination::Existing(workspace) => {
                    users::store::join(tx, user.id, workspace.id).await?;
                    let joined = Joined::founder(&user, Role::Viewer);
                    tx.tell(workspace.id, inbox::JOINED, &joined.json()?).await?;
                    (workspace.id, Role::Viewer)
                }
            };
            let created = json!({ "id": user.id, "email": user.email });
            Ok(json!({ "user": created, "workspace": { "id": workspace, "role": role } }))
        })
        .await
}

async fn destination(identity: &Identity, wanted: &str) -> Result<Destination> {
    if let Ok(id) = wanted.parse::<WorkspaceId>() {
        let found = workspaces::store::by_id(&identity.store, id).await?;
        return found.map(Destination::Existing).ok_or(Error::NotFound);
    }
    let name = field::name("/workspace", wanted)?;
    let mut named = workspaces::store::by_name(&identity.store, &name).await?;
    if named.len() > 1 {
        return Err(Error::conflict("ambiguous", "Several workspaces have this name; give the id (ws_…)."));
    }
    Ok(named.pop().map_or_else(
        || {
            let now = identity.store.clock().now();
            Destination::New(Workspace::new(WorkspaceId::new(now), name, now))
        },
        Destination::Existing,
    ))
}

/// `trackhold user recover`: `{"link"}`, the address of a page where the person sets a new password,
/// once and within 30 minutes.
pub async fn recover_user(identity: &Identity, email: &str) -> Result<Value> {
    let email = field::email("/email", email)?;
    let link = identity.recovery_link(&email).await?;
    Ok(json!({ "link": link.expose() }))
}

/// `trackhold user reset-2fa`: `{"user", "had_one"}`. All sessions of the account end.
pub async fn reset_factor(identity: &Identity, email: &str) -> Result<Value> {
    let email = field::email("/email", email)?;
    let user = users::store::by_email(&identity.store, &email).await?.ok_or(Error::NotFound)?;
    let had_one = identity.reset_factor(&Actor::system(), user.id).await?;
    Ok(json!({ "user": user.id, "had_one": had_one }))
}
