//! One pooled connection and the transaction on it. What begins a transaction or a savepoint is
//! sent together with the first statement in it, so that it costs no round trip of its own.

use std::future::Future;

use deadpool_postgres::Object;
use futures_util::future::{join, join3};
use kernel::audit::Link;
use kernel::{Result, WorkspaceId};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error as PgError, Statement};

use super::pipeline;
use crate::failure;
use crate::row::{FromRow, Row};
use crate::value::Value;

/// Transaction-local, so that a pooled connection never carries it over.
const SET_WORKSPACE: &str = "SELECT set_config('trackhold.workspace', $1, true)";
/// Held to the end: one writing transaction a workspace at a time, on all nodes together.
const LOCK_HEAD: &str = "SELECT seq, hash FROM audit_head WHERE workspace_id = $1 FOR UPDATE";

/// What goes out with the next statement.
enum Prelude {
    Begin(Purpose, Option<WorkspaceId>),
    Savepoint(&'static str),
}

#[derive(Clone, Copy)]
enum Purpose {
    Write,
    /// One moment for all its statements, and no change.
    Read,
}

impl Purpose {
    const fn begin(self, tenant: bool) -> &'static str {
        match (self, tenant) {
            (Self::Write, false) => "BEGIN",
            (Self::Write, true) => "BEGIN; SET LOCAL ROLE trackhold_tenant",
            (Self::Read, false) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (Self::Read, true) => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE trackhold_tenant"
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction: may go back to the pool.
    Idle,
    Open,
    /// Not known to be idle: must never go back.
    Lost,
}

pub(crate) struct PgConnection {
    client: Option<Object>,
    state: State,
    prelude: Option<Prelude>,
    has_savepoint: bool,
    head: Option<Link>,
}

impl PgConnection {
    pub(crate) const fn new(client: Object) -> Self {
        Self { client: Some(client), state: State::Idle, prelude: None, has_savepoint: false, head: None }
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or(failure::BATCH_LOST)
    }

    pub(crate) async fn begin_write(&mut self, workspace: Option<WorkspaceId>) -> Result<()> {
        self.prelude = Some(Prelude::Begin(Purpose::Write, workspace));
        let scope = workspace.map(WorkspaceId::uuid).unwrap_or_default();
        let (seq, hash): (i64, Vec<u8>) = self
            .first(LOCK_HEAD, &[Value::Uuid(scope)])
            .await?
            .ok_or_else(|| kernel::Error::internal("the audit chain has no head"))?;
        let hash =
            hash.try_into().map_err(|_| kernel::Error::internal("a hash of the chain is not 32 bytes"))?;
        self.head = Some(Link { seq, hash });
        Ok(())
    }

    /// For a workspace that has no chain to lock yet.
    pub(crate) const fn begin_first_write(&mut self, workspace: WorkspaceId) {
        self.prelude = Some(Prelude::Begin(Purpose::Write, Some(workspace)));
    }

    pub(crate) fn begin_read(&mut self, workspace: Option<WorkspaceId>) {
        self.prelude = Some(Prelude::Begin(Purpose::Read, workspace));
    }

    pub(crate) const fn locked_end(&self) -> Option<Link> {
        self.head
    }

    pub(crate) fn savepoint(&mut self) {
        // If the last action sent nothing, its savepoint is still unsent and serves this one.
        if self.prelude.is_none() {
            let text = if self.has_savepoint {
                "RELEASE SAVEPOINT action; SAVEPOINT action"
            } else {
                "SAVEPOINT action"
            };
            self.prelude = Some(Prelude::Savepoint(text));
        }
    }

    pub(crate) async fn undo(&mut self) -> Result<()> {
        if self.prelude.is_some() {
            return Ok(());
        }
        let undone = self.client()?.batch_execute("ROLLBACK TO SAVEPOINT action").await;
        self.note(undone)
    }

    pub(crate) async fn commit(&mut self, last: &[(&'static str, &[Value<'_>])]) -> Result<()> {
        if self.state == State::Idle {
            // Nothing was ever sent: there is no transaction.
            self.prelude = None;
            return Ok(());
        }
        self.prelude = None;
        self.has_savepoint = false;
        self.head = None;
        let committed = self.pipelined_commit(last).await;
        match committed {
            Ok(()) => {
                self.state = State::Idle;
                Ok(())
            }
            Err(error) => {
                self.state = State::Lost;
                Err(error)
            }
        }
    }

    /// COMMIT of a failed transaction says yes and rolls back, so every answer is looked at.
    async fn pipelined_commit(&mut self, last: &[(&'static str, &[Value<'_>])]) -> Result<()> {
        let mut prepared = Vec::with_capacity(last.len());
        for (sql, params) in last {
            prepared.push((self.prepare(sql).await?, parameters(params)));
        }
        let client = self.client()?;
        let steps = prepared.iter().map(|(statement, params)| client.execute(statement, params)).collect();
        let (steps, committed) = join(pipeline::in_order(steps), client.batch_execute("COMMIT")).await;
        for step in steps {
            step.map_err(failure::postgres)?;
        }
        committed.map_err(failure::postgres)
    }

    pub(crate) fn abandon(&mut self) {
        self.prelude = None;
        self.has_savepoint = false;
        self.head = None;
        if self.state != State::Idle {
            self.state = State::Lost;
        }
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.state != State::Lost && self.client.as_ref().is_some_and(|client| !client.is_closed())
    }

    /// Whether the connection may be used again, or given back.
    pub(crate) fn is_idle(&self) -> bool {
        self.state == State::Idle && self.prelude.is_none()
    }

    pub(crate) async fn all<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<Vec<T>> {
        let statement = self.prepare(sql).await?;
        let params = parameters(params);
        let rows = self.send(|client| async { client.query(&statement, &params).await }).await?;
        rows.iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
    }

    pub(crate) async fn first<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<Option<T>> {
        let statement = self.prepare(sql).await?;
        let params = parameters(params);
        let rows = self.send(|client| async { client.query(&statement, &params).await }).await?;
        rows.first().map(|row| T::from_row(&Row::Postgres(row))).transpose()
    }

    pub(crate) async fn exec(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let statement = self.prepare(sql).await?;
        let params = parameters(params);
        self.send(|client| async { client.execute(&statement, &params).await }).await
    }

    pub(crate) async fn exec_all(&mut self, steps: &[(&'static str, &[Value<'_>])]) -> Result<()> {
        let mut prepared = Vec::with_capacity(steps.len());
        for (sql, params) in steps {
            prepared.push((self.prepare(sql).await?, parameters(params)));
        }
        let done = self
            .send(|client| async {
                let steps =
                    prepared.iter().map(|(statement, params)| client.execute(statement, params)).collect();
                Ok(pipeline::in_order(steps).await)
            })
            .await?;
        done.into_iter().try_for_each(|step| step.map(drop).map_err(failure::postgres))
    }

    /// One statement and all of its transaction in a single round trip.
    pub(crate) async fn read_alone<T: FromRow>(
        &mut self,
        workspace: Option<WorkspaceId>,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<Vec<T>> {
        self.prelude = Some(Prelude::Begin(Purpose::Read, workspace));
        // Prepared first: otherwise COMMIT would overtake the query.
        let statement = self.prepare(sql).await?;
        let params = parameters(params);
        let rows = self
            .send(|client| async {
                let (rows, committed) =
                    join(client.query(&statement, &params), client.batch_execute("COMMIT")).await;
                committed?;
                rows
            })
            .await?;
        self.state = State::Idle;
        rows.iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
    }

    /// Preparing may go out before the action's savepoint does. Where it fails the transaction is spoilt, and
    /// the savepoint that stands there, if any, is the action's before: going back to it would undo that one.
    async fn prepare(&mut self, sql: &str) -> Result<Statement> {
        let prepared = self.client()?.prepare_cached(sql).await;
        if prepared.is_err() && self.state == State::Open {
            self.state = State::Lost;
        }
        prepared.map_err(failure::postgres)
    }

    /// Sends what is due before the statement, and the statement, without waiting in between.
    async fn send<'a, T, Fut>(&'a mut self, statement: impl FnOnce(&'a Object) -> Fut) -> Result<T>
    where
        Fut: Future<Output = Result<T, PgError>>,
    {
        let prelude = self.prelude.take();
        let set = match prelude {
            Some(Prelude::Begin(_, Some(_))) => Some(self.prepare(SET_WORKSPACE).await?),
            _ => None,
        };
        // A statement outside of any transaction leaves the connection as idle as it was.
        let then = if prelude.is_none() && self.state == State::Idle { State::Idle } else { State::Open };
        // From here on a dropped future leaves the connection in an unknown state.
        self.state = State::Open;
        self.has_savepoint |= matches!(prelude, Some(Prelude::Savepoint(_)));
        let client = self.client.as_ref().ok_or(failure::BATCH_LOST)?;
        // As with preparing: without its own savepoint an action cannot be undone alone.
        let mut is_lost = false;
        let answer = match (prelude, set) {
            (Some(Prelude::Begin(purpose, Some(workspace))), Some(set)) => {
                let workspace = workspace.uuid().hyphenated().to_string();
                let parameter: [&(dyn ToSql + Sync); 1] = [&workspace];
                let (begun, set, answer) = join3(
                    client.batch_execute(purpose.begin(true)),
                    client.execute(&set, &parameter),
                    statement(client),
                )
                .await;
                begun.and(set.map(drop)).and(answer)
            }
            (Some(Prelude::Begin(purpose, _)), _) => {
                let (begun, answer) =
                    join(client.batch_execute(purpose.begin(false)), statement(client)).await;
                begun.and(answer)
            }
            (Some(Prelude::Savepoint(text)), _) => {
                let (saved, answer) = join(client.batch_execute(text), statement(client)).await;
                is_lost = saved.is_err();
                saved.and(answer)
            }
            (None, _) => statement(client).await,
        };
        self.state = if is_lost { State::Lost } else { then };
        answer.map_err(failure::postgres)
    }

    fn note<T>(&mut self, answer: Result<T, PgError>) -> Result<T> {
        answer.map_err(|error| {
            self.state = State::Lost;
            failure::postgres(error)
        })
    }
}

impl Drop for PgConnection {
    fn drop(&mut self) {
        if !self.is_idle()
            && let Some(client) = self.client.take()
        {
            // Out of the pool for good: the server rolls back when the connection closes.
            drop(Object::take(client));
        }
    }
}

fn parameters<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
