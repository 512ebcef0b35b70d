//! Making an account, and what people change about themselves.

use kernel::access::{Actor, Caller, Credential, Origin, Role};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, SessionId, UserId, WorkspaceId};
use serde_json::json;

use super::{User, store as users};
use crate::field::{self, Fields};
use crate::identity::{Identity, Registration};
use crate::links::{self, Kind};
use crate::sessions::{self, Entered};
use crate::token::{self, TokenHash};
use crate::workspaces::{self, Workspace};

/// What somebody gives to have an account and a workspace.
pub(crate) struct NewAccount {
    pub(crate) email: String,
    pub(crate) password: SecretText,
    pub(crate) name: String,
    pub(crate) workspace_name: String,
}

/// Why somebody may register.
enum Right {
    Open,
    /// The first-run link, which also makes a superadmin.
    Setup(TokenHash),
}

pub(crate) fn closed() -> Error {
    Error::forbidden("registration_closed", "Registration is closed on this server; ask for an invitation.")
}

pub(crate) fn taken() -> Error {
    Error::conflict("email_taken", "There is an account with this e-mail address already.")
}

impl User {
    pub(crate) fn new(id: UserId, email: String, name: String) -> Self {
        Self {
            id,
            email,
            email_verified: false,
            name,
            time_zone: String::new(),
            password_hash: None,
            superadmin: false,
            disabled: false,
        }
    }

    /// What a guesser of the password would try first.
    pub(crate) fn about(&self) -> Vec<String> {
        vec![self.email.clone(), self.name.clone()]
    }
}

impl Identity {
    /// Makes an account with a workspace of its own and signs it in.
    pub(crate) async fn register(
        &self,
        given: NewAccount,
        setup: Option<&str>,
        origin: Origin,
    ) -> Result<Entered> {
        let mut fields = Fields::default();
        let email = fields.take(field::email("/email", &given.email))?;
        let name = fields.take(field::name("/name", &given.name))?;
        let workspace_name = fields.take(field::name("/workspace_name", &given.workspace_name))?;
        let _turn = match setup.and_then(token::hash_of) {
            Some(link) => Some(self.limits.one_by_one(&link).await?),
            None => None,
        };
        let right = self.right_to_register(setup).await?;
        fields.finish()?;
        if matches!(right, Right::Open) {
            self.limits.register(&self.store, &origin).await?;
        }
        let now = self.store.clock().now();
        let mut user = User::new(UserId::new(now), email, name);
        let about = [user.about(), vec![workspace_name.clone()]].concat();
        user.password_hash = Some(self.passwords.accept("/password", &given.password, about).await?);
        if users::by_email(&self.store, &user.email).await?.is_some() {
            return Err(taken());
        }
        let workspace = Workspace::new(WorkspaceId::new(now), workspace_name, now);
        self.enter_first(user, workspace, right, origin).await
    }

    async fn right_to_register(&self, setup: Option<&str>) -> Result<Right> {
        if let Some(hash) = setup.and_then(token::hash_of)
            && links::find(&self.store, Kind::Setup, &hash).await?.is_some()
            && !users::exists_any(&self.store).await?
        {
            return Ok(Right::Setup(hash));
        }
        match self.settings.registration {
            Registration::Open => Ok(Right::Open),
            Registration::Invite | Registration::Closed => Err(closed()),
        }
    }

    /// The workspace's home first: if the server dies here, nothing refers to it.
    async fn enter_first(
        &self,
        mut user: User,
        workspace: Workspace,
        right: Right,
        origin: Origin,
    ) -> Result<Entered> {
        self.store.create_workspace(workspace.id).await?;
        let session = SessionId::new(self.store.clock().now());
        let actor = Actor { user: Some(user.id), credential: Credential::Session(session), origin };
        let place = workspace.clone();
        let (token, user) = self
            .store
            .control()
            .by(&actor)
            .write(async move |tx| {
                if let Right::Setup(hash) = right {
                    if users::exists_any_in(tx).await? || !links::use_up(tx, Kind::Setup, hash).await? {
                        return Err(closed());
                    }
                    links::drop_all(tx, Kind::Setup).await?;
                    user.superadmin = true;
                    crate::setup::actions::grant_key_notice(tx, user.id).await?;
                }
                if users::find_by_email(tx, &user.email).await?.is_some() {
                    return Err(taken());
                }
                users::insert(tx, &user).await?;
                let entry = Entry::new("user.registered", user.id)
                    .details(json!({ "superadmin": user.superadmin }))
                    .personal("email", &user.email, Some(user.id));
                tx.audit(entry);
                workspaces::actions::found(tx, &place, &user).await?;
                let token = sessions::actions::begin(tx, &user, Some(place.id)).await?;
                Ok((token, user))
            })
            .await?;
        Ok(Entered { token, user, workspace: Some(workspace) })
    }

    /// Changes one's own name and time zone; all one's workspaces get to know the name.
    pub(crate) async fn change_profile(
        &self,
        caller: &Caller,
        name: Option<&str>,
        time_zone: Option<&str>,
    ) -> Result<User> {
        let mut fields = Fields::default();
        let name = name.map(|name| fields.take(field::name("/name", name))).transpose()?;
        let time_zone =
            time_zone.map(|zone| fields.take(field::time_zone("/time_zone", zone))).transpose()?;
        fields.finish()?;
        let id = caller.user();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let mut user = users::find(tx, id).await?.ok_or(Error::NotFound)?;
                let renamed = name.filter(|name| *name != user.name);
                user.time_zone = time_zone.unwrap_or(user.time_zone);
                if let Some(name) = &renamed {
                    user.name.clone_from(name);
                    for workspace in workspaces::store::find_of_user(tx, id).await? {
                        tx.tell(workspace.id, crate::inbox::RENAMED, &json!({ "user": id, "name": name }))
                            .await?;
                    }
                }
                users::rename(tx, id, &user.name, &user.time_zone).await?;
                tx.audit(Entry::new("user.updated", id).details(json!({ "renamed": renamed.is_some() })));
                Ok(user)
            })
            .await
    }

    /// What one may do, for `GET /me`.
    pub(crate) async fn myself(&self, caller: &Caller) -> Result<(User, Workspace)> {
        let gone = Error::Unauthenticated { code: "unauthenticated" };
        let user = users::by_id(&self.store, caller.user()).await?.ok_or(gone.clone())?;
        let workspace = workspaces::store::by_id(&self.store, caller.workspace()).await?.ok_or(gone)?;
        Ok((user, workspace))
    }
}

/// A workspace's first member.
pub(crate) const FOUNDER: Role = Role::Admin;
