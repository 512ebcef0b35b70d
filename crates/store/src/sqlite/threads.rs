//! Threads that have files open, other than the runtime's.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use super::database::lock;

static AT_WORK: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// Counts a thread until it ends, however it does.
struct Counted;

impl Counted {
    fn begin() -> Self {
        *lock(&AT_WORK) += 1;
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        *lock(&AT_WORK) -= 1;
        ENDED.notify_all();
    }
}

pub(super) fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    let counted = Counted::begin();
    let work = move || {
        let _counted = counted;
        work();
    };
    std::thread::Builder::new().name(name).spawn(work).map(drop)
}

/// Waits, so long at most, until all threads of closed stores have closed their files. A process must not end before:
/// SQLCipher gives back at the exit what they use.
pub fn wait_for_threads(patience: Duration) {
    let at_work = lock(&AT_WORK);
    // Whoever waited for nothing goes on as well.
    drop(ENDED.wait_timeout_while(at_work, patience, |count| *count > 0));
}
