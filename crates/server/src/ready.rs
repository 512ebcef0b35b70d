//! `/readyz`: whether the store answers. Anybody may ask as often as they like, so the store is asked at most
//! once a second, and by one at a time.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use kernel::{Error, Result};
use store::Store;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;
use web::{Answer, App, Json};

use crate::routes::{Health, OK};

store::statements! {
    control END_OF_CHAIN = "SELECT seq FROM audit_head WHERE workspace_id = $1";
}

/// A store that takes longer does not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(1);

/// What the store said last, and when.
#[derive(Clone, Default)]
pub(crate) struct Readiness(Arc<Mutex<Option<(Instant, bool)>>>);

pub(crate) async fn is_ready(
    State(app): State<App>,
    Extension(readiness): Extension<Readiness>,
) -> Answer<Json<Health>> {
    let mut last = readiness.0.lock().await;
    let answers = match *last {
        Some((at, answered)) if at.elapsed() < FRESH => answered,
        _ => {
            let answered = answers(&app.store).await;
            *last = Some((Instant::now(), answered));
            answered
        }
    };
    let ready: Result<_> =
        if answers { Ok(OK) } else { Err(Error::Unavailable { reason: "The store does not answer." }) };
    Ok(ready?)
}

async fn answers(store: &Store) -> bool {
    let door = store.control();
    let asking = async { door.first::<(i64,)>(&END_OF_CHAIN, store::params![Uuid::nil()]).await };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(end)) => end.is_some(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store does not answer");
            false
        }
        Err(_) => false,
    }
}
