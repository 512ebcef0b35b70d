//! Five registrations a minute an address.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::{Error, Result, Timestamp};
use lru::LruCache;
use store::{ControlTx, Store, params};

store::statements! {
    control LATEST = "SELECT at FROM registrations WHERE address = $1 AND at > $2 ORDER BY at DESC, id DESC LIMIT $3";
    control COUNT = "INSERT INTO registrations (id, address, at) VALUES ($1, $2, $3)";
    control DROP_OLD = "DELETE FROM registrations WHERE at <= $1";
}

kernel::id!(RegistrationId, Registration, "reg");

const MOST: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);
/// Networks remembered at a time. Beyond it the one that was quiet for longest is forgotten: whoever has very
/// many networks gets more registrations out of that, but cannot close the door to everybody else.
const NETWORKS: usize = 10_000;

pub(super) struct Registrations(Mutex<LruCache<String, VecDeque<Timestamp>>>);

impl Default for Registrations {
    fn default() -> Self {
        Self(Mutex::new(LruCache::unbounded()))
    }
}

impl Registrations {
    pub(super) fn count(&self, network: String, now: Timestamp) -> Result<()> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= NETWORKS && !all.contains(&network) {
            all.pop_lru();
        }
        let times = all.get_or_insert_mut(network, VecDeque::new);
        while times.front().is_some_and(|first| now.since(*first) >= WINDOW) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= MOST => {
                Err(Error::TooMany { retry_after: first.plus(WINDOW).since(now) })
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

/// Counts one on all nodes together, or refuses it. Control's writes come one after the other, on whichever node.
pub(super) async fn count_in(store: &Store, address: String) -> Result<()> {
    store
        .control()
        .write(async move |tx| {
            let (id, now): (RegistrationId, _) = (tx.new_id(), tx.now());
            let latest: Vec<(Timestamp,)> =
                tx.all(&LATEST, params![&address, now.minus(WINDOW), MOST as i64]).await?;
            match latest.last() {
                Some((oldest,)) if latest.len() >= MOST => {
                    Err(Error::TooMany { retry_after: oldest.plus(WINDOW).since(now) })
                }
                _ => tx.exec(&COUNT, params![id, &address, now]).await.map(drop),
            }
        })
        .await
}

pub(crate) async fn drop_old(tx: &mut ControlTx) -> Result<()> {
    let before = tx.now().minus(WINDOW);
    tx.exec(&DROP_OLD, params![before]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_in_a_minute_waits_for_the_first_to_be_a_minute_ago() {
        let counted = Registrations::default();
        let at = |second: i64| Timestamp::from_seconds(1_000 + second);
        for second in 0..5 {
            counted.count("a".into(), at(second)).unwrap();
        }
        let Err(Error::TooMany { retry_after }) = counted.count("a".into(), at(10)) else {
            panic!("not refused")
        };
        assert_eq!(retry_after.as_secs(), 50);
        counted.count("b".into(), at(10)).unwrap();
        counted.count("a".into(), at(60)).unwrap();
        assert!(counted.count("a".into(), at(60)).is_err());
    }
    #[test]
    fn many_networks_close_the_door_to_nobody() {
        let counted = Registrations::default();
        let now = Timestamp::from_seconds(1_000);
        for network in 0..NETWORKS * 2 {
            counted.count(network.to_string(), now).unwrap();
        }
        counted.count("another".into(), now).unwrap();
        assert_eq!(counted.0.lock().unwrap().len(), NETWORKS);
    }
}
