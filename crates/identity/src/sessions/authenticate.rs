//! From a cookie's value to a caller. Every request asks, and the answer is never older than the
//! last change: a new password, a removal or another role takes effect on the next request.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use kernel::access::{Caller, Credential, Origin, Role};
use kernel::{Result, SessionId, Timestamp, UserId, WorkspaceId};

use super::cache::Cache;
use super::{SEEN, Session, store};
use crate::identity::Identity;
use crate::token::{self, TokenHash};
use crate::users;

/// A session and what its person is in its workspace, as they are now.
#[derive(Clone)]
struct Known {
    session: Session,
    workspace: WorkspaceId,
    role: Role,
}

/// What never changes about a token: all that may be remembered where other processes change the rest.
#[derive(Clone, Copy)]
struct Facts {
    session: SessionId,
    user: UserId,
    workspace: WorkspaceId,
}

/// Sessions in memory.
#[derive(Default)]
pub(crate) struct Sessions {
    known: Cache<Known>,
    facts: Cache<Facts>,
    /// Those whose `last_seen_at` is being written.
    touching: Mutex<HashSet<SessionId>>,
}

impl Sessions {
    /// After the end of sessions, or a change to them.
    pub(crate) fn forget(&self, ids: &[SessionId]) {
        self.known.forget(|known| ids.contains(&known.session.id));
        self.facts.forget(|facts| ids.contains(&facts.session));
    }

    /// After a change of what somebody is in a workspace.
    pub(crate) fn forget_member(&self, user: UserId, workspace: WorkspaceId) {
        self.known.forget(|known| known.session.user == user && known.workspace == workspace);
    }

    /// After a change of what a workspace asks of everybody.
    pub(crate) fn forget_workspace(&self, workspace: WorkspaceId) {
        self.known.forget(|known| known.workspace == workspace);
    }

    fn touching(&self) -> std::sync::MutexGuard<'_, HashSet<SessionId>> {
        self.touching.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl web::Authenticate for Identity {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
        origin: Origin,
    ) -> web::BoxFuture<'a, Result<Option<Caller>>> {
        Box::pin(self.caller_of(token, origin))
    }

    fn look_again<'a>(
        &'a self,
        token: &'a str,
        origin: Origin,
    ) -> web::BoxFuture<'a, Result<Option<Caller>>> {
        Box::pin(async move { Ok(self.live(token, origin).await?.map(|(caller, ..)| caller)) })
    }

    fn is_superadmin(&self, user: UserId) -> web::BoxFuture<'_, Result<bool>> {
        Box::pin(async move {
            let user = users::store::by_id(&self.store, user).await?;
            Ok(user.is_some_and(|user| user.superadmin && !user.disabled))
        })
    }

    fn remembers(&self, token: &str) -> bool {
        token::hash_of(token).is_some_and(|hash| {
            let sessions = &self.sessions;
            if self.store.is_embedded() { sessions.known.holds(&hash) } else { sessions.facts.holds(&hash) }
        })
    }
}

impl Identity {
    /// Who stands behind a session's token; none when it is unknown, over, or of somebody who is no
    /// longer in its workspace.
    pub async fn caller_of(&self, token: &str, origin: Origin) -> Result<Option<Caller>> {
        let Some((caller, hash, session)) = self.live(token, origin).await? else { return Ok(None) };
        self.touch(hash, &session, self.store.clock().now());
        Ok(Some(caller))
    }

    async fn live(&self, token: &str, origin: Origin) -> Result<Option<(Caller, TokenHash, Session)>> {
        let Some(hash) = token::hash_of(token) else { return Ok(None) };
        let now = self.store.clock().now();
        let known =
            if self.store.is_embedded() { self.remembered(hash).await? } else { self.read(hash).await? };
        let Some(known) = known.filter(|known| known.session.is_live(now)) else { return Ok(None) };
        let Known { session, workspace, role } = known;
        let credential = Credential::Session(session.id);
        let caller =
            Caller::authenticated(session.user, workspace, role, credential, origin, session.sudo_until)
                .lacking_factor(session.lacks_factor());
        Ok(Some((caller, hash, session)))
    }

    /// The live session behind a token, also one that is bound to no workspace.
    pub(crate) async fn session_of(&self, token: &str) -> Result<Option<Session>> {
        let Some(hash) = token::hash_of(token) else { return Ok(None) };
        let session = store::by_token(&self.store, &hash).await?;
        Ok(session.filter(|session| session.is_live(self.store.clock().now())))
    }

    /// One process owns all data: what it remembers is what is stored.
    async fn remembered(&self, hash: TokenHash) -> Result<Option<Known>> {
        if let Some(known) = self.sessions.known.get(&hash) {
            return Ok(Some(known));
        }
        let before = self.sessions.known.before();
        let Some(session) = store::by_token(&self.store, &hash).await? else { return Ok(None) };
        let Some(workspace) = session.workspace else { return Ok(None) };
        let Some(role) = store::role(&self.store, workspace, session.user).await? else { return Ok(None) };
        let known = Known { session, workspace, role };
        self.sessions.known.put(hash, known.clone(), before);
        Ok(Some(known))
    }

    /// Other processes end sessions and change roles: both are read, at the same time where the
    /// workspace is known already.
    async fn read(&self, hash: TokenHash) -> Result<Option<Known>> {
        if let Some(facts) = self.sessions.facts.get(&hash) {
            let Facts { workspace, user, .. } = facts;
            let (session, role) = store::by_token_with_role(&self.store, &hash, workspace, user).await?;
            let session = session.filter(|session| session.workspace == Some(workspace));
            let (Some(session), Some(role)) = (session, role) else {
                // Ended elsewhere: from now on it is a stranger's, and counted before it is looked for.
                self.sessions.facts.remove(&hash);
                return Ok(None);
            };
            return Ok(Some(Known { session, workspace, role }));
        }
        let before = self.sessions.facts.before();
        let Some(session) = store::by_token(&self.store, &hash).await? else { return Ok(None) };
        let Some(workspace) = session.workspace else { return Ok(None) };
        self.sessions.facts.put(hash, Facts { session: session.id, user: session.user, workspace }, before);
        let Some(role) = store::role(&self.store, workspace, session.user).await? else { return Ok(None) };
        Ok(Some(Known { session, workspace, role }))
    }

    /// Writes when the session was seen, at most every five minutes, and lets no request wait for it.
    fn touch(&self, hash: TokenHash, session: &Session, now: Timestamp) {
        if now.since(session.last_seen_at) < SEEN || !self.sessions.touching().insert(session.id) {
            return;
        }
        let (store, sessions, id) = (self.store.clone(), self.sessions.clone(), session.id);
        tokio::spawn(async move {
            match store.control().write(async move |tx| store::seen(tx, id).await).await {
                Ok(()) => sessions.known.amend(&hash, |known| {
                    known.session.last_seen_at = known.session.last_seen_at.max(now);
                }),
                Err(error) => tracing::warn!(%error, "the time that a session was last seen was not saved"),
            }
            sessions.touching().remove(&id);
        });
    }
}
