//! What is remembered between requests, bounded, and never older than the last change to it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::token::TokenHash;

const SHARDS: usize = 16;
const MOST_IN_SHARD: usize = 4_096;

type Shard<V> = LruCache<TokenHash, V>;

pub(super) struct Cache<V> {
    shards: [Mutex<Shard<V>>; SHARDS],
    changes: AtomicU64,
}

/// The moment before a value was read from the store: it may be remembered if nothing was forgotten
/// since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before(u64);

impl<V> Default for Cache<V> {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::new(LruCache::unbounded())),
            changes: AtomicU64::new(0),
        }
    }
}

impl<V: Clone> Cache<V> {
    fn shard(&self, key: &TokenHash) -> MutexGuard<'_, Shard<V>> {
        let [first, ..] = key;
        let shard = &self.shards[usize::from(*first) % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &TokenHash) -> Option<V> {
        self.shard(key).get(key).cloned()
    }

    pub(super) fn holds(&self, key: &TokenHash) -> bool {
        self.shard(key).contains(key)
    }

    /// Forgets one that turned out to be over.
    pub(super) fn remove(&self, key: &TokenHash) {
        self.shard(key).pop(key);
    }

    pub(super) fn before(&self) -> Before {
        Before(self.changes.load(Ordering::SeqCst))
    }

    /// Forgetting counts first and looks into the shards afterwards, so that what was read before
    /// a change is either refused here or removed there.
    pub(super) fn put(&self, key: TokenHash, value: V, before: Before) {
        let mut shard = self.shard(&key);
        if self.changes.load(Ordering::SeqCst) == before.0 {
            shard.put(key, value);
            if shard.len() > MOST_IN_SHARD {
                shard.pop_lru();
            }
        }
    }

    /// Changes what is remembered, where it is; for what every reading of the store would say as well.
    pub(super) fn amend(&self, key: &TokenHash, change: impl FnOnce(&mut V)) {
        if let Some(value) = self.shard(key).peek_mut(key) {
            change(value);
        }
    }

    pub(super) fn forget(&self, which: impl Fn(&V) -> bool) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let gone: Vec<TokenHash> =
                shard.iter().filter(|(_, value)| which(value)).map(|(key, _)| *key).collect();
            for key in gone {
                shard.pop(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_remembered() {
        let cache = Cache::default();
        let before = cache.before();
        cache.put([1; 32], "admin", before);
        assert_eq!(cache.get(&[1; 32]), Some("admin"));
        let reading = cache.before();
        cache.forget(|role| *role == "admin");
        assert_eq!(cache.get(&[1; 32]), None);
        cache.put([1; 32], "admin", reading);
        assert_eq!(cache.get(&[1; 32]), None);
    }

    #[test]
    fn it_stays_bounded() {
        let cache = Cache::default();
        for number in 0..(MOST_IN_SHARD as u64 * 2) {
            let mut key = [0; 32];
            key[1..9].copy_from_slice(&number.to_be_bytes());
            cache.put(key, number, cache.before());
        }
        assert_eq!(cache.shard(&[0; 32]).len(), MOST_IN_SHARD);
        assert_eq!(cache.get(&[0; 32]), None);
    }
}
