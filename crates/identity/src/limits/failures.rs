//! Failures of the last quarter of an hour. A success neither counts nor clears: clearing would let
//! somebody in the victim's network go on after each of the victim's own sign-ins.

use std::time::Duration;

use kernel::{Error, Result, Timestamp};
use store::{ControlTx, Store, params};

use super::Attempt;

store::statements! {
    control LATEST = "SELECT at FROM login_failures WHERE account = $1 AND network = $2 AND at > $3
        ORDER BY at DESC, id DESC LIMIT $4";
    control LATEST_ANYWHERE = "SELECT at FROM login_failures WHERE account = $1 AND at > $2
        ORDER BY at DESC, id DESC LIMIT $3";
    control COUNT = "INSERT INTO login_failures (id, account, network, at) VALUES ($1, $2, $3, $4)";
    control DROP_OLD = "DELETE FROM login_failures WHERE at <= $1";
}

const MOST: i64 = 5;
/// Of what is short, from all networks together: a code is one of a million, and three count at a time.
const MOST_ANYWHERE: i64 = 50;
const WINDOW: Duration = Duration::from_secs(15 * 60);

kernel::id!(FailureId, Failure, "fail");

pub(super) async fn refuse_if_too_many(store: &Store, attempt: &Attempt) -> Result<()> {
    let now = store.clock().now();
    let (since, control) = (now.minus(WINDOW), store.control());
    let here: Vec<(Timestamp,)> =
        control.all(&LATEST, params![&attempt.account, &attempt.network, since, MOST]).await?;
    refuse_at(&here, MOST, now)?;
    if attempt.is_short {
        let anywhere: Vec<(Timestamp,)> =
            control.all(&LATEST_ANYWHERE, params![&attempt.account, since, MOST_ANYWHERE]).await?;
        refuse_at(&anywhere, MOST_ANYWHERE, now)?;
    }
    Ok(())
}

/// Once there are so many, until the oldest of them is forgotten.
fn refuse_at(latest: &[(Timestamp,)], most: i64, now: Timestamp) -> Result<()> {
    match latest.last() {
        Some((oldest,)) if latest.len() as i64 >= most => {
            Err(Error::TooMany { retry_after: oldest.plus(WINDOW).since(now) })
        }
        _ => Ok(()),
    }
}

pub(super) async fn count(store: &Store, attempt: &Attempt) -> Result<()> {
    let attempt = attempt.clone();
    store
        .control()
        .write(async move |tx| {
            let (id, now): (FailureId, _) = (tx.new_id(), tx.now());
            tx.exec(&COUNT, params![id, &attempt.account, &attempt.network, now]).await.map(drop)
        })
        .await
}

pub(crate) async fn drop_old(tx: &mut ControlTx) -> Result<()> {
    let before = tx.now().minus(WINDOW);
    tx.exec(&DROP_OLD, params![before]).await.map(drop)
}
