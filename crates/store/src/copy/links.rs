//! The audit chain, checked while its records are read among all other rows.

use kernel::audit::{self, Broken, Link, Record};
use kernel::{Id, Timestamp};
use uuid::Uuid;

use super::cell::Cell;
use super::schema::Table;
use super::scope::Scope;

/// Where the chain has come to.
pub(super) struct Links {
    scope: Scope,
    last: Link,
    head: Option<Link>,
    broken: Option<Broken>,
}

impl Links {
    pub(super) const fn new(scope: Scope) -> Self {
        Self { scope, last: Link::START, head: None, broken: None }
    }

    /// Looks at a row of any table.
    pub(super) fn take(&mut self, table: &Table, row: &[Cell]) {
        let cells = Cells { table, row };
        match table.name.as_str() {
            "audit_head" => self.head = cells.link(),
            "audit_records" if self.broken.is_none() => self.record(&cells),
            _ => {}
        }
    }

    /// Records come in the order of their numbers: it is the order of the key.
    fn record(&mut self, cells: &Cells<'_>) {
        let unreadable = Broken { seq: self.last.seq + 1, why: "cannot be read, or is of another chain" };
        let checked = match cells.record(self.scope) {
            Some(record) => audit::check(self.last, &record),
            None => Err(unreadable),
        };
        match checked {
            Ok(link) => self.last = link,
            Err(broken) => self.broken = Some(broken),
        }
    }

    /// The number of records, or what is wrong with the first broken one.
    pub(super) fn end(self) -> Result<i64, Broken> {
        match self.broken {
            Some(broken) => Err(broken),
            None if self.head.unwrap_or(Link::START) == self.last => Ok(self.last.seq),
            None => Err(Broken { seq: self.last.seq, why: "is not the last one" }),
        }
    }
}

/// A row by the names of its columns.
struct Cells<'a> {
    table: &'a Table,
    row: &'a [Cell],
}

impl Cells<'_> {
    fn cell(&self, column: &str) -> Option<&Cell> {
        self.row.get(self.table.place(column)?)
    }

    fn int(&self, column: &str) -> Option<i64> {
        match self.cell(column)? {
            Cell::Int(value) => Some(*value),
            _ => None,
        }
    }

    fn text(&self, column: &str) -> Option<String> {
        match self.cell(column)? {
            Cell::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn bytes(&self, column: &str) -> Option<&[u8]> {
        match self.cell(column)? {
            Cell::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    fn id<K>(&self, column: &str) -> Option<Id<K>> {
        Uuid::from_slice(self.bytes(column)?).ok().map(Id::from_uuid)
    }

    fn link(&self) -> Option<Link> {
        Some(Link { seq: self.int("seq")?, hash: self.bytes("hash")?.try_into().ok()? })
    }

    fn record(&self, scope: Scope) -> Option<Record> {
        if self.bytes("workspace_id")? != scope.chain().as_bytes() {
            return None;
        }
        Some(Record {
            workspace: scope.workspace(),
            seq: self.int("seq")?,
            id: self.id("id")?,
            at: Timestamp::from_micros(self.int("at")?),
            actor: match self.cell("actor")? {
                Cell::Null => None,
                _ => Some(self.id("actor")?),
            },
            credential: self.text("credential")?,
            action: self.text("action")?,
            resource: self.text("resource")?,
            details: self.text("details")?,
            personal: self.text("personal")?,
            commitments: self.bytes("commitments")?.to_vec(),
            hash: self.bytes("hash")?.try_into().ok()?,
        })
    }
}
