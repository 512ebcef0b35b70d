//! The audit chain in the store, and beside it a workspace's events: both appended last in every group of
//! changes.

use kernel::audit::{self, Draft, Link, Record};
use kernel::event::Event;
use kernel::{Error, Result};
use uuid::Uuid;

use crate::door::{Control, Door, Tenant};
use crate::journal::{self, Journal};
use crate::params;
use crate::row::{FromRow, Row};
use crate::sql::Sql;
use crate::tx::Tx;
use crate::value::Value;

crate::statements! {
    control CONTROL_HEAD = "SELECT seq, hash, CAST(0 AS bigint) FROM audit_head WHERE workspace_id = $1";
    control CONTROL_MOVE_HEAD = "UPDATE audit_head SET seq = $2, hash = $3 WHERE workspace_id = $1";
    control CONTROL_RECORD = "INSERT INTO audit_records
        (workspace_id, seq, id, at, actor, credential, action, resource, details, personal, commitments, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    control CONTROL_RECORDS = "SELECT seq, id, at, actor, credential, action, resource, details, personal, commitments, hash
        FROM audit_records WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    tenant TENANT_HEAD = "SELECT seq, hash, events FROM audit_head WHERE workspace_id = $1";
    tenant TENANT_MOVE_HEAD = "UPDATE audit_head SET seq = $2, hash = $3, events = $4 WHERE workspace_id = $1";
    tenant TENANT_RECORD = "INSERT INTO audit_records
        (workspace_id, seq, id, at, actor, credential, action, resource, details, personal, commitments, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    tenant TENANT_RECORDS = "SELECT seq, id, at, actor, credential, action, resource, details, personal, commitments, hash
        FROM audit_records WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
}

/// The chain's statements at a door.
#[doc(hidden)]
pub struct ChainSql<D: 'static> {
    head: &'static Sql<D>,
    move_head: &'static Sql<D>,
    record: &'static Sql<D>,
    records: &'static Sql<D>,
    journal: Option<&'static Journal<D>>,
}

pub(crate) static CONTROL: ChainSql<Control> = ChainSql {
    head: &CONTROL_HEAD,
    move_head: &CONTROL_MOVE_HEAD,
    record: &CONTROL_RECORD,
    records: &CONTROL_RECORDS,
    journal: None,
};

pub(crate) static TENANT: ChainSql<Tenant> = ChainSql {
    head: &TENANT_HEAD,
    move_head: &TENANT_MOVE_HEAD,
    record: &TENANT_RECORD,
    records: &TENANT_RECORDS,
    journal: Some(&journal::TENANT),
};

/// Where a scope's records and events end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) link: Link,
    pub(crate) events: i64,
}

impl End {
    /// A row of `seq, hash, events`; there is one for every scope.
    pub(crate) fn of(row: Option<(i64, Vec<u8>, i64)>) -> Result<Self> {
        let (seq, hash, events) = row.ok_or_else(|| Error::internal("the audit chain has no head"))?;
        Ok(Self { link: Link { seq, hash: fixed(&hash)? }, events })
    }
}

async fn end<D: Door>(tx: &mut Tx<D>) -> Result<End> {
    let scope = D::chain(tx.scope);
    End::of(tx.first(D::chain_sql().head, params![scope]).await?)
}

fn fixed(hash: &[u8]) -> Result<audit::Hash> {
    hash.try_into().map_err(|_| Error::internal("a hash of the audit chain is not 32 bytes"))
}

/// Appends the group's records and events and commits it; nothing of the group is durable before this is.
/// The events get their numbers.
pub(crate) async fn append_and_commit<D: Door>(
    tx: &mut Tx<D>,
    drafts: Vec<Draft>,
    events: &mut [Event],
) -> Result<()> {
    if drafts.is_empty() && events.is_empty() {
        return tx.commit(&[]).await;
    }
    let scope = D::chain(tx.scope);
    let end = match tx.locked_end() {
        Some(end) => end,
        None => end(tx).await?,
    };
    let mut last = end.link;
    let mut records = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let record = audit::append(last, D::workspace(tx.scope), draft);
        last = Link { seq: record.seq, hash: record.hash };
        records.push(record);
    }
    let sql = D::chain_sql();
    let rows: Vec<[Value<'_>; 12]> = records.iter().map(|record| row(scope, record)).collect();
    let mut steps: Vec<(&Sql<D>, &[Value<'_>])> =
        rows.iter().map(|row| (sql.record, row.as_slice())).collect();
    let Some(journal) = sql.journal else {
        let head = [scope.into(), last.seq.into(), (&last.hash).into()];
        steps.push((sql.move_head, &head));
        return tx.commit(&steps).await;
    };
    let told = journal::number(events, end.events);
    let head = [scope.into(), last.seq.into(), (&last.hash).into(), told.into()];
    steps.push((sql.move_head, &head));
    let texts = journal::texts(events);
    let rows: Vec<[Value<'_>; 7]> =
        events.iter().zip(&texts).map(|(event, about)| journal::row(scope, event, about)).collect();
    steps.extend(rows.iter().map(|row| (journal.append, row.as_slice())));
    let oldest = [scope.into(), journal::forgotten(told).into()];
    if journal::is_due(end.events, told) {
        steps.push((journal.forget, &oldest));
    }
    tx.commit(&steps).await
}

fn row(scope: Uuid, record: &Record) -> [Value<'_>; 12] {
    [
        scope.into(),
        record.seq.into(),
        record.id.into(),
        record.at.into(),
        record.actor.into(),
        (&record.credential).into(),
        (&record.action).into(),
        (&record.resource).into(),
        (&record.details).into(),
        (&record.personal).into(),
        (&record.commitments).into(),
        (&record.hash).into(),
    ]
}

struct StoredRecord(Record);

impl FromRow for StoredRecord {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut columns = row.columns();
        Ok(Self(Record {
            workspace: None,
            seq: columns.take()?,
            id: columns.take()?,
            at: columns.take()?,
            actor: columns.take()?,
            credential: columns.take()?,
            action: columns.take()?,
            resource: columns.take()?,
            details: columns.take()?,
            personal: columns.take()?,
            commitments: columns.take()?,
            hash: fixed(&columns.take::<Vec<u8>>()?)?,
        }))
    }
}

impl<D: Door> Tx<D> {
    /// Up to `limit` records of this scope's chain behind number `after`, in order.
    pub async fn audit_records(&mut self, after: i64, limit: i64) -> Result<Vec<Record>> {
        let scope = D::chain(self.scope);
        let rows: Vec<StoredRecord> = self.all(D::chain_sql().records, params![scope, after, limit]).await?;
        let workspace = D::workspace(self.scope);
        Ok(rows.into_iter().map(|StoredRecord(record)| Record { workspace, ..record }).collect())
    }

    /// Reads this scope's whole chain and checks it; gives the number of records, or what is
    /// wrong with the first broken one.
    pub async fn verify_chain(&mut self) -> Result<Result<i64, audit::Broken>> {
        let head = end(self).await?.link;
        let mut last = Link::START;
        loop {
            let records = self.audit_records(last.seq, 1_000).await?;
            if records.is_empty() {
                break;
            }
            for record in &records {
                match audit::check(last, record) {
                    Ok(link) => last = link,
                    Err(broken) => return Ok(Err(broken)),
                }
            }
        }
        let whole = last == head;
        Ok(if whole {
            Ok(last.seq)
        } else {
            Err(audit::Broken { seq: last.seq, why: "is not the last one" })
        })
    }
}
