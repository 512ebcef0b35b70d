//! How many streams a person has open: each of them stays, and costs a little.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::{Error, Result, UserId};

/// A browser takes one, however many tabs it has.
const MOST: usize = 32;
const RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<UserId, usize>>>);

/// Given back when it is dropped.
pub(super) struct Taken {
    places: Places,
    user: UserId,
}

impl Places {
    fn taken(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self, user: UserId) -> Result<Taken> {
        let mut taken = self.taken();
        let count = taken.entry(user).or_default();
        if *count >= MOST {
            return Err(Error::TooMany { retry_after: RETRY_AFTER });
        }
        *count += 1;
        Ok(Taken { places: self.clone(), user })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user);
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
        let places = Places::default();
        let (one, other) = (Id::new(Timestamp::from_micros(1)), Id::new(Timestamp::from_micros(2)));
        let mut held: Vec<_> = (0..MOST).map(|_| places.take(one).unwrap()).collect();
        assert!(places.take(one).is_err());
        assert!(places.take(other).is_ok());
        held.pop();
        assert!(places.take(one).is_ok());
        drop(held);
        assert!(places.taken().is_empty());
    }
}
