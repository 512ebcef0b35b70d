//! Coming in and going out.

use std::time::Duration;

use kernel::access::{Actor, Caller, Credential, Origin};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, SessionId, UserId, WorkspaceId};
use serde_json::json;
use store::ControlTx;

use super::{Entered, LONGEST, MOST, SUDO, Session, ending, store as sessions};
use crate::factors::proof::{self, Given};
use crate::factors::{Standing, store as factors};
use crate::identity::Identity;
use crate::links::{self, Kind, Link};
use crate::token::{self, TokenHash};
use crate::users::{self, User};
use crate::workspaces::{self, Workspace};

/// What somebody gives to come in.
pub(crate) struct SignIn {
    pub(crate) email: String,
    pub(crate) password: SecretText,
    /// Where to; by default where they were last.
    pub(crate) workspace: Option<WorkspaceId>,
}

/// What shows, once more, that it is still them.
pub(crate) enum Sudo {
    Password(SecretText),
    /// Of the authenticator.
    Code(SecretText),
}

pub(crate) const WRONG: Error = Error::Unauthenticated { code: "invalid_credentials" };
const NOBODY: Error = Error::Unauthenticated { code: "unauthenticated" };

/// Signed in, and asked for more.
fn factor_needed() -> Error {
    Error::forbidden("totp_required", "That workspace asks for a code of your authenticator.")
}

/// The first of two answers, where a second factor is asked for.
pub(crate) const TOTP_REQUIRED: Error = Error::Unauthenticated { code: "totp_required" };
/// How long one may take between the password and the second factor.
pub(crate) const BETWEEN: Duration = Duration::from_secs(5 * 60);

/// Somebody who knows the password, where they go, and what else is asked for there.
pub(crate) struct Arriving {
    user: User,
    workspace: Option<Workspace>,
    standing: Standing,
    /// The link that carries them from the password to the second factor; it is used up with it.
    link: Option<TokenHash>,
}

impl Arriving {
    pub(crate) fn email(&self) -> &str {
        &self.user.email
    }

    fn place(&self) -> Option<WorkspaceId> {
        self.workspace.as_ref().map(|place| place.id)
    }

    pub(crate) const fn needs_factor(&self) -> bool {
        self.standing.is_on
    }
}

impl Identity {
    /// A new session for whoever knows the password, and has the second factor where there is one. `replaced` is the
    /// token of the session that the browser had: it ends when it was the same person's.
    pub(crate) async fn sign_in(
        &self,
        given: SignIn,
        factor: Option<Given>,
        replaced: Option<&str>,
        origin: Origin,
    ) -> Result<Entered> {
        let arriving = self.arrive(given, &origin).await?;
        self.come_in(arriving, factor, replaced, origin).await
    }

    /// The password, and no session yet.
    pub(crate) async fn arrive(&self, given: SignIn, origin: &Origin) -> Result<Arriving> {
        let email = given.email.trim().to_ascii_lowercase();
        let user = users::store::by_email(&self.store, &email).await?;
        let right = self.check_password(&email, user.as_ref(), &given.password, origin).await?;
        let Some(user) = user.filter(|user| right && !user.disabled) else { return Err(WRONG) };
        let workspace = self.destination(&user, given.workspace).await?;
        let standing = self.standing_at(user.id, workspace.as_ref().map(|place| place.id)).await?;
        Ok(Arriving { user, workspace, standing, link: None })
    }

    /// A token for a page that asks for the second factor, so that nobody has to keep the password until then. Each
    /// person has one at a time.
    pub(crate) async fn keep_waiting(&self, arriving: &Arriving) -> Result<SecretText> {
        let (token, hash) = token::issue();
        let user = arriving.user.clone();
        let link = Link { workspace: arriving.place(), subject: Some(user.id.uuid()) };
        self.store
            .control()
            .write(async move |tx| {
                users::store::find(tx, user.id).await?.filter(|now| is_unchanged(now, &user)).ok_or(WRONG)?;
                links::drop_of(tx, Kind::Factor, user.id.uuid()).await?;
                let until = tx.now().plus(BETWEEN);
                links::put(tx, Kind::Factor, hash, link, until).await
            })
            .await?;
        Ok(token)
    }

    /// Whoever waits with this token, on their way to where they were or to `elsewhere`; too late is as wrong.
    pub(crate) async fn waiting(&self, token: &str, elsewhere: Option<WorkspaceId>) -> Result<Arriving> {
        let hash = token::hash_of(token).ok_or(WRONG)?;
        let link = links::find(&self.store, Kind::Factor, &hash).await?.ok_or(WRONG)?;
        let id = UserId::from_uuid(link.subject.ok_or(WRONG)?);
        let user = users::store::by_id(&self.store, id).await?.filter(|user| !user.disabled).ok_or(WRONG)?;
        let workspace = match elsewhere.or(link.workspace) {
            Some(place) => self.destination(&user, Some(place)).await?,
            None => None,
        };
        let standing = self.standing_at(id, workspace.as_ref().map(|place| place.id)).await?;
        Ok(Arriving { user, workspace, standing, link: Some(hash) })
    }

    /// Where somebody who waits could go without the factor that they are asked for, since an admin has put it aside.
    pub(crate) async fn ways_round(&self, arriving: &Arriving) -> Result<Vec<Workspace>> {
        let user = arriving.user.id;
        let aside = self.store.control().read(async move |tx| factors::put_aside_in(tx, user).await).await?;
        let mut mine = self.workspaces_of(user).await?;
        mine.retain(|place| aside.contains(&place.id) && Some(place.id) != arriving.place());
        Ok(mine)
    }

    pub(crate) async fn come_in(
        &self,
        arriving: Arriving,
        factor: Option<Given>,
        replaced: Option<&str>,
        origin: Origin,
    ) -> Result<Entered> {
        let Arriving { user, workspace, standing, link } = arriving;
        let proof = match (standing.asked(), factor) {
            (None, _) => None,
            (Some(_), None) => return Err(TOTP_REQUIRED),
            (Some(scope), Some(given)) => Some(self.prove(&user, scope, &given, &origin).await?),
        };
        let id = SessionId::new(self.store.clock().now());
        let actor = Actor { user: Some(user.id), credential: Credential::Session(id), origin };
        let replaced = replaced.and_then(token::hash_of);
        let (cache, place) = (self.sessions.clone(), workspace.as_ref().map(|w| w.id));
        let (token, user) = self
            .store
            .control()
            .by(&actor)
            .write(async move |tx| {
                // The password was looked at outside of this transaction, and may be another by now.
                let current = users::store::find(tx, user.id).await?.filter(|now| is_unchanged(now, &user));
                let user = current.ok_or(WRONG)?;
                // So may what is asked for beside it.
                if factors::standing(tx, user.id, place).await? != standing {
                    return Err(WRONG);
                }
                if let Some(link) = link
                    && !links::use_up(tx, Kind::Factor, link).await?
                {
                    return Err(WRONG);
                }
                if let Some(proof) = &proof {
                    proof::use_up(tx, user.id, proof).await?;
                }
                if let Some(hash) = replaced
                    && let Some(old) = sessions::find_by_token(tx, &hash).await?
                    && let Some(old) = sessions::find_own(tx, user.id, old.id).await?
                {
                    ending::end(tx, user.id, vec![old], "replaced", cache.clone()).await?;
                }
                let token = begin(tx, &user, place).await?;
                factors::set_of_session(tx, id, standing.asked()).await?;
                let over =
                    sessions::find_of_user(tx, user.id).await?.into_iter().skip(MOST as usize).collect();
                ending::end(tx, user.id, over, "too_many", cache).await?;
                Ok((token, user))
            })
            .await?;
        Ok(Entered { token, user, workspace })
    }

    /// The workspace that was asked for, else the last one, else any; none when there is none.
    async fn destination(&self, user: &User, asked: Option<WorkspaceId>) -> Result<Option<Workspace>> {
        let mut all = workspaces::store::of_user(&self.store, user.id).await?;
        if let Some(id) = asked {
            // The index first: only a workspace that they are in is opened.
            all.retain(|workspace| workspace.id == id);
            let there = all.pop().ok_or(Error::NotFound)?;
            let role = sessions::role(&self.store, id, user.id).await?;
            return role.map(|_| Some(there)).ok_or(Error::NotFound);
        }
        let last = sessions::last_workspace(&self.store, user.id).await?;
        all.sort_by_key(|workspace| Some(workspace.id) != last);
        for workspace in all {
            match sessions::role(&self.store, workspace.id, user.id).await {
                Ok(Some(_)) => return Ok(Some(workspace)),
                Ok(None) => {}
                // One workspace that cannot be opened does not lock its people out of the others.
                Err(error) => tracing::warn!(%error, workspace = %workspace.id, "passed over at sign-in"),
            }
        }
        Ok(None)
    }

    /// Ends the caller's own session.
    pub(crate) async fn sign_out(&self, caller: &Caller) -> Result<()> {
        let Some(id) = caller.session() else { return Ok(()) };
        self.end_own(caller, id).await
    }

    /// The password once more, or a code: changes of security are allowed for ten minutes.
    pub(crate) async fn sudo(&self, caller: &Caller, given: Sudo) -> Result<()> {
        let (user, id, proof) = match given {
            Sudo::Password(password) => {
                let (user, id) = self.confirmed(caller, &password).await?;
                (user, id, None)
            }
            Sudo::Code(code) => {
                let id = caller.session().ok_or(NOBODY)?;
                let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(NOBODY)?;
                let standing = self.standing_at(user.id, Some(caller.workspace())).await?;
                let scope = standing.asked().ok_or(WRONG)?;
                let proof = self.prove(&user, scope, &Given::Code(code), &caller.actor().origin).await?;
                (user, id, Some(proof))
            }
        };
        let (cache, place) = (self.sessions.clone(), caller.workspace());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                users::store::find(tx, user.id).await?.filter(|now| is_unchanged(now, &user)).ok_or(WRONG)?;
                if let Some(proof) = &proof {
                    proof::use_up(tx, user.id, proof).await?;
                }
                let until = tx.now().plus(SUDO);
                if sessions::set_sudo(tx, id, until).await? == 0 {
                    return Err(NOBODY);
                }
                let entry = Entry::new("session.elevated", id);
                tx.audit_in(place, &entry).await?;
                tx.audit(entry);
                tx.after_commit(move || cache.forget(&[id]));
                Ok(())
            })
            .await
    }

    /// Whoever is signed in, and their password was right.
    pub(crate) async fn confirmed(
        &self,
        caller: &Caller,
        password: &SecretText,
    ) -> Result<(User, SessionId)> {
        let id = caller.session().ok_or(NOBODY)?;
        let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(NOBODY)?;
        let right = self.check_password(&user.email, Some(&user), password, &caller.actor().origin).await?;
        if right { Ok((user, id)) } else { Err(WRONG) }
    }

    /// Moves the session to another workspace of its person, under a new token. Where that one asks for another second
    /// factor than the session was begun with, it has to be given.
    pub(crate) async fn switch(
        &self,
        caller: &Caller,
        to: WorkspaceId,
        factor: Option<Given>,
    ) -> Result<(SecretText, Workspace)> {
        let (user, session) = (caller.user(), caller.session().ok_or(NOBODY)?);
        let is_in =
            self.store.control().read(async move |tx| users::store::is_in(tx, user, to).await).await?;
        if !is_in || sessions::role(&self.store, to, user).await?.is_none() {
            return Err(Error::NotFound);
        }
        let standing = self.standing_at(user, Some(to)).await?;
        let begun_with =
            self.store.control().read(async move |tx| factors::of_session(tx, session).await).await?;
        let proof = match (standing.asked().filter(|scope| begun_with != Some(*scope)), factor) {
            (None, _) => None,
            (Some(_), None) => return Err(factor_needed()),
            (Some(scope), Some(given)) => {
                let user = users::store::by_id(&self.store, user).await?.ok_or(NOBODY)?;
                Some(self.prove(&user, scope, &given, &caller.actor().origin).await?)
            }
        };
        let (cache, from) = (self.sessions.clone(), caller.workspace());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                if !users::store::is_in(tx, user, to).await? {
                    return Err(Error::NotFound);
                }
                if factors::standing(tx, user, Some(to)).await? != standing {
                    return Err(WRONG);
                }
                if let Some(proof) = &proof {
                    proof::use_up(tx, user, proof).await?;
                }
                let workspace = workspaces::store::find(tx, to).await?.ok_or(Error::NotFound)?;
                let (token, hash) = token::issue();
                if sessions::rotate(tx, session, hash, Some(to)).await? == 0 {
                    return Err(NOBODY);
                }
                factors::set_of_session(tx, session, standing.asked()).await?;
                // Also where it leaves: what goes on there, ends.
                for workspace in [from, to] {
                    tx.audit_in(workspace, &Entry::new("session.switched", session)).await?;
                }
                tx.after_commit(move || cache.forget(&[session]));
                Ok((token, workspace))
            })
            .await
    }

    /// Ends one session of the caller's; another person's is as missing.
    pub(crate) async fn end_own(&self, caller: &Caller, id: SessionId) -> Result<()> {
        let (user, cache) = (caller.user(), self.sessions.clone());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let session = sessions::find_own(tx, user, id).await?.ok_or(Error::NotFound)?;
                ending::end(tx, user, vec![session], "signed_out", cache).await
            })
            .await
    }

    /// Ends all sessions of the caller's, or all but the one that asks.
    pub(crate) async fn end_all(&self, caller: &Caller, but_this: bool) -> Result<()> {
        let (user, cache) = (caller.user(), self.sessions.clone());
        let kept = caller.session().filter(|_| but_this);
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let mut all = sessions::find_of_user(tx, user).await?;
                all.retain(|session| Some(session.id) != kept);
                ending::end(tx, user, all, "revoked", cache).await
            })
            .await
    }
}

/// Whether an account is still what it was when its password was checked.
pub(crate) fn is_unchanged(now: &User, then: &User) -> bool {
    let text = |user: &User| user.password_hash.as_ref().map(|hash| hash.text().to_owned());
    !now.disabled && text(now) == text(then)
}

/// A new session for the acting user, under the id that its actor names.
pub(crate) async fn begin(
    tx: &mut ControlTx,
    user: &User,
    workspace: Option<WorkspaceId>,
) -> Result<SecretText> {
    let actor = tx.actor().clone();
    let Credential::Session(id) = actor.credential else {
        return Err(Error::internal("a session is begun in its own name"));
    };
    let now = tx.now();
    let (token, hash) = token::issue();
    let session = Session {
        id,
        user: user.id,
        workspace,
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(LONGEST),
        sudo_until: Some(now.plus(SUDO)),
        factor: None,
        needs_factor: false,
    };
    sessions::insert(tx, &session, hash, &actor.origin).await?;
    let entry = Entry::new("session.created", id).details(json!({ "user": user.id }));
    if let Some(workspace) = workspace {
        tx.audit_in(workspace, &entry).await?;
    }
    tx.audit(entry);
    Ok(token)
}
