//! One lane a scope: a queue, and at most one writing transaction of this process. Nobody holds a
//! connection while waiting in it, so that a hot workspace cannot starve a quiet one.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use futures_util::FutureExt;
use kernel::Clock;

use super::connect;
use crate::door::Door;
use crate::live::Live;
use crate::queue::{Job, Queue, run_group};
use crate::tx::{Connection, Tx};

pub(crate) struct Lanes<D: Door> {
    shared: Arc<Shared<D>>,
}

struct Shared<D: Door> {
    pool: Pool,
    clock: Clock,
    live: Arc<Live>,
    queues: Mutex<HashMap<uuid::Uuid, Arc<Queue<D>>>>,
}

impl<D: Door> Lanes<D> {
    pub(super) fn new(pool: Pool, clock: Clock, live: Arc<Live>) -> Self {
        Self { shared: Arc::new(Shared { pool, clock, live, queues: Mutex::default() }) }
    }

    pub(crate) fn submit(&self, scope: D::Scope, job: Box<dyn Job<D>>) {
        let shared = &self.shared;
        let mut queues = shared.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.entry(D::chain(scope)).or_default();
        if queue.push(job) {
            let queue = queue.clone();
            drop(queues);
            tokio::spawn(drain(shared.clone(), scope, queue));
        }
    }
}

async fn drain<D: Door>(shared: Arc<Shared<D>>, scope: D::Scope, queue: Arc<Queue<D>>) {
    loop {
        match connect::<D>(&shared.pool, scope, &shared.clock).await {
            Ok(mut tx) => {
                let groups = AssertUnwindSafe(write_groups(&shared, &mut tx, &queue)).catch_unwind();
                if groups.await.is_err() {
                    // Ours to mend, but not a reason to stop writing. The connection is dropped as it is.
                    tracing::error!("a panic outside of any action ended a group of changes");
                }
            }
            Err(error) => queue.refuse(&error),
        }
        // Under the map's lock, so that nobody finds a queue that is being forgotten.
        let mut queues = shared.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.rest() {
            queues.remove(&D::chain(scope));
            return;
        }
    }
}

/// Writes until nothing waits, somebody else needs the connection, or it is lost.
async fn write_groups<D: Door>(shared: &Shared<D>, tx: &mut Tx<D>, queue: &Queue<D>) {
    while !queue.is_empty() {
        let _ = run_group(tx, queue, &shared.live).await;
        let usable = matches!(&tx.connection, Connection::Postgres(connection) if connection.is_idle());
        // A busy workspace gives its connection up to those who wait for one, and waits behind them.
        if !usable || shared.pool.status().waiting > 0 {
            return;
        }
    }
}
