//! What the server does on its own.

mod backups;

use std::sync::Arc;
use std::time::Duration;

use identity::Identity;
use store::Store;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use work::imports::Runner;

use crate::instance::Instance;

/// Expired sessions and links are refused anyway; this is when they are deleted.
const HOUSEKEEPING: Duration = Duration::from_secs(60);
/// What the trash has kept for its 30 days goes some hours later. The first time, others have begun.
const TRASH: Duration = Duration::from_secs(6 * 3_600);
const TRASH_FIRST: Duration = Duration::from_secs(60);
/// For all jobs to come to a stop, from the moment that the server is told to; what one leaves undone it
/// finds again at the next start.
const PATIENCE: Duration = Duration::from_secs(9);

pub struct Jobs {
    running: Vec<JoinHandle<()>>,
    deadline: JoinHandle<Instant>,
}

/// Starts all jobs; they end when `stop` is cancelled.
pub fn start(instance: &Instance, imports: Runner, stop: &CancellationToken) -> Jobs {
    let (stopped, told) = (stop.clone().cancelled_owned(), stop.clone().cancelled_owned());
    let running = vec![
        tokio::spawn(keep_house(instance.identity.clone(), stop.clone())),
        tokio::spawn(empty_trash(instance.store.clone(), stop.clone())),
        tokio::spawn(async move { imports.run(stopped).await }),
        tokio::spawn(backups::back_up(instance.backups.clone(), stop.clone())),
    ];
    let deadline = tokio::spawn(async move {
        told.await;
        Instant::now() + PATIENCE
    });
    Jobs { running, deadline }
}

impl Jobs {
    /// Waits until they have ended, or their time since the stop is over.
    pub async fn finish(self) {
        let deadline = self.deadline.await.unwrap_or_else(|_| Instant::now());
        for job in self.running {
            if tokio::time::timeout_at(deadline, job).await.is_err() {
                tracing::warn!("a job did not stop in time");
            }
        }
    }
}

async fn keep_house(identity: Arc<Identity>, stop: CancellationToken) {
    let mut clock = tokio::time::interval(HOUSEKEEPING);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let stopping = tokio::select! {
            _ = clock.tick() => false,
            () = stop.cancelled() => true,
        };
        if let Err(error) = identity.housekeeping().await {
            tracing::error!(%error, "housekeeping failed");
        }
        if stopping {
            return;
        }
    }
}

async fn empty_trash(store: Store, stop: CancellationToken) {
    let mut clock = tokio::time::interval_at(Instant::now() + TRASH_FIRST, TRASH);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let working = async {
        loop {
            clock.tick().await;
            match work::jobs::empty_trash(&store).await {
                Ok(0) => {}
                Ok(items) => tracing::info!(items, "the trash is emptied"),
                Err(error) => tracing::error!(%error, "the trash could not be emptied"),
            }
        }
    };
    // What is being written is finished all the same.
    tokio::select! {
        () = working => {}
        () = stop.cancelled() => {}
    }
}
