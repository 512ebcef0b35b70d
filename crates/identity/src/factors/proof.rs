//! Checking what somebody gives as their second factor, and using it up.

use kernel::access::{Caller, Origin};
use kernel::audit::Entry;
use kernel::crypto::{SecretText, open};
use kernel::{Error, Result, UserId};
use serde_json::json;
use store::{ControlTx, Store};

use super::{Scope, bound_to, codes, store as factors, totp};
use crate::identity::Identity;
use crate::limits::Attempt;
use crate::sessions::actions::WRONG;
use crate::token::TokenHash;
use crate::users::User;
use crate::workspaces;

/// What somebody gives beside their password.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// Six digits of the authenticator.
    Code(SecretText),
    /// One of the ten.
    Recovery(SecretText),
}

impl Given {
    /// What one field holds; nothing is none, and no guess.
    pub(crate) fn typed(text: SecretText) -> Option<Self> {
        (!text.expose().trim().is_empty()).then(|| Self::either(text))
    }

    /// Where one field takes both: what has the shape of a recovery code is one.
    pub(crate) fn either(typed: SecretText) -> Self {
        if codes::hash_of(typed.expose()).is_some() { Self::Recovery(typed) } else { Self::Code(typed) }
    }

    /// What was sent of the two; a code goes first.
    pub(crate) fn of(code: Option<SecretText>, recovery: Option<SecretText>) -> Option<Self> {
        let some = |text: &SecretText| !text.expose().trim().is_empty();
        match (code.filter(some), recovery.filter(some)) {
            (Some(code), _) => Some(Self::Code(code)),
            (None, Some(recovery)) => Some(Self::Recovery(recovery)),
            (None, None) => None,
        }
    }
}

/// That it was right, and what of it is used up. Worth nothing until it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    pub(crate) scope: Scope,
    used: Used,
}

#[derive(Debug, Clone, Copy)]
enum Used {
    Step(i64),
    Recovery(TokenHash),
}

impl Identity {
    /// Whether it is right, throttled apart from passwords, and counted whatever becomes of the request.
    pub(crate) async fn prove(
        &self,
        user: &User,
        scope: Scope,
        given: &Given,
        origin: &Origin,
    ) -> Result<Proof> {
        let attempt = Attempt::of_factor(&self.store, user.id, matches!(given, Given::Code(_)), origin);
        let (store, limits, known) = (self.store.clone(), self.limits.clone(), attempt.clone());
        let (id, given) = (user.id, given.clone());
        let checking =
            tokio::spawn(
                async move { limits.attempt(&store, &known, check(&store, id, scope, &given)).await },
            );
        let checked = checking.await.map_err(Error::internal)?;
        if !matches!(checked, Ok(Some(_))) {
            self.limits.refusals.add(Some(user.id), &attempt, origin);
        }
        Ok(Proof { scope, used: checked?.ok_or(WRONG)? })
    }
}

impl Identity {
    /// Whether this session may change what counts in all workspaces. One that an admin's reset let in without the
    /// account's factor may not: that admin's word counts in one workspace.
    pub(crate) async fn for_the_whole_account(&self, caller: &Caller) -> Result<()> {
        let (user, session) = (caller.user(), caller.session());
        let may = self
            .store
            .control()
            .read(async move |tx| {
                let Some(scope) = factors::standing(tx, user, None).await?.asked() else { return Ok(true) };
                let Some(session) = session else { return Ok(false) };
                Ok(factors::of_session(tx, session).await? == Some(scope))
            })
            .await?;
        if may {
            return Ok(());
        }
        let detail = "This takes your account's authenticator, which was reset in this workspace; use it here again first.";
        Err(Error::forbidden("totp_required", detail))
    }
}

async fn check(store: &Store, user: UserId, scope: Scope, given: &Given) -> Result<Option<Used>> {
    let now = store.clock().now();
    match given {
        Given::Code(code) => {
            let factor = store.control().read(async move |tx| factors::find(tx, user, scope).await).await?;
            let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else { return Ok(None) };
            let secret = secret(store, user, scope, &factor.sealed)?;
            Ok(totp::step_of(&secret, code.expose(), now, factor.last_step)?.map(Used::Step))
        }
        Given::Recovery(code) => {
            let Some(hash) = codes::hash_of(code.expose()) else { return Ok(None) };
            let is_there =
                store.control().read(async move |tx| factors::has_code(tx, user, scope, &hash).await).await?;
            Ok(is_there.then_some(Used::Recovery(hash)))
        }
    }
}

/// The sealed secret of an authenticator.
pub(super) fn secret(
    store: &Store,
    user: UserId,
    scope: Scope,
    sealed: &[u8],
) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    open(store.accounts_key(), &bound_to(user, scope), sealed)
        .ok_or_else(|| Error::internal("the secret of a second factor does not open"))
}

/// Uses up what was proven: right for exactly one of all who bring it.
pub(crate) async fn use_up(tx: &mut ControlTx, user: UserId, proof: &Proof) -> Result<()> {
    let scope = proof.scope;
    match &proof.used {
        Used::Step(step) => {
            if !factors::use_step(tx, user, scope, *step).await? {
                return Err(WRONG);
            }
        }
        Used::Recovery(hash) => {
            if !factors::use_code(tx, user, scope, hash).await? {
                return Err(WRONG);
            }
            let left = factors::codes_left(tx, user, scope).await?;
            tell(tx, user, scope, "user.recovery_code_used", json!({ "left": left })).await?;
        }
    }
    Ok(())
}

/// Records something about a factor with the instance, and in every workspace where it counts.
pub(super) async fn tell(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    action: &'static str,
    details: serde_json::Value,
) -> Result<()> {
    let entry = Entry::new(action, user).details(details);
    match scope.workspace() {
        Some(workspace) => tx.audit_in(workspace, &entry).await?,
        None => {
            for workspace in workspaces::store::find_of_user(tx, user).await? {
                tx.audit_in(workspace.id, &entry).await?;
            }
        }
    }
    tx.audit(entry);
    Ok(())
}
