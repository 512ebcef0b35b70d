//! The store and its two doors.

use std::sync::Arc;

use bytes::Bytes;
use kernel::access::{Actor, Caller};
use kernel::crypto::Key;
use kernel::event::Event;
use kernel::{Clock, Error, Result, WorkspaceId};
use tokio::sync::{broadcast, oneshot};

use crate::door::{Control, Door, Tenant};
use crate::erasure;
use crate::kept::{Asker, Question};
use crate::live::{Live, Watch};
use crate::outbox::{self, Receive};
use crate::postgres::Postgres;
use crate::queue::{Act, Answer, Job, Pending};
use crate::row::FromRow;
use crate::sql::Sql;
use crate::sqlite::Embedded;
use crate::start::{Engine, Options, StartError};
use crate::tx::{ControlTx, TenantTx, Tx};
use crate::value::Value;

/// Everything the instance keeps. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    engine: Running,
    clock: Clock,
    live: Arc<Live>,
    receiver: Arc<dyn Receive>,
}

pub(crate) enum Running {
    Embedded(Embedded),
    Postgres(Postgres),
}

impl Store {
    /// Opens, migrates, finishes what a crash left of an erasure and delivers what it left in the outbox.
    pub async fn open(options: Options, receiver: Arc<dyn Receive>) -> Result<Self, StartError> {
        let live = Live::new();
        let clock = options.clock.clone();
        let engine = match &options.engine {
            Engine::Embedded { data } => {
                let (data, live) = (data.clone(), live.clone());
                let open = move || Embedded::open(data, &options, live);
                Running::Embedded(tokio::task::spawn_blocking(open).await.map_err(StartError::other)??)
            }
            Engine::Postgres { .. } => Running::Postgres(Postgres::open(&options, &live).await?),
        };
        let store = Self { inner: Arc::new(Inner { engine, clock, live, receiver }) };
        store.inner.live.reads_from(&Arc::downgrade(&store.inner));
        erasure::finish(&store).await.map_err(StartError::other)?;
        outbox::deliver_all(&store).await.map_err(StartError::other)?;
        Ok(store)
    }

    /// The door to what belongs to the instance.
    pub fn control(&self) -> ControlDoor {
        ControlDoor { store: self.clone(), actor: Actor::system() }
    }

    /// The door to the workspace of somebody whose credential was checked, and to no other.
    pub fn tenant(&self, caller: &Caller) -> TenantDoor {
        let actor = caller.actor().clone();
        let asker = Asker { user: caller.user(), role: caller.role(), credential: actor.credential };
        TenantDoor { store: self.clone(), workspace: caller.workspace(), actor, asker: Some(asker) }
    }

    /// The door to a workspace for a job of the server that names it. What it changes stands in
    /// that workspace's audit log under `actor`.
    pub fn system_tenant(&self, workspace: WorkspaceId, actor: Actor) -> TenantDoor {
        TenantDoor { store: self.clone(), workspace, actor, asker: None }
    }

    /// Makes the empty home of a new workspace; before anything refers to it.
    pub async fn create_workspace(&self, id: WorkspaceId) -> Result<()> {
        match &self.inner.engine {
            Running::Embedded(embedded) => embedded.create_workspace(id).await,
            Running::Postgres(postgres) => postgres.create_workspace(id).await,
        }
    }

    /// The first row of a statement of the instance's and of one of a workspace's; on PostgreSQL both in one
    /// round trip. They need not see the same moment.
    pub async fn first_of_both<A: FromRow + Send, B: FromRow + Send>(
        &self,
        control: (&Sql<Control>, &[Value<'_>]),
        workspace: WorkspaceId,
        tenant: (&Sql<Tenant>, &[Value<'_>]),
    ) -> Result<(Option<A>, Option<B>)> {
        if let Running::Postgres(postgres) = &self.inner.engine {
            let (instance, tenant) = postgres.read_both(control, workspace, tenant).await?;
            return Ok((instance.into_iter().next(), tenant.into_iter().next()));
        }
        let instance = self.control().first(control.0, control.1).await?;
        let tenant = self.system_tenant(workspace, Actor::system()).first(tenant.0, tenant.1).await?;
        Ok((instance, tenant))
    }

    /// Delivers what workspaces have not received yet: because they did not open, or because a node ended
    /// between its two commits. For a job of the server, now and then.
    pub async fn deliver_left_over(&self) -> Result<()> {
        outbox::deliver_all(self).await
    }

    /// What this process did, after it became durable. For what follows a workspace see [`TenantDoor::watch`].
    pub fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.inner.live.all()
    }

    pub(crate) const fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The key that passwords are hashed with, so that a stolen table alone cannot be guessed at.
    pub fn pepper(&self) -> &Key {
        match &self.inner.engine {
            Running::Embedded(embedded) => embedded.pepper(),
            Running::Postgres(postgres) => postgres.pepper(),
        }
    }

    /// The key that secrets of accounts are sealed with, on top of what encrypts the store.
    pub fn accounts_key(&self) -> &Key {
        match &self.inner.engine {
            Running::Embedded(embedded) => embedded.accounts(),
            Running::Postgres(postgres) => postgres.accounts(),
        }
    }

    /// Whether one process owns all data, so that what it remembers is what is stored.
    pub fn is_embedded(&self) -> bool {
        matches!(self.inner.engine, Running::Embedded(_))
    }

    pub(crate) fn engine(&self) -> &Running {
        &self.inner.engine
    }

    pub(crate) fn receiver(&self) -> Arc<dyn Receive> {
        self.inner.receiver.clone()
    }
}

/// Reads and writes of the instance's own data.
#[derive(Clone)]
pub struct ControlDoor {
    store: Store,
    actor: Actor,
}

/// Reads and writes of one workspace's data.
#[derive(Clone)]
pub struct TenantDoor {
    store: Store,
    workspace: WorkspaceId,
    actor: Actor,
    /// None for the server's own jobs.
    asker: Option<Asker>,
}

impl ControlDoor {
    /// In whose name the records of what follows are written.
    #[must_use]
    pub fn by(mut self, actor: &Actor) -> Self {
        self.actor = actor.clone();
        self
    }

    /// Runs an action to completion, even if whoever asked goes away; answers once it is durable
    /// and once the workspaces it concerns have its records.
    pub async fn write<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut ControlTx) -> Result<T> + for<'a> Act<'a, Control, T> + Send + 'static,
    {
        let (job, answer) = job(&self.actor, action);
        self.submit(job);
        let store = self.store.clone();
        let delivering = tokio::spawn(async move {
            let (outcome, mut told) = received(answer).await;
            told.sort_unstable();
            told.dedup();
            for workspace in told {
                outbox::try_to_deliver(&store, workspace).await;
            }
            outcome
        });
        delivering.await.map_err(Error::internal)?
    }

    /// A write that tells no workspace anything.
    pub(crate) async fn write_quietly<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut ControlTx) -> Result<T> + for<'a> Act<'a, Control, T> + Send + 'static,
    {
        let (job, answer) = job(&self.actor, action);
        self.submit(job);
        received(answer).await.0
    }

    fn submit(&self, job: Box<dyn Job<Control>>) {
        match &self.store.inner.engine {
            Running::Embedded(embedded) => embedded.control.submit(job),
            Running::Postgres(postgres) => postgres.control_lane.submit((), job),
        }
    }

    /// Runs several reads that see one moment.
    pub async fn read<T, F>(&self, action: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut ControlTx) -> Result<T> + for<'a> Act<'a, Control, T> + Send,
    {
        match &self.store.inner.engine {
            Running::Embedded(embedded) => {
                let mut tx = embedded.control.reader()?;
                let outcome = read(&mut tx, action).await;
                embedded.control.return_reader(tx);
                outcome
            }
            Running::Postgres(postgres) => read(&mut postgres.control().await?, action).await,
        }
    }

    /// All rows of one statement.
    pub async fn all<T: FromRow + Send>(&self, sql: &Sql<Control>, params: &[Value<'_>]) -> Result<Vec<T>> {
        match &self.store.inner.engine {
            Running::Embedded(embedded) => {
                let mut tx = embedded.control.reader()?;
                let rows = tx.all(sql, params).await;
                embedded.control.return_reader(tx);
                rows
            }
            Running::Postgres(postgres) => postgres.control().await?.all(sql, params).await,
        }
    }

    /// The first row of one statement.
    pub async fn first<T: FromRow + Send>(
        &self,
        sql: &Sql<Control>,
        params: &[Value<'_>],
    ) -> Result<Option<T>> {
        self.all(sql, params).await.map(|rows| rows.into_iter().next())
    }
}

impl TenantDoor {
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Runs an action to completion, even if whoever asked goes away; answers once it is durable.
    pub async fn write<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut TenantTx) -> Result<T> + for<'a> Act<'a, Tenant, T> + Send + 'static,
    {
        let (job, answer) = job(&self.actor, action);
        match &self.store.inner.engine {
            Running::Embedded(embedded) => embedded.workspace(self.workspace).await?.submit(job),
            Running::Postgres(postgres) => postgres.lanes.submit(self.workspace, job),
        }
        received(answer).await.0
    }

    /// Runs several reads that see one moment.
    pub async fn read<T, F>(&self, action: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut TenantTx) -> Result<T> + for<'a> Act<'a, Tenant, T> + Send,
    {
        match &self.store.inner.engine {
            Running::Embedded(embedded) => {
                let file = embedded.workspace(self.workspace).await?;
                let mut tx = file.reader()?;
                tx.actor = self.actor.clone();
                let outcome = read(&mut tx, action).await;
                file.return_reader(tx);
                outcome
            }
            Running::Postgres(postgres) => {
                let mut tx = postgres.tenant(self.workspace).await?;
                tx.actor = self.actor.clone();
                read(&mut tx, action).await
            }
        }
    }

    /// What `read` gives, or the same bytes as the last time where this caller has asked this `question`
    /// before and the workspace is as it was. `read` must depend on the caller, the question and the
    /// workspace's data alone: not on the time, nor on other data.
    pub async fn kept(
        &self,
        question: &str,
        read: impl AsyncFnOnce(&Self) -> Result<Bytes>,
    ) -> Result<Bytes> {
        let (Running::Embedded(embedded), Some(asker)) = (&self.store.inner.engine, self.asker) else {
            return read(self).await;
        };
        let file = embedded.workspace(self.workspace).await?;
        let Some(state) = file.changes().now() else { return read(self).await };
        let question = Question { workspace: self.workspace, asker, text: question.to_owned() };
        if let Some(answer) = embedded.answers.get(&question, state) {
            return Ok(answer);
        }
        let answer = read(self).await?;
        embedded.answers.keep(question, &answer, state);
        Ok(answer)
    }

    /// Follows what happens in the workspace, on whichever node: what came after the event number `after`, else
    /// from now on.
    pub async fn watch(&self, after: Option<i64>) -> Result<Watch> {
        let door = self.store.system_tenant(self.workspace, Actor::system());
        self.store.inner.live.watch(door, after).await
    }

    /// All rows of one statement, whose first parameter is this workspace.
    pub async fn all<T: FromRow + Send>(&self, sql: &Sql<Tenant>, params: &[Value<'_>]) -> Result<Vec<T>> {
        match &self.store.inner.engine {
            Running::Embedded(embedded) => {
                let file = embedded.workspace(self.workspace).await?;
                let mut tx = file.reader()?;
                let rows = tx.all(sql, params).await;
                file.return_reader(tx);
                rows
            }
            Running::Postgres(postgres) => postgres.read_alone(self.workspace, sql, params).await,
        }
    }

    /// The first row of one statement.
    pub async fn first<T: FromRow + Send>(
        &self,
        sql: &Sql<Tenant>,
        params: &[Value<'_>],
    ) -> Result<Option<T>> {
        self.all(sql, params).await.map(|rows| rows.into_iter().next())
    }
}

fn job<D, T, F>(actor: &Actor, action: F) -> (Box<dyn Job<D>>, oneshot::Receiver<Answer<T>>)
where
    D: Door,
    T: Send + 'static,
    F: for<'a> Act<'a, D, T> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let job = Pending { actor: actor.clone(), action: Some(action), outcome: None, told: Vec::new(), reply };
    (Box::new(job), answer)
}

async fn received<T>(answer: oneshot::Receiver<Answer<T>>) -> Answer<T> {
    answer
        .await
        .unwrap_or_else(|_| (Err(Error::internal("a writer went away without an answer")), Vec::new()))
}

async fn read<D, T, F>(tx: &mut Tx<D>, action: F) -> Result<T>
where
    D: Door,
    F: for<'a> Act<'a, D, T>,
{
    tx.begin_read().await?;
    let outcome = action(tx).await;
    let ended = tx.end_read().await;
    if ended.is_err() {
        tx.abandon().await;
    }
    let value = outcome?;
    tx.failure()?;
    ended.map(|()| value)
}
