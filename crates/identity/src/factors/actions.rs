//! Setting up one's second factor, and turning it off.

use std::collections::HashMap;

use kernel::access::Caller;
use kernel::crypto::{SecretText, seal};
use kernel::{Error, Result, SessionId, Timestamp, UserId};
use serde_json::json;
use store::ControlTx;

use super::proof::{self, Given, tell};
use super::totp::Offer;
use super::{Scope, Standing, bound_to, codes, store as factors, totp};
use crate::identity::Identity;
use crate::limits::Attempt;
use crate::sessions::actions::{WRONG, is_unchanged};
use crate::sessions::{Sessions, ending, store as sessions};
use crate::token::{self, TokenHash};
use crate::users::{self, User};

/// How one's second factor is in the workspace that one is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Status {
    pub(crate) standing: Standing,
    pub(crate) since: Option<Timestamp>,
    pub(crate) codes_left: usize,
    /// The account's own is put aside here.
    pub(crate) was_reset: bool,
    /// The account has one, which may be put aside here.
    pub(crate) account_has_one: bool,
}

/// Recovery codes, for the only time that they are shown.
pub(crate) type Codes = Vec<SecretText>;

const NOBODY: Error = Error::Unauthenticated { code: "unauthenticated" };

fn is_on() -> Error {
    Error::conflict("two_factor_on", "Two-factor authentication is on already; turn it off first.")
}

fn is_off() -> Error {
    Error::conflict("two_factor_off", "Two-factor authentication is not on.")
}

impl Identity {
    pub(crate) async fn factor_status(&self, caller: &Caller) -> Result<Status> {
        let (user, workspace) = (caller.user(), caller.workspace());
        self.store
            .control()
            .read(async move |tx| {
                let standing = factors::standing(tx, user, Some(workspace)).await?;
                let factor = factors::find(tx, user, standing.scope).await?;
                Ok(Status {
                    standing,
                    since: factor.and_then(|factor| factor.confirmed_at),
                    codes_left: factors::codes_left(tx, user, standing.scope).await?,
                    was_reset: factors::was_reset(tx, user, workspace).await?,
                    account_has_one: factors::standing(tx, user, None).await?.is_on,
                })
            })
            .await
    }

    /// A new authenticator, which counts once a code of it confirms it. An earlier one that waits for that is over.
    pub(crate) async fn begin_factor(&self, caller: &Caller) -> Result<Offer> {
        let session = caller.session().ok_or(NOBODY)?;
        let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(NOBODY)?;
        let secret = totp::new_secret();
        let offer = totp::offer(&secret, &user.email)?;
        let (id, workspace, key) = (user.id, caller.workspace(), self.store.accounts_key().clone());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let standing = factors::standing(tx, id, Some(workspace)).await?;
                if standing.is_on {
                    return Err(is_on());
                }
                let sealed = seal(&key, &bound_to(id, standing.scope), &secret)?;
                factors::offer(tx, id, standing.scope, session, &sealed).await?;
                tx.audit(kernel::audit::Entry::new("user.two_factor_begun", id));
                Ok(())
            })
            .await?;
        Ok(offer)
    }

    /// The authenticator that waits to be confirmed by this session, if one does: another one's, such as a thief's, is
    /// never shown to be scanned.
    pub(crate) async fn offered_factor(&self, caller: &Caller) -> Result<Option<Offer>> {
        let (id, workspace, session) = (caller.user(), caller.workspace(), caller.session().ok_or(NOBODY)?);
        let user = users::store::by_id(&self.store, id).await?.ok_or(NOBODY)?;
        let found = self
            .store
            .control()
            .read(async move |tx| {
                let scope = factors::standing(tx, id, Some(workspace)).await?.scope;
                Ok(factors::offered(tx, id, scope, session).await?.map(|sealed| (scope, sealed)))
            })
            .await?;
        let Some((scope, sealed)) = found else { return Ok(None) };
        let secret = proof::secret(&self.store, id, scope, &sealed)?;
        totp::offer(&secret, &user.email).map(Some)
    }

    /// Turns it on: a code shows that the authenticator has the secret. All other sessions that it counts in end; this
    /// one goes on under a new token.
    pub(crate) async fn confirm_factor(
        &self,
        caller: &Caller,
        code: &SecretText,
    ) -> Result<(Codes, SecretText)> {
        let session = caller.session().ok_or(NOBODY)?;
        let (user, workspace) = (caller.user(), caller.workspace());
        let waiting = self
            .store
            .control()
            .read(async move |tx| {
                let standing = factors::standing(tx, user, Some(workspace)).await?;
                if standing.is_on {
                    return Err(is_on());
                }
                let offered = factors::offered(tx, user, standing.scope, session).await?;
                Ok((standing.scope, offered.ok_or_else(not_begun)?))
            })
            .await?;
        let (scope, sealed) = waiting;
        let step = self.check_offered(caller, scope, &sealed, code).await?;
        let (codes, hashes) = split(codes::new_codes());
        let cache = self.sessions.clone();
        let token = self
            .store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                let standing = factors::standing(tx, user, Some(workspace)).await?;
                if standing != (Standing { scope, is_on: false })
                    || !factors::confirm(tx, user, scope, step, &sealed).await?
                {
                    return Err(not_begun());
                }
                factors::put_codes(tx, user, scope, &hashes).await?;
                tell(tx, user, scope, "user.two_factor_on", json!({})).await?;
                end_others(tx, user, scope, session, "two_factor_on", &cache).await?;
                factors::set_of_session(tx, session, Some(scope)).await?;
                renewed(tx, session, workspace, cache).await
            })
            .await?;
        Ok((codes, token))
    }

    /// The time step of a code of the authenticator that is being set up; guesses are counted as those at signing in.
    async fn check_offered(
        &self,
        caller: &Caller,
        scope: Scope,
        sealed: &[u8],
        code: &SecretText,
    ) -> Result<i64> {
        let secret = proof::secret(&self.store, caller.user(), scope, sealed)?;
        let now = self.store.clock().now();
        let attempt = Attempt::of_factor(&self.store, caller.user(), true, &caller.actor().origin);
        let check = async { totp::step_of(&secret, code.expose(), now, -1) };
        let right = self.limits.attempt(&self.store, &attempt, check).await?;
        right.ok_or_else(|| Error::invalid("/code", "is not the code that the authenticator shows now"))
    }

    /// New recovery codes for whoever has the factor: they are as good as it. The earlier ones are over.
    pub(crate) async fn renew_codes(&self, caller: &Caller, given: &Given) -> Result<Codes> {
        let workspace = caller.workspace();
        let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(NOBODY)?;
        let scope = self.standing_at(user.id, Some(workspace)).await?.asked().ok_or_else(is_off)?;
        let proof = self.prove(&user, scope, given, &caller.actor().origin).await?;
        let (codes, hashes) = split(codes::new_codes());
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                unchanged(tx, &user).await?;
                proof::use_up(tx, user.id, &proof).await?;
                factors::put_codes(tx, user.id, scope, &hashes).await?;
                tell(tx, user.id, scope, "user.recovery_codes_renewed", json!({})).await
            })
            .await?;
        Ok(codes)
    }

    /// Turns it off, for whoever knows the password and has the factor. All other sessions that it counted in end.
    pub(crate) async fn disable_factor(
        &self,
        caller: &Caller,
        password: &SecretText,
        given: &Given,
    ) -> Result<SecretText> {
        let (user, session) = self.confirmed(caller, password).await?;
        let workspace = caller.workspace();
        let scope = self.standing_at(user.id, Some(workspace)).await?.asked().ok_or_else(is_off)?;
        let proof = self.prove(&user, scope, given, &caller.actor().origin).await?;
        let cache = self.sessions.clone();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                unchanged(tx, &user).await?;
                proof::use_up(tx, user.id, &proof).await?;
                factors::remove(tx, user.id, scope).await?;
                tell(tx, user.id, scope, "user.two_factor_off", json!({})).await?;
                end_others(tx, user.id, scope, session, "two_factor_off", &cache).await?;
                factors::set_of_session(tx, session, None).await?;
                renewed(tx, session, workspace, cache).await
            })
            .await
    }

    /// Lets the account's own factor count again where an admin had put it aside, for whoever has it.
    pub(crate) async fn rejoin_factor(&self, caller: &Caller, given: &Given) -> Result<SecretText> {
        let session = caller.session().ok_or(NOBODY)?;
        let user = users::store::by_id(&self.store, caller.user()).await?.ok_or(NOBODY)?;
        let workspace = caller.workspace();
        let here = self.factor_status(caller).await?;
        if !here.was_reset || !here.account_has_one {
            return Err(is_off());
        }
        let proof = self.prove(&user, Scope::ACCOUNT, given, &caller.actor().origin).await?;
        let cache = self.sessions.clone();
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| {
                unchanged(tx, &user).await?;
                proof::use_up(tx, user.id, &proof).await?;
                factors::remove(tx, user.id, Scope::only(workspace)).await?;
                factors::set_reset(tx, user.id, workspace, None).await?;
                tell(tx, user.id, Scope::only(workspace), "user.two_factor_rejoined", json!({})).await?;
                end_others(tx, user.id, Scope::only(workspace), session, "two_factor_on", &cache).await?;
                factors::set_of_session(tx, session, Some(Scope::ACCOUNT)).await?;
                renewed(tx, session, workspace, cache).await
            })
            .await
    }

    /// Those of the workspace who have one that counts there, and whether they run the instance.
    pub(crate) async fn members_with_factor(&self, caller: &Caller) -> Result<HashMap<UserId, bool>> {
        Ok(factors::of_members(&self.store, caller.workspace()).await?.into_iter().collect())
    }

    pub(crate) async fn standing_at(
        &self,
        user: UserId,
        workspace: Option<kernel::WorkspaceId>,
    ) -> Result<Standing> {
        self.store.control().read(async move |tx| factors::standing(tx, user, workspace).await).await
    }
}

fn not_begun() -> Error {
    Error::conflict("two_factor_not_begun", "Nothing waits to be confirmed; begin again.")
}

fn split(new: Vec<codes::Code>) -> (Codes, Vec<TokenHash>) {
    new.into_iter().map(|code| (code.text, code.hash)).unzip()
}

async fn unchanged(tx: &mut ControlTx, user: &User) -> Result<()> {
    users::store::find(tx, user.id).await?.filter(|now| is_unchanged(now, user)).ok_or(WRONG).map(drop)
}

/// Ends the sessions that a factor counts in, but for one: they began under other rules.
async fn end_others(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    kept: SessionId,
    reason: &'static str,
    cache: &std::sync::Arc<Sessions>,
) -> Result<()> {
    let mut over = match scope.workspace() {
        Some(workspace) => sessions::find_in(tx, user, workspace).await?,
        None => sessions::find_of_user(tx, user).await?,
    };
    over.retain(|session| session.id != kept);
    ending::end(tx, user, over, reason, cache.clone()).await
}

/// A new token for the session: what it may do has changed.
async fn renewed(
    tx: &mut ControlTx,
    session: SessionId,
    workspace: kernel::WorkspaceId,
    cache: std::sync::Arc<Sessions>,
) -> Result<SecretText> {
    let (token, hash) = token::issue();
    if sessions::rotate(tx, session, hash, Some(workspace)).await? == 0 {
        return Err(NOBODY);
    }
    tx.after_commit(move || cache.forget(&[session]));
    Ok(token)
}
