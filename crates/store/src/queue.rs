//! Writes wait in a queue a scope and are committed in groups. What a group does about failures
//! is the heart of the store; both engines run this code.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use kernel::access::Actor;
use kernel::event::Event;
use kernel::{Error, Result, WorkspaceId};
use tokio::sync::oneshot;

use crate::chain;
use crate::door::Door;
use crate::failure;
use crate::kept::Changes;
use crate::live::Live;
use crate::tx::{Connection, Tx, Wishes};

/// A group ends at this many actions or after this long, whichever comes first.
const MOST_ACTIONS: usize = 256;
const LONGEST: Duration = Duration::from_millis(20);
/// Actions that wait for one scope; more are refused at once, and may be sent again.
const MOST_WAITING: usize = 4_096;

/// An action as a plain function with a Send future; goes with `AsyncFnOnce`, which infers the
/// type of `tx` but cannot demand Send.
pub trait Act<'a, D: Door, T>: FnOnce(&'a mut Tx<D>) -> Self::Fut {
    type Fut: Future<Output = Result<T>> + Send;
}

impl<'a, D: Door, T, F, Fut> Act<'a, D, T> for F
where
    F: FnOnce(&'a mut Tx<D>) -> Fut,
    Fut: Future<Output = Result<T>> + Send,
{
    type Fut = Fut;
}

/// An action in the queue, its types erased.
pub(crate) trait Job<D: Door>: Send {
    fn actor(&self) -> Actor;
    /// Runs the action and keeps its outcome; tells whether it may be kept.
    fn run<'a>(&'a mut self, tx: &'a mut Tx<D>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
    /// Answers: with the outcome, or with the error that came over the group.
    fn answer(self: Box<Self>, group: Result<()>);
}

pub(crate) struct Pending<T, F> {
    pub(crate) actor: Actor,
    pub(crate) action: Option<F>,
    pub(crate) outcome: Option<Result<T>>,
    /// Workspaces that the action left a message for.
    pub(crate) told: Vec<WorkspaceId>,
    pub(crate) reply: oneshot::Sender<Answer<T>>,
}

/// An action's outcome and the workspaces that it left messages for.
pub(crate) type Answer<T> = (Result<T>, Vec<WorkspaceId>);

impl<D, T, F> Job<D> for Pending<T, F>
where
    D: Door,
    T: Send + 'static,
    F: for<'a> Act<'a, D, T> + Send + 'static,
{
    fn actor(&self) -> Actor {
        self.actor.clone()
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx<D>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let Some(action) = self.action.take() else { return Err(Error::internal("an action ran twice")) };
            let outcome = action(&mut *tx).await;
            self.told = std::mem::take(&mut tx.wishes.told);
            let verdict = outcome.as_ref().map(drop).map_err(Clone::clone);
            self.outcome = Some(outcome);
            verdict
        })
    }

    fn answer(self: Box<Self>, group: Result<()>) {
        let outcome = match (group, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Error::internal("an action ended without an outcome")),
            (Err(error), _) => Err(error),
        };
        // A client that went away does not read its answer; the change stays.
        let _ = self.reply.send((outcome, self.told));
    }
}

/// What waits to be written for one scope.
pub(crate) struct Queue<D: Door> {
    state: Mutex<State<D>>,
    pub(crate) changes: Changes,
}

struct State<D: Door> {
    jobs: VecDeque<Box<dyn Job<D>>>,
    /// Somebody is writing, or has been told to.
    draining: bool,
}

impl<D: Door> Default for Queue<D> {
    fn default() -> Self {
        Self { state: Mutex::new(State { jobs: VecDeque::new(), draining: false }), changes: Changes::new() }
    }
}

impl<D: Door> Queue<D> {
    fn state(&self) -> std::sync::MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Gives true when nobody is writing: the caller must see to it.
    pub(crate) fn push(&self, job: Box<dyn Job<D>>) -> bool {
        let mut state = self.state();
        if state.jobs.len() >= MOST_WAITING {
            drop(state);
            job.answer(Err(failure::CROWDED));
            return false;
        }
        state.jobs.push_back(job);
        !std::mem::replace(&mut state.draining, true)
    }

    fn pop(&self) -> Option<Box<dyn Job<D>>> {
        self.state().jobs.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.state().jobs.is_empty()
    }

    /// Gives true when the queue is empty and the writer may rest; from then on [`Self::push`]
    /// says so to the next one.
    pub(crate) fn rest(&self) -> bool {
        let mut state = self.state();
        state.draining = !state.jobs.is_empty();
        !state.draining
    }

    /// Answers everything that waits with `error`, for when there is no connection.
    pub(crate) fn refuse(&self, error: &Error) {
        let waiting = std::mem::take(&mut self.state().jobs);
        for job in waiting {
            job.answer(Err(error.clone()));
        }
    }
}

/// A job that ran well in the open transaction, and what it asked for.
struct Kept<D: Door> {
    /// In the group.
    number: usize,
    job: Box<dyn Job<D>>,
    wishes: Wishes,
}

/// The actions of a group that have run. Nobody hears of his before it is known what became of the group: also
/// a refusal may rest on what another one did in it.
struct Group<D: Door> {
    kept: Vec<Kept<D>>,
    undone: Vec<(Box<dyn Job<D>>, Error)>,
}

impl<D: Door> Group<D> {
    const fn new() -> Self {
        Self { kept: Vec::new(), undone: Vec::new() }
    }

    /// Takes the action back whose changes turned out to have failed after its end.
    fn undo_late(&mut self, tx: &mut Tx<D>) {
        if let Some((number, error)) = tx.take_late()
            && let Some(at) = self.kept.iter().rposition(|kept| kept.number == number)
        {
            self.undone.push((self.kept.remove(at).job, error));
        }
    }

    /// Nothing of it is there.
    fn refuse(self, error: &Error) {
        let kept = self.kept.into_iter().map(|kept| kept.job);
        for job in kept.chain(self.undone.into_iter().map(|(job, _)| job)) {
            job.answer(Err(error.clone()));
        }
    }

    /// What was kept is durable.
    fn answer(self, events: Vec<Event>, live: &Arc<Live>) {
        let mut jobs = Vec::with_capacity(self.kept.len());
        for Kept { job, wishes, .. } in self.kept {
            for then in wishes.after {
                then();
            }
            jobs.push(job);
        }
        live.tell(events);
        for job in jobs {
            job.answer(Ok(()));
        }
        for (job, error) in self.undone {
            job.answer(Err(error));
        }
    }
}

/// Runs what waits as savepoints of one transaction and commits once. Every job taken from the
/// queue is answered, whatever happens. Gives an error when the connection is not fit any more.
pub(crate) async fn run_group<D: Door>(tx: &mut Tx<D>, queue: &Queue<D>, live: &Arc<Live>) -> Result<()> {
    if let Err(error) = tx.begin_write().await {
        if let Some(job) = queue.pop() {
            job.answer(Err(error.clone()));
        }
        tx.abandon().await;
        return Err(error);
    }
    let started = Instant::now();
    let mut group = Group::new();
    let mut taken = 0;
    while taken < MOST_ACTIONS && started.elapsed() < LONGEST {
        let Some(job) = queue.pop() else { break };
        taken += 1;
        match run_one(tx, taken, job).await {
            Ran::Kept(job) => group.kept.push(job),
            Ran::Undone(job, error) => group.undone.push((job, error)),
            Ran::GroupLost(job) => {
                job.answer(Err(failure::BATCH_LOST));
                return lose(tx, group).await;
            }
        }
        group.undo_late(tx);
    }
    if tx.settle().await.is_err() {
        return lose(tx, group).await;
    }
    group.undo_late(tx);
    commit(tx, group, &queue.changes, live).await
}

enum Ran<D: Door> {
    Kept(Kept<D>),
    Undone(Box<dyn Job<D>>, Error),
    GroupLost(Box<dyn Job<D>>),
}

/// The group's transaction is not there any more.
async fn lose<D: Door>(tx: &mut Tx<D>, group: Group<D>) -> Result<()> {
    group.refuse(&failure::BATCH_LOST);
    tx.abandon().await;
    Err(failure::BATCH_LOST)
}

async fn run_one<D: Door>(tx: &mut Tx<D>, number: usize, mut job: Box<dyn Job<D>>) -> Ran<D> {
    tx.actor = job.actor();
    tx.wishes = Wishes::default();
    tx.failed = None;
    if tx.savepoint(number).await.is_err() {
        return Ran::GroupLost(job);
    }
    let ran = tx.supervised(&mut *job).await;
    let verdict = match (ran, tx.failed.take()) {
        (Ok(Ok(())), None) => Ok(()),
        (Ok(Err(error)), _) | (Ok(Ok(())), Some(error)) => Err(error),
        (Err(panic), _) => Err(panicked(&*panic)),
    };
    // The engine may have rolled back everything on its own (a full disk): trust its state, not
    // the error's code.
    if !tx.in_transaction() {
        return Ran::GroupLost(job);
    }
    match verdict {
        Ok(()) if tx.release().await.is_ok() => {
            Ran::Kept(Kept { number, job, wishes: std::mem::take(&mut tx.wishes) })
        }
        Ok(()) => Ran::GroupLost(job),
        Err(error) => {
            tx.wishes = Wishes::default();
            if tx.undo().await.is_ok() { Ran::Undone(job, error) } else { Ran::GroupLost(job) }
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::internal(format!("an action panicked: {message}"))
}

async fn commit<D: Door>(
    tx: &mut Tx<D>,
    mut group: Group<D>,
    changes: &Changes,
    live: &Arc<Live>,
) -> Result<()> {
    let drafts = group.kept.iter_mut().flat_map(|k| std::mem::take(&mut k.wishes.drafts)).collect();
    let mut events: Vec<Event> =
        group.kept.iter_mut().flat_map(|k| std::mem::take(&mut k.wishes.events)).collect();
    changes.begin();
    let committed = chain::append_and_commit(tx, drafts, &mut events).await;
    changes.end();
    if let Err(error) = committed {
        tracing::error!(door = D::NAME, %error, actions = group.kept.len(), "a group of changes was not saved");
        tx.abandon().await;
        let error = match error {
            Error::Unavailable { .. } => error,
            _ => failure::BATCH_LOST,
        };
        group.refuse(&error);
        return Err(error);
    }
    group.answer(events, live);
    Ok(())
}

impl<D: Door> Tx<D> {
    /// Runs a job and catches its panic. On SQLite its futures are always ready: one that waits
    /// for anything else would hold a writer thread, and is an error.
    async fn supervised(&mut self, job: &mut dyn Job<D>) -> Result<Result<()>, Box<dyn Any + Send>> {
        let must_be_ready = matches!(self.connection, Connection::Sqlite(_));
        let mut running = AssertUnwindSafe(job.run(self)).catch_unwind();
        std::future::poll_fn(move |context| match Pin::new(&mut running).poll(context) {
            std::task::Poll::Pending if must_be_ready => std::task::Poll::Ready(Ok(Err(Error::internal(
                "an action waited for something other than its transaction",
            )))),
            poll => poll,
        })
        .await
    }
}
