//! One at a time: checks of a secret for one account and network, uses of one link.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{Error, Result};
use tokio::sync::OwnedMutexGuard;

use super::Attempt;

/// Those who wait for one turn; at a quarter of a second each that is as long as anybody waits.
const MOST_WAITING: usize = 128;

type Lock = Arc<tokio::sync::Mutex<()>>;

#[derive(Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<Attempt, Lock>>>);

/// Held while one acts.
pub(crate) struct Turn {
    guard: Option<OwnedMutexGuard<()>>,
    lock: Option<Lock>,
    attempt: Attempt,
    turns: Arc<Mutex<HashMap<Attempt, Lock>>>,
}

fn locked(map: &Mutex<HashMap<Attempt, Lock>>) -> MutexGuard<'_, HashMap<Attempt, Lock>> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Turns {
    pub(super) async fn take(&self, attempt: &Attempt) -> Result<Turn> {
        let lock = {
            let mut map = locked(&self.0);
            let lock = map.entry(attempt.clone()).or_default();
            // The map's own, and two of each who holds it or waits.
            if Arc::strong_count(lock) / 2 > MOST_WAITING {
                return Err(Error::TooMany { retry_after: Duration::from_secs(5) });
            }
            lock.clone()
        };
        // Made before waiting: one who gives up waiting leaves nothing in the map either.
        let mut turn =
            Turn { guard: None, lock: Some(lock.clone()), attempt: attempt.clone(), turns: self.0.clone() };
        turn.guard = Some(lock.lock_owned().await);
        Ok(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut map = locked(&self.turns);
        self.guard = None;
        self.lock = None;
        if map.get(&self.attempt).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            map.remove(&self.attempt);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(account: &str) -> Attempt {
        Attempt { account: account.into(), network: "here".into(), is_short: false, is_quick: false }
    }

    #[tokio::test]
    async fn one_at_a_time_and_nothing_is_left_behind() {
        let turns = Turns::default();
        let a = attempt("a");
        let first = turns.take(&a).await.unwrap();
        let other = turns.take(&attempt("b")).await.unwrap();
        let mut second = Box::pin(turns.take(&a));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        let second = second.await.unwrap();
        let mut gives_up = Box::pin(turns.take(&a));
        assert!(futures_util::poll!(&mut gives_up).is_pending());
        drop(second);
        drop(gives_up);
        drop(other);
        assert!(locked(&turns.0).is_empty());
    }

    #[tokio::test]
    async fn a_crowd_is_refused() {
        let turns = Turns::default();
        let a = attempt("a");
        let _first = turns.take(&a).await.unwrap();
        let mut waiting = Vec::new();
        let refused = loop {
            let mut next = Box::pin(turns.take(&a));
            match futures_util::poll!(&mut next) {
                std::task::Poll::Pending => waiting.push(next),
                std::task::Poll::Ready(answer) => break answer.is_err(),
            }
            assert!(waiting.len() <= MOST_WAITING);
        };
        assert!(refused && waiting.len() == MOST_WAITING);
    }
}
