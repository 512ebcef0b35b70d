//! One pooled connection and the transaction on it. What begins a transaction or a savepoint is
//! sent together with the first statement in it, so that it costs no round trip of its own; changes that
//! give nothing back are not waited for until something behind them is.

use std::future::Future;
use std::sync::Arc;

use deadpool_postgres::Object;
use futures_util::future::{join, join3};
use kernel::{Result, WorkspaceId};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error as PgError, Statement};

use super::behind::{Behind, Changes};
use super::pipeline;
use super::prelude::{Prelude, Purpose, SET_WORKSPACE};
use crate::chain::End;
use crate::failure;
use crate::row::{FromRow, Row};
use crate::value::Value;

/// Held to the end: one writing transaction a workspace at a time, on all nodes together.
const LOCK_TENANT: &str = "SELECT seq, hash, events FROM audit_head WHERE workspace_id = $1 FOR UPDATE";
const LOCK_CONTROL: &str =
    "SELECT seq, hash, CAST(0 AS bigint) FROM audit_head WHERE workspace_id = $1 FOR UPDATE";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction: may go back to the pool.
    Idle,
    Open,
    /// Not known to be idle: must never go back.
    Lost,
}

pub(crate) struct PgConnection {
    client: Option<Arc<Object>>,
    state: State,
    prelude: Option<Prelude>,
    has_savepoint: bool,
    head: Option<End>,
    /// The number of the action that runs.
    action: usize,
    /// Changes that were sent and not waited for, and whose action's they are.
    behind: Option<(usize, Behind)>,
    /// An action that had ended when one of its changes failed.
    late: Option<(usize, kernel::Error)>,
}

impl PgConnection {
    pub(crate) fn new(client: Object) -> Self {
        Self {
            client: Some(Arc::new(client)),
            state: State::Idle,
            prelude: None,
            has_savepoint: false,
            head: None,
            action: 0,
            behind: None,
            late: None,
        }
    }

    fn client(&self) -> Result<&Arc<Object>> {
        self.client.as_ref().ok_or(failure::BATCH_LOST)
    }

    pub(crate) async fn begin_write(&mut self, workspace: Option<WorkspaceId>) -> Result<()> {
        self.prelude = Some(Prelude::Begin(Purpose::Write, workspace));
        let scope = workspace.map(WorkspaceId::uuid).unwrap_or_default();
        let lock = if workspace.is_some() { LOCK_TENANT } else { LOCK_CONTROL };
        self.head = Some(End::of(self.first(lock, &[Value::Uuid(scope)]).await?)?);
        Ok(())
    }

    /// For a workspace that has no chain to lock yet.
    pub(crate) const fn begin_first_write(&mut self, workspace: WorkspaceId) {
        self.prelude = Some(Prelude::Begin(Purpose::Write, Some(workspace)));
    }

    pub(crate) fn begin_read(&mut self, workspace: Option<WorkspaceId>) {
        self.prelude = Some(Prelude::Begin(Purpose::Read, workspace));
    }

    pub(crate) const fn locked_end(&self) -> Option<End> {
        self.head
    }

    pub(crate) fn savepoint(&mut self, action: usize) {
        self.action = action;
        // If the last action sent nothing, its savepoint is still unsent and serves this one.
        if self.prelude.is_none() {
            self.prelude = Some(Prelude::savepoint(self.has_savepoint));
        }
    }

    pub(crate) async fn undo(&mut self) -> Result<()> {
        if self.prelude.is_some() {
            // It sent nothing; what is behind is the action's before.
            return Ok(());
        }
        if let Some((_, behind)) = self.behind.take() {
            // Well or not: it is undone.
            let _ = behind.await;
        }
        self.roll_back_action().await
    }

    async fn roll_back_action(&mut self) -> Result<()> {
        let undone = self.client()?.batch_execute("ROLLBACK TO SAVEPOINT action").await;
        self.note(undone)
    }

    /// Waits for the changes behind the last action, and takes that action back if one of them failed.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        let Some((action, behind)) = self.behind.take() else { return Ok(()) };
        match behind.await {
            Ok(()) => Ok(()),
            Err(error) => self.is_late(action, error).await,
        }
    }

    /// The newest savepoint is still that action's: the one behind it failed with it.
    async fn is_late(&mut self, action: usize, error: PgError) -> Result<()> {
        self.late = Some((action, failure::postgres(error)));
        self.roll_back_action().await
    }

    /// The action that failed after it had ended, told once.
    pub(crate) const fn take_late(&mut self) -> Option<(usize, kernel::Error)> {
        self.late.take()
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
        let committed = match settled(self.behind.take()).await {
            Ok(()) => self.pipelined_commit(last).await,
            Err((_, error)) => Err(failure::postgres(error)),
        };
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
        self.behind = None;
        self.late = None;
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
        self.state == State::Idle && self.prelude.is_none() && self.behind.is_none()
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

    /// Several changes in this order. Nobody needs their answers before the action ends, nor even then: they are
    /// looked at together with those of what is sent next.
    pub(crate) async fn exec_all(&mut self, steps: &[(&'static str, &[Value<'_>])]) -> Result<()> {
        let mut changes = Changes::default();
        for (sql, params) in steps {
            changes.add(self.prepare(sql).await?, params);
        }
        if self.prelude.is_some() || self.state != State::Open {
            let changes = &changes;
            return self.send(|client| async move { changes.run(client).await }).await;
        }
        let before = self.behind.take().map(|(_, behind)| behind);
        let behind = changes.send(self.client()?.clone(), before);
        self.behind = Some((self.action, behind));
        Ok(())
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

    /// Runs what leaves no transaction behind, however it ends; the connection may be used again if it ends well.
    pub(super) async fn apart<T>(
        &mut self,
        run: impl AsyncFnOnce(&Object) -> Result<T, PgError>,
    ) -> Result<T> {
        // From here on a dropped future leaves the connection in an unknown state.
        self.state = State::Lost;
        let client: &Object = self.client.as_ref().ok_or(failure::BATCH_LOST)?;
        let answer = run(client).await.map_err(failure::postgres)?;
        self.state = State::Idle;
        Ok(answer)
    }

    /// Preparing may go out before the action's savepoint does. Where it fails the transaction is spoilt, and
    /// the savepoint that stands there, if any, is the action's before: going back to it would undo that one.
    pub(super) async fn prepare(&mut self, sql: &str) -> Result<Statement> {
        let mut prepared = self.client()?.prepare_cached(sql).await;
        if prepared.is_err()
            && let Some((action, behind)) = self.behind.take()
            && let Err(error) = behind.await
        {
            // Not the statement's fault: what was sent before it had failed.
            if self.prelude.is_none() {
                return Err(failure::postgres(error));
            }
            self.is_late(action, error).await?;
            prepared = self.client()?.prepare_cached(sql).await;
        }
        if prepared.is_err() && self.state == State::Open {
            self.state = State::Lost;
        }
        prepared.map_err(failure::postgres)
    }

    /// Sends what is due before the statement, and the statement, without waiting in between.
    async fn send<'a, T, Fut>(&'a mut self, statement: impl Fn(&'a Object) -> Fut) -> Result<T>
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
        let behind = self.behind.take();
        let client: &Object = self.client.as_ref().ok_or(failure::BATCH_LOST)?;
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
                let (before, (mut saved, mut answer)) =
                    join(settled(behind), join(client.batch_execute(text), statement(client))).await;
                if let Err((action, error)) = before {
                    // Nothing of this action has happened: the transaction was spoilt. Its savepoint was not
                    // made either, so that the newest is still the failed one's.
                    self.late = Some((action, failure::postgres(error)));
                    if saved.is_ok() {
                        // Never sent: nothing was spoilt, and what there was to go back to is released.
                        self.state = State::Lost;
                        return Err(failure::BATCH_LOST);
                    }
                    let undone = client.batch_execute("ROLLBACK TO SAVEPOINT action").await;
                    (saved, answer) = join(client.batch_execute(text), statement(client)).await;
                    saved = undone.and(saved);
                }
                is_lost = saved.is_err();
                saved.and(answer)
            }
            (None, _) => {
                let (before, answer) = join(settled(behind), statement(client)).await;
                before.map_err(|(_, error)| error).and(answer)
            }
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
            self.behind = None;
            drop(Arc::into_inner(client).map(Object::take));
        }
    }
}

/// What became of the changes behind; an error says whose they were.
async fn settled(behind: Option<(usize, Behind)>) -> Result<(), (usize, PgError)> {
    match behind {
        Some((action, behind)) => behind.await.map_err(|error| (action, error)),
        None => Ok(()),
    }
}

pub(super) fn parameters<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
