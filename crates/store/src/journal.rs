//! A workspace's events, kept for a while: for those who come back and ask what they missed, and for other
//! nodes.

use kernel::event::Event;
use kernel::{Error, Result, WorkspaceId};
use uuid::Uuid;

use crate::door::Tenant;
use crate::params;
use crate::row::{FromRow, Row};
use crate::sql::Sql;
use crate::store::TenantDoor;
use crate::value::Value;

crate::statements! {
    tenant APPEND = "INSERT INTO events (workspace_id, number, at, actor, kind, resource, about)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tenant FORGET = "DELETE FROM events WHERE workspace_id = $1 AND number <= $2";
    tenant BEHIND = "SELECT number, at, actor, kind, resource, about FROM events
        WHERE workspace_id = $1 AND number > $2 ORDER BY number LIMIT $3";
    tenant NEWEST = "SELECT events FROM audit_head WHERE workspace_id = $1";
}

/// Events that a workspace keeps, at least.
const KEPT: i64 = 8_192;
/// How many come before the oldest are forgotten again.
const AT_A_TIME: i64 = 1_024;

/// Statements of a door that has events.
pub(crate) struct Journal<D: 'static> {
    pub(crate) append: &'static Sql<D>,
    pub(crate) forget: &'static Sql<D>,
}

pub(crate) static TENANT: Journal<Tenant> = Journal { append: &APPEND, forget: &FORGET };

/// Gives the events their numbers, and the last one of all.
pub(crate) fn number(events: &mut [Event], last: i64) -> i64 {
    let mut number = last;
    for event in events {
        number += 1;
        event.number = number;
    }
    number
}

pub(crate) fn texts(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.about.to_string()).collect()
}

pub(crate) fn row<'a>(scope: Uuid, event: &'a Event, about: &'a str) -> [Value<'a>; 7] {
    [
        scope.into(),
        event.number.into(),
        event.at.into(),
        event.actor.into(),
        (&event.kind).into(),
        (&event.resource).into(),
        about.into(),
    ]
}

pub(crate) const fn is_due(before: i64, now: i64) -> bool {
    before / AT_A_TIME < now / AT_A_TIME
}

/// All up to this number are.
pub(crate) const fn forgotten(newest: i64) -> i64 {
    newest - KEPT
}

struct Kept(Event);

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self(Event {
            workspace: WorkspaceId::from_uuid(Uuid::nil()),
            number: columns.take()?,
            at: columns.take()?,
            actor: columns.take()?,
            kind: columns.take::<String>()?.into(),
            resource: columns.take()?,
            about: serde_json::from_str(&columns.take::<String>()?).map_err(Error::internal)?,
        }))
    }
}

impl TenantDoor {
    /// Up to `limit` events behind number `after`, in order. Where the first is not `after + 1`, those between
    /// are forgotten.
    pub(crate) async fn events_behind(&self, after: i64, limit: i64) -> Result<Vec<Event>> {
        let workspace = self.workspace();
        let rows: Vec<Kept> = self.all(&BEHIND, params![workspace, after, limit]).await?;
        Ok(rows.into_iter().map(|Kept(event)| Event { workspace, ..event }).collect())
    }

    /// The number of the newest event.
    pub async fn newest_event(&self) -> Result<i64> {
        let row: Option<(i64,)> = self.first(&NEWEST, params![self.workspace()]).await?;
        row.map(|(number,)| number).ok_or_else(|| Error::internal("the audit chain has no head"))
    }
}
