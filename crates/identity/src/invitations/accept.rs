//! Accepting. It never signs anybody in, and never sets a password of an account that exists: for
//! an address that has one it takes that account's live session.

use kernel::access::{Actor, Credential, Origin, Role};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, UserId};
use serde_json::json;

use super::actions::{Place, is_still_given};
use super::{Invitation, store as invitations};
use crate::field;
use crate::identity::{Identity, Registration};
use crate::inbox::{self, Joined};
use crate::links::{self, Kind};
use crate::members::store as members;
use crate::passwords::PasswordHash;
use crate::sessions::{self, Session};
use crate::token::{self, TokenHash};
use crate::users::actions::{closed, taken};
use crate::users::{self, User};
use crate::workspaces::{self, Workspace};

/// What somebody gives who accepts; name and password only for an address without an account.
pub(crate) struct Acceptance {
    pub(crate) token: SecretText,
    pub(crate) name: Option<String>,
    pub(crate) password: Option<SecretText>,
}

/// An invitation as whoever holds its link sees it.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) invitation: Invitation,
    pub(crate) role: Role,
    pub(crate) workspace: Workspace,
    pub(crate) inviter: Option<String>,
    /// The account of the invited address.
    pub(crate) account: Option<User>,
    hash: TokenHash,
    is_member: bool,
}

impl Identity {
    /// What a link offers; missing when it is unknown, used, expired, taken back, or of an inviter
    /// who could not give it any more.
    pub(crate) async fn offer(&self, token: &str) -> Result<Offer> {
        let hash = token::hash_of(token).ok_or(Error::NotFound)?;
        let link = links::find(&self.store, Kind::Invitation, &hash).await?.ok_or(Error::NotFound)?;
        let Place { workspace, invitation } = Place::of(link).ok_or(Error::NotFound)?;
        let place = workspaces::store::by_id(&self.store, workspace).await?.ok_or(Error::NotFound)?;
        let door = self.store.system_tenant(workspace, Actor::system());
        let (invitation, inviter, is_member) = door
            .read(async move |tx| {
                let invitation = invitations::open(tx, invitation).await?.ok_or(Error::NotFound)?;
                if !is_still_given(tx, &invitation).await? {
                    return Err(Error::NotFound);
                }
                let inviter = match invitation.invited_by {
                    Some(inviter) => members::find(tx, inviter).await?.map(|member| member.name),
                    None => None,
                };
                let is_member = members::is_active(tx, &invitation.email).await?;
                Ok((invitation, inviter, is_member))
            })
            .await?;
        let account = users::store::by_email(&self.store, &invitation.email).await?;
        let role = invitation.role()?;
        Ok(Offer { invitation, role, workspace: place, inviter, account, hash, is_member })
    }

    /// Makes the holder of the link a member. `session` is the token of the session that asks.
    pub(crate) async fn accept(
        &self,
        given: Acceptance,
        session: Option<&str>,
        origin: Origin,
    ) -> Result<(User, Workspace)> {
        let hash = token::hash_of(given.token.expose()).ok_or(Error::NotFound)?;
        let _turn = self.limits.one_by_one(&hash).await?;
        let offer = self.offer(given.token.expose()).await?;
        match offer.account.clone() {
            Some(account) => {
                let session = match session {
                    Some(token) => self.session_of(token).await?,
                    None => None,
                };
                let session = session.filter(|session| session.user == account.id && !account.disabled);
                let session = session.ok_or(Error::Unauthenticated { code: "sign_in_to_accept" })?;
                self.enter(offer, account, Some(session), origin).await
            }
            None => {
                if self.settings.registration == Registration::Closed {
                    return Err(closed());
                }
                let account = self.new_account(&offer, &given).await?;
                self.enter(offer, account, None, origin).await
            }
        }
    }

    /// The shown link proves nothing about the address, so it stays unverified.
    async fn new_account(&self, offer: &Offer, given: &Acceptance) -> Result<User> {
        let name = field::name("/name", given.name.as_deref().unwrap_or_default())?;
        let mut user = User::new(UserId::new(self.store.clock().now()), offer.invitation.email.clone(), name);
        let none = SecretText::default();
        let password = given.password.as_ref().unwrap_or(&none);
        user.password_hash = Some(self.passwords.accept("/password", password, user.about()).await?);
        Ok(user)
    }

    /// One of all who hold the token comes in: using it up and entering are one transaction.
    async fn enter(
        &self,
        offer: Offer,
        user: User,
        session: Option<Session>,
        origin: Origin,
    ) -> Result<(User, Workspace)> {
        let credential = session.as_ref().map_or(Credential::None, |session| Credential::Session(session.id));
        let actor = Actor { user: Some(user.id), credential, origin };
        let Offer { invitation, role, workspace, hash, is_member, .. } = offer;
        let (cache, place) = (self.sessions.clone(), workspace.id);
        let user = self
            .store
            .control()
            .by(&actor)
            .write(async move |tx| {
                if !links::use_up(tx, Kind::Invitation, hash).await? {
                    return Err(Error::NotFound);
                }
                match &session {
                    Some(session) => {
                        if !is_member {
                            // Of an earlier time in this workspace; removal ended them already.
                            let over = sessions::store::find_in(tx, user.id, place).await?;
                            sessions::ending::end(tx, user.id, over, "removed", cache).await?;
                        }
                        sessions::store::set_workspace(tx, session.id, place).await?;
                    }
                    None => register(tx, &user).await?,
                }
                users::store::join(tx, user.id, place).await?;
                let joined = Joined::invited(&user, role, invitation.id);
                tx.tell(place, inbox::JOINED, &joined.json()?).await?;
                Ok(user)
            })
            .await?;
        Ok((user, workspace))
    }

    /// Whether a workspace's invitation would make an account.
    pub(crate) fn may_register_by_invitation(&self) -> bool {
        self.settings.registration != Registration::Closed
    }
}

async fn register(tx: &mut store::ControlTx, user: &User) -> Result<()> {
    if users::store::find_by_email(tx, &user.email).await?.is_some() {
        return Err(taken());
    }
    users::store::insert(tx, user).await?;
    debug_assert!(user.password_hash.as_ref().map(PasswordHash::text).is_some());
    let entry = Entry::new("user.registered", user.id).details(json!({ "superadmin": false }));
    tx.audit(entry.personal("email", &user.email, Some(user.id)));
    Ok(())
}
