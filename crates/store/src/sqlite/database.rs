//! One open file: its writer, its readers, its queue.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use kernel::crypto::Key;
use kernel::{Clock, Error, Result};

use super::connection::{Mode, SqliteConnection};
use super::writers::{Drain, Writers};
use crate::door::Door;
use crate::kept::Changes;
use crate::live::Live;
use crate::migrations;
use crate::queue::{Job, Queue, run_group};
use crate::start::StartError;
use crate::tx::{Connection, Tx};

/// Idle readers kept a file; more are opened when more threads read at once.
const IDLE_READERS: usize = 4;

pub(crate) struct Database<D: Door> {
    path: PathBuf,
    key: Key,
    scope: D::Scope,
    clock: Clock,
    queue: Queue<D>,
    writer: Mutex<Tx<D>>,
    readers: Mutex<Vec<Tx<D>>>,
    writers: Writers,
    live: Arc<Live>,
}

impl<D: Door> Database<D> {
    /// Opens and migrates; blocks, so never on an async worker.
    pub(crate) fn open(
        path: &Path,
        key: Key,
        scope: D::Scope,
        clock: Clock,
        writers: Writers,
        live: Arc<Live>,
    ) -> Result<Self, StartError> {
        let mut connection = SqliteConnection::open(path, &key, Mode::Write)?;
        migrations::sqlite(connection.raw(), D::NAME, D::chain(scope), path)?;
        let writer = Mutex::new(Tx::new(Connection::Sqlite(connection), scope, clock.clone()));
        Ok(Self {
            path: path.to_owned(),
            key,
            scope,
            clock,
            queue: Queue::default(),
            writer,
            readers: Mutex::default(),
            writers,
            live,
        })
    }

    /// Counts what is written.
    pub(crate) const fn changes(&self) -> &Changes {
        &self.queue.changes
    }

    pub(crate) fn submit(self: &Arc<Self>, job: Box<dyn Job<D>>) {
        if self.queue.push(job) {
            self.writers.wake(self.clone());
        }
    }

    /// A connection that cannot write. Reading runs inline: handing it to another thread would
    /// cost a third of its time.
    pub(crate) fn reader(&self) -> Result<Tx<D>> {
        if let Some(reader) = lock(&self.readers).pop() {
            return Ok(reader);
        }
        let connection =
            SqliteConnection::open(&self.path, &self.key, Mode::Read).map_err(Error::internal)?;
        Ok(Tx::new(Connection::Sqlite(connection), self.scope, self.clock.clone()))
    }

    pub(crate) fn return_reader(&self, mut reader: Tx<D>) {
        reader.failed = None;
        let mut readers = lock(&self.readers);
        if reader_is_idle(&reader) && readers.len() < IDLE_READERS {
            readers.push(reader);
        }
    }
}

fn reader_is_idle<D: Door>(reader: &Tx<D>) -> bool {
    matches!(&reader.connection, Connection::Sqlite(connection) if !connection.in_transaction())
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<D: Door> Drain for Database<D> {
    fn drain(self: Arc<Self>) {
        let group = std::panic::AssertUnwindSafe(|| {
            // A failed group has been answered; what is still queued goes into the next.
            let _ = ready(run_group(&mut *lock(&self.writer), &self.queue, &self.live));
        });
        if std::panic::catch_unwind(group).is_err() {
            // Ours to mend, but not a reason to stop writing: the next group begins by rolling back.
            tracing::error!("a panic outside of any action ended a group of changes");
        }
        if !self.queue.rest() {
            // To the end of the line: a busy workspace does not keep others waiting.
            self.writers.wake(self.clone());
        }
    }
}

/// The result of a future that never waits, as all futures over SQLite are.
pub(crate) fn ready<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Error::internal("a transaction over SQLite waited for something else")),
    }
}
