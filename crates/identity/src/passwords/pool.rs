//! Threads for slow hashes: as many as cores, below the priority of those that answer requests,
//! and with a short queue, so that a flood of sign-ins costs sign-ins only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use kernel::{Error, Result};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Jobs that wait a thread: at a quarter of a second each, sixteen seconds.
const QUEUE: usize = 64;
/// Of -20 to 19: whatever else wants the core goes first.
const NICE: i32 = 10;

pub(super) struct Pool {
    jobs: SyncSender<Job>,
}

impl Pool {
    pub(super) fn start(threads: usize) -> Result<Self> {
        let (jobs, inbox) = sync_channel::<Job>(QUEUE * threads);
        let inbox = Arc::new(Mutex::new(inbox));
        for number in 0..threads {
            let inbox = Arc::clone(&inbox);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(&inbox))
                .map_err(Error::internal)?;
        }
        Ok(Self { jobs })
    }

    /// Runs `job` when its turn comes; 503 at once when too many wait.
    pub(super) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Nobody waits any more: nothing to do for them.
            if !reply.is_closed() {
                let _ = reply.send(job());
            }
        });
        self.jobs.try_send(job).map_err(|_| Error::Unavailable {
            reason: "Too many people are signing in; try again in a moment.",
        })?;
        answer.await.map_err(|_| Error::internal("a password could not be hashed"))
    }
}

/// Ends when the pool is dropped.
fn work(inbox: &Mutex<Receiver<Job>>) {
    // On Linux a thread has a niceness of its own. Without it the work is done all the same.
    let _ = rustix::process::nice(NICE);
    loop {
        let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // Its sender is dropped, which is the answer; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_recovers() {
        let pool = Arc::new(Pool::start(1).unwrap());
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move || {
                    let _ = started.send(());
                    let _ = gate.recv();
                })
                .await
            }
        });
        running.await.unwrap();
        let waiting: Vec<_> = (0..QUEUE).map(|_| Box::pin(pool.run(|| 1))).collect();
        let mut all = futures_util::future::join_all(waiting);
        assert!(futures_util::poll!(&mut all).is_pending());
        assert!(matches!(pool.run(|| 1).await, Err(Error::Unavailable { .. })));
        open.send(()).unwrap();
        first.await.unwrap().unwrap();
        assert!(all.await.into_iter().all(|answer| answer.is_ok()));
        assert!(pool.run(|| 1).await.is_ok());
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_that_job_only() {
        let pool = Pool::start(1).unwrap();
        assert!(matches!(pool.run(|| panic!("broken")).await, Err::<(), _>(Error::Internal(_))));
        assert_eq!(pool.run(|| 2).await.unwrap(), 2);
    }
}
