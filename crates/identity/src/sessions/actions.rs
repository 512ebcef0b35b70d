//! Coming in and going out.

use kernel::access::{Actor, Caller, Credential, Origin};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, SessionId, WorkspaceId};
use serde_json::json;
use store::ControlTx;

use super::{Entered, LONGEST, MOST, SUDO, Session, ending, store as sessions};
use crate::identity::Identity;
use crate::token;
use crate::users::{self, User};
use crate::workspaces::{self, Workspace};

/// What somebody gives to come in.
pub(crate) struct SignIn {
    pub(crate) email: String,
    pub(crate) password: SecretText,
    /// Where to; by default where they were last.
    pub(crate) workspace: Option<WorkspaceId>,
}

pub(crate) const WRONG: Error = Error::Unauthenticated { code: "invalid_credentials" };

impl Identity {
    /// A new session for whoever knows the password. `replaced` is the token of the session that the
    /// browser had: it ends when it was the same person's.
    pub(crate) async fn sign_in(
        &self,
        given: SignIn,
        replaced: Option<&str>,
        origin: Origin,
    ) -> Result<Entered> {
        let email = given.email.trim().to_ascii_lowercase();
        let user = users::store::by_email(&self.store, &email).await?;
        let right = self.check_password(&email, user.as_ref(), &given.password, &origin).await?;
        let Some(user) = user.filter(|user| right && !user.disabled) else { return Err(WRONG) };
        let workspace = self.destination(&user, given.workspace).await?;
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
                if let Some(hash) = replaced
                    && let Some(old) = sessions::find_by_token(tx, &hash).await?
                    && let Some(old) = sessions::find_own(tx, user.id, old.id).await?
                {
                    ending::end(tx, user.id, vec![old], "replaced", cache.clone()).await?;
                }
                let token = begin(tx, &user, place).await?;
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

    /// The password once more: changes of security are allowed for ten minutes.
    pub(crate) async fn sudo(&self, caller: &Caller, password: &SecretText) -> Result<()> {
        let (user, id) = self.confirmed(caller, password).await?;
        let (cache, place) = (self.sessions.clone(), caller.workspace());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                users::store::find(tx, user.id).await?.filter(|now| is_unchanged(now, &user)).ok_or(WRONG)?;
                let until = tx.now().plus(SUDO);
                if sessions::set_sudo(tx, id, until).await? == 0 {
                    return Err(Error::Unauthenticated { code: "unauthenticated" });
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
        let nobody = Error::Unauthenticated { code: "unauthenticated" };
        let id = caller.session().ok_or(nobody.clone())?;
        let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(nobody)?;
        let right = self.check_password(&user.email, Some(&user), password, &caller.actor().origin).await?;
        if right { Ok((user, id)) } else { Err(WRONG) }
    }

    /// Moves the session to another workspace of its person, under a new token.
    pub(crate) async fn switch(&self, caller: &Caller, to: WorkspaceId) -> Result<(SecretText, Workspace)> {
        let (user, session) = (caller.user(), caller.session());
        let is_in =
            self.store.control().read(async move |tx| users::store::is_in(tx, user, to).await).await?;
        if !is_in || sessions::role(&self.store, to, user).await?.is_none() {
            return Err(Error::NotFound);
        }
        let (cache, from) = (self.sessions.clone(), caller.workspace());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let id = session.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
                if !users::store::is_in(tx, user, to).await? {
                    return Err(Error::NotFound);
                }
                let workspace = workspaces::store::find(tx, to).await?.ok_or(Error::NotFound)?;
                let (token, hash) = token::issue();
                if sessions::rotate(tx, id, hash, Some(to)).await? == 0 {
                    return Err(Error::Unauthenticated { code: "unauthenticated" });
                }
                // Also where it leaves: what goes on there, ends.
                for workspace in [from, to] {
                    tx.audit_in(workspace, &Entry::new("session.switched", id)).await?;
                }
                tx.after_commit(move || cache.forget(&[id]));
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
    };
    sessions::insert(tx, &session, hash, &actor.origin).await?;
    let entry = Entry::new("session.created", id).details(json!({ "user": user.id }));
    if let Some(workspace) = workspace {
        tx.audit_in(workspace, &entry).await?;
    }
    tx.audit(entry);
    Ok(token)
}
