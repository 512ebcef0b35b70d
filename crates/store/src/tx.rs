//! A transaction, as actions see it: statements, audit, events. It owns its connection and has
//! no lifetime, so that an action written once runs on both engines.

use std::borrow::Cow;

use kernel::access::Actor;
use kernel::audit::{Draft, Entry};
use kernel::event::Event;
use kernel::id::AuditId;
use kernel::{Clock, Error, Id, Result, Timestamp, UserId, WorkspaceId};
use serde_json::Value as Json;

use crate::door::{Control, Door, Tenant};
use crate::postgres::PgConnection;
use crate::row::FromRow;
use crate::sql::Sql;
use crate::sqlite::SqliteConnection;
use crate::value::Value;

/// A transaction of the instance's own data.
pub type ControlTx = Tx<Control>;

/// A transaction of one workspace's data, and of no other's.
pub type TenantTx = Tx<Tenant>;

/// One statement and its parameters, for [`Tx::exec_all`].
pub type Step<'a, D> = (&'a Sql<D>, &'a [Value<'a>]);

pub(crate) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What one action asked for besides its statements; takes effect only if it is committed.
#[derive(Default)]
pub(crate) struct Wishes {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) events: Vec<Event>,
    pub(crate) told: Vec<WorkspaceId>,
    pub(crate) after: Vec<Box<dyn FnOnce() + Send>>,
}

/// See [`ControlTx`] and [`TenantTx`].
pub struct Tx<D: Door> {
    pub(crate) connection: Connection,
    pub(crate) scope: D::Scope,
    pub(crate) clock: Clock,
    pub(crate) actor: Actor,
    pub(crate) wishes: Wishes,
    /// The first failed statement of the running action. It fails the action even when the action
    /// swallows it: PostgreSQL has lost the transaction by then, and SQLite must not differ.
    pub(crate) failed: Option<Error>,
}

impl<D: Door> Tx<D> {
    pub(crate) fn new(connection: Connection, scope: D::Scope, clock: Clock) -> Self {
        Self { connection, scope, clock, actor: Actor::system(), wishes: Wishes::default(), failed: None }
    }

    /// All rows of the answer.
    pub async fn all<T: FromRow>(&mut self, sql: &Sql<D>, params: &[Value<'_>]) -> Result<Vec<T>> {
        self.go_on()?;
        let rows = match &mut self.connection {
            Connection::Sqlite(connection) => connection.all(sql.sqlite(), params),
            Connection::Postgres(connection) => connection.all(sql.postgres(), params).await,
        };
        self.note(rows)
    }

    /// The first row, if there is one.
    pub async fn first<T: FromRow>(&mut self, sql: &Sql<D>, params: &[Value<'_>]) -> Result<Option<T>> {
        self.go_on()?;
        let row = match &mut self.connection {
            Connection::Sqlite(connection) => connection.first(sql.sqlite(), params),
            Connection::Postgres(connection) => connection.first(sql.postgres(), params).await,
        };
        self.note(row)
    }

    /// The first row; without one [`Error::NotFound`], the same for missing and foreign.
    pub async fn one<T: FromRow>(&mut self, sql: &Sql<D>, params: &[Value<'_>]) -> Result<T> {
        self.first(sql, params).await?.ok_or(Error::NotFound)
    }

    /// Runs a change; gives the number of rows changed.
    pub async fn exec(&mut self, sql: &Sql<D>, params: &[Value<'_>]) -> Result<u64> {
        self.go_on()?;
        let changed = match &mut self.connection {
            Connection::Sqlite(connection) => connection.exec(sql.sqlite(), params),
            Connection::Postgres(connection) => connection.exec(sql.postgres(), params).await,
        };
        self.note(changed)
    }

    /// Several changes at once, in this order. On PostgreSQL they are not waited for: one that fails fails the
    /// next statement, or the action after its end.
    pub async fn exec_all(&mut self, steps: &[Step<'_, D>]) -> Result<()> {
        self.go_on()?;
        let done = match &mut self.connection {
            Connection::Sqlite(connection) => {
                steps.iter().try_for_each(|(sql, params)| connection.exec(sql.sqlite(), params).map(drop))
            }
            Connection::Postgres(connection) => {
                let steps: Vec<_> = steps.iter().map(|(sql, params)| (sql.postgres(), *params)).collect();
                connection.exec_all(&steps).await
            }
        };
        self.note(done)
    }

    /// After a failed statement its action is over, whatever it makes of the error. PostgreSQL refuses all that
    /// follows; SQLite may have rolled everything back, and what followed would stand alone.
    fn go_on(&self) -> Result<()> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn note<T>(&mut self, answer: Result<T>) -> Result<T> {
        if let (Err(error), None) = (&answer, &self.failed) {
            self.failed = Some(error.clone());
        }
        answer
    }

    /// Writes a record into this scope's audit chain, in this transaction.
    pub fn audit(&mut self, entry: Entry) {
        let at = self.now();
        self.wishes.drafts.push(Draft { id: AuditId::new(at), at, actor: self.actor.clone(), entry });
    }

    /// Runs once the change is durable, and not at all if it does not become so. For caches.
    pub fn after_commit(&mut self, then: impl FnOnce() + Send + 'static) {
        self.wishes.after.push(Box::new(then));
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn new_id<K>(&self) -> Id<K> {
        Id::new(self.now())
    }

    /// Who asked for this.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    pub const fn user(&self) -> Option<UserId> {
        self.actor.user
    }
}

impl Tx<Tenant> {
    /// The first parameter of every tenant statement.
    pub const fn workspace(&self) -> WorkspaceId {
        self.scope
    }

    /// Tells whoever looks on, once the change is durable.
    pub fn event(&mut self, kind: impl Into<Cow<'static, str>>, resource: impl ToString, about: Json) {
        let event = Event {
            workspace: self.scope,
            number: 0,
            at: self.now(),
            actor: self.actor.user,
            kind: kind.into(),
            resource: resource.to_string(),
            about,
        };
        self.wishes.events.push(event);
    }
}
