//! SQL of second factors.

use std::time::Duration;

use kernel::{Result, SessionId, Timestamp, UserId, WorkspaceId};
use store::{ControlTx, Store, params};
use uuid::Uuid;

use super::{Scope, Standing};
use crate::token::TokenHash;

store::statements! {
    control FACTOR = "SELECT secret, confirmed_at, last_step FROM totp_factors
        WHERE user_id = $1 AND scope = $2";
    control CONFIRMED = "SELECT confirmed_at FROM totp_factors
        WHERE user_id = $1 AND scope = $2 AND confirmed_at IS NOT NULL";
    control RESET_AT = "SELECT factor_reset_at FROM memberships WHERE user_id = $1 AND workspace_id = $2";
    control SET_RESET = "UPDATE memberships SET factor_reset_at = $3 WHERE user_id = $1 AND workspace_id = $2";
    control CLEAR_RESETS = "UPDATE memberships SET factor_reset_at = NULL WHERE user_id = $1 AND factor_reset_at IS NOT NULL";
    control OFFERED = "SELECT secret FROM totp_factors WHERE user_id = $1 AND scope = $2 AND offered_to = $3
        AND confirmed_at IS NULL AND created_at > $4";
    control DROP_OFFERS = "DELETE FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NULL";
    control DROP_OLD_OFFERS = "DELETE FROM totp_factors WHERE confirmed_at IS NULL AND created_at <= $1";
    control INSERT = "INSERT INTO totp_factors (user_id, scope, secret, created_at, confirmed_at, last_step, offered_to)
        VALUES ($1, $2, $3, $4, NULL, $5, $6)";
    control CONFIRM = "UPDATE totp_factors SET confirmed_at = $3, last_step = $4, offered_to = NULL
        WHERE user_id = $1 AND scope = $2 AND confirmed_at IS NULL AND secret = $5";
    control USE_STEP = "UPDATE totp_factors SET last_step = $3
        WHERE user_id = $1 AND scope = $2 AND last_step < $3 AND confirmed_at IS NOT NULL";
    control DROP = "DELETE FROM totp_factors WHERE user_id = $1 AND scope = $2";
    control DROP_ALL = "DELETE FROM totp_factors WHERE user_id = $1";
    control CODES = "SELECT code_hash FROM recovery_codes WHERE user_id = $1 AND scope = $2
        ORDER BY code_hash LIMIT $3";
    control INSERT_CODE = "INSERT INTO recovery_codes (user_id, scope, code_hash) VALUES ($1, $2, $3)";
    control USE_CODE = "DELETE FROM recovery_codes WHERE user_id = $1 AND scope = $2 AND code_hash = $3";
    control DROP_CODES = "DELETE FROM recovery_codes WHERE user_id = $1 AND scope = $2";
    control DROP_CODES_OF_ALL = "DELETE FROM recovery_codes WHERE user_id = $1";
    control OF_MEMBERS = "SELECT m.user_id, m.factor_reset_at, t.scope, u.superadmin FROM memberships m
        JOIN totp_factors t ON t.user_id = m.user_id JOIN users u ON u.id = m.user_id
        WHERE m.workspace_id = $1 AND t.confirmed_at IS NOT NULL ORDER BY m.user_id, t.scope LIMIT $2";
    control PUT_ASIDE = "SELECT workspace_id FROM memberships WHERE user_id = $1 AND factor_reset_at IS NOT NULL
        ORDER BY workspace_id LIMIT $2";
    control SESSION_FACTOR = "SELECT factor FROM sessions WHERE id = $1";
    control SET_SESSION_FACTOR = "UPDATE sessions SET factor = $2 WHERE id = $1";
}

/// How long somebody may take to set one up.
const OFFERED_FOR: Duration = Duration::from_secs(30 * 60);

/// An authenticator as it is stored.
pub(crate) struct Factor {
    pub(crate) sealed: Vec<u8>,
    pub(crate) confirmed_at: Option<Timestamp>,
    pub(crate) last_step: i64,
}

store::row!(Factor { sealed, confirmed_at, last_step });

pub(crate) async fn find(tx: &mut ControlTx, user: UserId, scope: Scope) -> Result<Option<Factor>> {
    tx.first(&FACTOR, params![user, scope.uuid()]).await
}

/// What counts as somebody's second factor in a workspace, or, without one, for their account.
pub(crate) async fn standing(
    tx: &mut ControlTx,
    user: UserId,
    workspace: Option<WorkspaceId>,
) -> Result<Standing> {
    let scope = match workspace {
        Some(workspace) if was_reset(tx, user, workspace).await? => Scope::only(workspace),
        _ => Scope::ACCOUNT,
    };
    let confirmed: Option<(Timestamp,)> = tx.first(&CONFIRMED, params![user, scope.uuid()]).await?;
    Ok(Standing { scope, is_on: confirmed.is_some() })
}

pub(crate) async fn was_reset(tx: &mut ControlTx, user: UserId, workspace: WorkspaceId) -> Result<bool> {
    let row: Option<(Option<Timestamp>,)> = tx.first(&RESET_AT, params![user, workspace]).await?;
    Ok(row.is_some_and(|(at,)| at.is_some()))
}

pub(crate) async fn set_reset(
    tx: &mut ControlTx,
    user: UserId,
    workspace: WorkspaceId,
    at: Option<Timestamp>,
) -> Result<()> {
    tx.exec(&SET_RESET, params![user, workspace, at]).await.map(drop)
}

/// Offers an authenticator to one session, in the place of what is there.
pub(crate) async fn offer(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    session: SessionId,
    sealed: &[u8],
) -> Result<()> {
    remove(tx, user, scope).await?;
    let now = tx.now();
    tx.exec(&INSERT, params![user, scope.uuid(), sealed, now, -1_i64, session]).await.map(drop)
}

/// The sealed secret of what waits to be confirmed by this session.
pub(crate) async fn offered(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    session: SessionId,
) -> Result<Option<Vec<u8>>> {
    let since = tx.now().minus(OFFERED_FOR);
    let row: Option<(Vec<u8>,)> = tx.first(&OFFERED, params![user, scope.uuid(), session, since]).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// What nobody has confirmed is over: a new password may be another person's.
pub(crate) async fn drop_offers(tx: &mut ControlTx, user: UserId) -> Result<()> {
    tx.exec(&DROP_OFFERS, params![user]).await.map(drop)
}

/// What waited too long, of anybody.
pub(crate) async fn drop_old_offers(tx: &mut ControlTx) -> Result<()> {
    let before = tx.now().minus(OFFERED_FOR);
    tx.exec(&DROP_OLD_OFFERS, params![before]).await.map(drop)
}

/// True where this secret was waiting for it.
pub(crate) async fn confirm(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    step: i64,
    sealed: &[u8],
) -> Result<bool> {
    let now = tx.now();
    Ok(tx.exec(&CONFIRM, params![user, scope.uuid(), now, step, sealed]).await? == 1)
}

/// True for exactly one of all who come with the code of this step, or of an earlier one.
pub(crate) async fn use_step(tx: &mut ControlTx, user: UserId, scope: Scope, step: i64) -> Result<bool> {
    Ok(tx.exec(&USE_STEP, params![user, scope.uuid(), step]).await? == 1)
}

/// True for exactly one of all who come with this code.
pub(crate) async fn use_code(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    hash: &TokenHash,
) -> Result<bool> {
    Ok(tx.exec(&USE_CODE, params![user, scope.uuid(), hash]).await? == 1)
}

pub(crate) async fn has_code(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    hash: &TokenHash,
) -> Result<bool> {
    let all: Vec<(Vec<u8>,)> = codes(tx, user, scope).await?;
    Ok(all.iter().any(|(stored,)| kernel::crypto::same(stored, hash)))
}

pub(crate) async fn codes_left(tx: &mut ControlTx, user: UserId, scope: Scope) -> Result<usize> {
    Ok(codes(tx, user, scope).await?.len())
}

async fn codes(tx: &mut ControlTx, user: UserId, scope: Scope) -> Result<Vec<(Vec<u8>,)>> {
    tx.all(&CODES, params![user, scope.uuid(), super::codes::COUNT as i64]).await
}

/// Puts new codes in the place of all earlier ones.
pub(crate) async fn put_codes(
    tx: &mut ControlTx,
    user: UserId,
    scope: Scope,
    hashes: &[TokenHash],
) -> Result<()> {
    tx.exec(&DROP_CODES, params![user, scope.uuid()]).await?;
    for hash in hashes {
        tx.exec(&INSERT_CODE, params![user, scope.uuid(), hash]).await?;
    }
    Ok(())
}

/// With its codes; tells whether there was one.
pub(crate) async fn remove(tx: &mut ControlTx, user: UserId, scope: Scope) -> Result<bool> {
    tx.exec(&DROP_CODES, params![user, scope.uuid()]).await?;
    Ok(tx.exec(&DROP, params![user, scope.uuid()]).await? > 0)
}

/// All of an account, and every mark that a workspace has put it aside; tells whether there was anything.
pub(crate) async fn remove_all(tx: &mut ControlTx, user: UserId) -> Result<bool> {
    let cleared = tx.exec(&CLEAR_RESETS, params![user]).await?;
    drop_offers(tx, user).await?;
    tx.exec(&DROP_CODES_OF_ALL, params![user]).await?;
    Ok(tx.exec(&DROP_ALL, params![user]).await? + cleared > 0)
}

/// The workspaces whose admins have put somebody's factor aside.
pub(crate) async fn put_aside_in(tx: &mut ControlTx, user: UserId) -> Result<Vec<WorkspaceId>> {
    let rows: Vec<(WorkspaceId,)> = tx.all(&PUT_ASIDE, params![user, 100_i64]).await?;
    Ok(rows.into_iter().map(|(workspace,)| workspace).collect())
}

/// The factor that a session was begun with.
pub(crate) async fn of_session(tx: &mut ControlTx, session: SessionId) -> Result<Option<Scope>> {
    let row: Option<(Option<Uuid>,)> = tx.first(&SESSION_FACTOR, params![session]).await?;
    Ok(row.and_then(|(factor,)| factor).map(Scope))
}

pub(crate) async fn set_of_session(
    tx: &mut ControlTx,
    session: SessionId,
    scope: Option<Scope>,
) -> Result<()> {
    tx.exec(&SET_SESSION_FACTOR, params![session, scope.map(Scope::uuid)]).await.map(drop)
}

/// Those of a workspace who have a second factor that counts in it, and whether they run the instance.
pub(crate) async fn of_members(store: &Store, workspace: WorkspaceId) -> Result<Vec<(UserId, bool)>> {
    let rows: Vec<(UserId, Option<Timestamp>, Uuid, bool)> =
        store.control().all(&OF_MEMBERS, params![workspace, 20_000_i64]).await?;
    let counts = |reset: Option<Timestamp>, scope: Uuid| match reset {
        Some(_) => Scope(scope) == Scope::only(workspace),
        None => Scope(scope) == Scope::ACCOUNT,
    };
    let all = rows.into_iter().filter(|(_, reset, scope, _)| counts(*reset, *scope));
    Ok(all.map(|(user, _, _, superadmin)| (user, superadmin)).collect())
}
