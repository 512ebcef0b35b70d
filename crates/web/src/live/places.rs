//! How many streams a person has open: each of them stays, and costs a little.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{Error, Result, UserId};

/// A browser takes one, however many tabs it has.
const MOST: usize = 32;
const RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(crate) struct Places {
    taken: Arc<Mutex<Taking>>,
    most: usize,
}

#[derive(Default)]
struct Taking {
    all: usize,
    each: HashMap<UserId, usize>,
}

/// Given back when it is dropped.
pub(super) struct Taken {
    places: Places,
    user: UserId,
}

impl Places {
    /// `most` of all people together: the rest of the connections is for those who ask something.
    pub(crate) fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    fn taken(&self) -> MutexGuard<'_, Taking> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self, user: UserId) -> Result<Taken> {
        let mut taken = self.taken();
        if taken.all >= self.most || taken.each.get(&user).is_some_and(|count| *count >= MOST) {
            return Err(Error::TooMany { retry_after: RETRY_AFTER });
        }
        *taken.each.entry(user).or_default() += 1;
        taken.all += 1;
        Ok(Taken { places: self.clone(), user })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        if let Some(count) = taken.each.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.each.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Id, Timestamp};

    use super::*;

    #[test]
    fn one_person_has_so_many_and_gives_them_back() {
        let places = Places::new(MOST + 1);
        let (one, other) = (Id::new(Timestamp::from_micros(1)), Id::new(Timestamp::from_micros(2)));
        let mut held: Vec<_> = (0..MOST).map(|_| places.take(one).unwrap()).collect();
        assert!(places.take(one).is_err());
        let last = places.take(other).unwrap();
        assert!(places.take(other).is_err(), "all together have so many");
        drop(last);
        held.pop();
        assert!(places.take(one).is_ok());
        drop(held);
        assert!(places.taken().each.is_empty() && places.taken().all == 0);
    }
}
