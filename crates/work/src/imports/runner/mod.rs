//! Imports run in the background, one at a time in each workspace and two in all, in the order in
//! which they were asked for. What a stop of the server interrupts goes on when it starts again.

pub(super) mod job;
mod line;
mod receiving;
mod resume;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kernel::WorkspaceId;
use store::Store;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use self::job::Job;
use self::line::Line;
use self::receiving::{Place, Receiving};
use super::ImportId;
use super::spool::Spools;

/// Imports that run at the same time.
const AT_ONCE: usize = 2;
/// How often uploads of old dry runs are looked for.
const SWEEP: Duration = Duration::from_secs(3_600);

/// Runs imports; cheap to clone. One of them serves a data directory.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    spools: Spools,
    line: Mutex<Line>,
    receiving: Receiving,
    changed: Notify,
    stopping: watch::Sender<bool>,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Runner(…)")
    }
}

impl Runner {
    /// Uploads are kept in `spool` in the data directory.
    ///
    /// # Errors
    /// When that folder can be neither found nor made.
    pub fn new(store: Store, data: &Path) -> std::io::Result<Self> {
        let spools = Spools::open(data)?;
        let inner = Inner {
            store,
            spools,
            line: Mutex::default(),
            receiving: Receiving::default(),
            changed: Notify::new(),
            stopping: watch::Sender::new(false),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Works until `stop` is ready, beginning with what an earlier process left. Returns when the
    /// chunks that were being written are durable; the next start goes on behind them.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        resume::resume(self).await;
        let mut jobs = JoinSet::new();
        let mut sweep = tokio::time::interval(SWEEP);
        let mut stop = std::pin::pin!(stop);
        let mut stopping = false;
        loop {
            while !stopping
                && jobs.len() < AT_ONCE
                && let Some((workspace, import)) = self.next()
            {
                let runner = self.clone();
                jobs.spawn(async move { runner.run_one(workspace, import).await });
            }
            if stopping && jobs.is_empty() {
                return;
            }
            tokio::select! {
                () = self.inner.changed.notified() => {}
                _ = jobs.join_next(), if !jobs.is_empty() => {}
                () = &mut stop, if !stopping => {
                    stopping = true;
                    self.inner.stopping.send_replace(true);
                }
                _ = sweep.tick(), if !stopping => resume::expire(self).await,
            }
        }
    }

    /// Puts an import into the line.
    pub(super) fn submit(&self, workspace: WorkspaceId, import: ImportId) {
        self.line().push(workspace, import);
        self.inner.changed.notify_one();
    }

    /// A place for an upload that is coming in.
    pub(super) fn receiving(&self, workspace: WorkspaceId) -> kernel::Result<Place> {
        self.inner.receiving.take(workspace)
    }

    pub(super) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(super) fn spools(&self) -> &Spools {
        &self.inner.spools
    }

    fn next(&self) -> Option<(WorkspaceId, ImportId)> {
        self.line().next()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.inner.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run_one(&self, workspace: WorkspaceId, import: ImportId) {
        let stopping = self.inner.stopping.subscribe();
        let running = Job::run(self.store().clone(), self.spools().clone(), workspace, import, stopping);
        // A panic of one import must not keep its workspace's place in the line.
        let outcome = tokio::spawn(running).await;
        if let Err(error) = outcome {
            tracing::error!(%import, %error, "an import broke off");
        }
        self.line().leave(workspace);
        self.inner.changed.notify_one();
    }
}
