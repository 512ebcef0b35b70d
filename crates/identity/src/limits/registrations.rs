//! Five registrations a minute an address.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::{Error, Result, Timestamp};

const MOST: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered at a time; beyond it old ones are looked through, then all wait.
const ADDRESSES: usize = 10_000;

#[derive(Default)]
pub(super) struct Registrations(Mutex<HashMap<String, VecDeque<Timestamp>>>);

impl Registrations {
    pub(super) fn count(&self, address: String, now: Timestamp) -> Result<()> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ADDRESSES && !all.contains_key(&address) {
            all.retain(|_, times| times.back().is_some_and(|last| now.since(*last) < WINDOW));
            if all.len() >= ADDRESSES {
                return Err(Error::TooMany { retry_after: WINDOW });
            }
        }
        let times = all.entry(address).or_default();
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
}
