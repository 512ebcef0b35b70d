//! The rows of one scope in PostgreSQL, in one transaction: a workspace's as the role that sees no other's.

use futures_util::TryStreamExt;
use kernel::WorkspaceId;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, IsolationLevel, Statement, Transaction};
use uuid::Uuid;

use super::cell::{Cell, Row};
use super::digest::RowsDigest;
use super::error::CopyError;
use super::inspection::{Inspecting, Inspection};
use super::schema::{Schema, Table};
use super::scope::Scope;
use super::shapes::{PgKind, Shapes};
use super::statements;
use crate::postgres::setup;

/// A connection of the application role's.
pub struct Database {
    pub(crate) client: Client,
}

/// A transaction over one scope's tables.
pub struct Tables<'a> {
    tx: Transaction<'a>,
    scope: Scope,
    shapes: Shapes,
}

/// A table that rows are being written into.
pub(super) struct Writing {
    statement: Statement,
    kinds: Vec<PgKind>,
}

impl Database {
    /// Connects, and refuses a role whom row-level security does not bind.
    pub async fn connect(url: &str) -> Result<Self, CopyError> {
        let client = setup::connect(url).await?;
        setup::refuse_powerful_role(&client).await?;
        Ok(Self { client })
    }

    /// All that is read is of one moment.
    pub async fn reading(&mut self, scope: Scope) -> Result<Tables<'_>, CopyError> {
        let begin = self.client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
        Tables::begin(begin.read_only(true).start().await?, scope).await
    }

    /// What is not committed is gone with the transaction. Keys are checked at its end.
    pub async fn writing(&mut self, scope: Scope) -> Result<Tables<'_>, CopyError> {
        Tables::writing(self.client.transaction().await?, scope).await
    }
}

impl<'a> Tables<'a> {
    /// Goes on in a transaction that has written already.
    pub(crate) async fn writing(tx: Transaction<'a>, scope: Scope) -> Result<Self, CopyError> {
        let tables = Self::begin(tx, scope).await?;
        tables.tx.batch_execute("SET CONSTRAINTS ALL DEFERRED").await?;
        Ok(tables)
    }

    /// From here on as the role that sees this scope alone.
    async fn begin(tx: Transaction<'a>, scope: Scope) -> Result<Self, CopyError> {
        let shapes = Shapes::read(&tx, scope.door()).await?;
        if let Some(workspace) = scope.workspace() {
            tx.batch_execute("SET LOCAL ROLE trackhold_tenant").await?;
            let workspace = workspace.uuid().hyphenated().to_string();
            tx.execute("SELECT set_config('trackhold.workspace', $1, true)", &[&workspace]).await?;
        }
        Ok(Self { tx, scope, shapes })
    }

    pub(crate) const fn transaction(&self) -> &Transaction<'a> {
        &self.tx
    }

    /// Reads everything once; `seen` is told of every row.
    pub async fn inspect(
        &self,
        schema: &Schema,
        mut seen: impl FnMut(u64) + Send,
    ) -> Result<Inspection, CopyError> {
        let mut inspecting = Inspecting::new(self.scope);
        for table in &schema.tables {
            let mut rows = RowsDigest::new(table);
            let take = |row: Row| {
                inspecting.row(table, &mut rows, &row);
                seen(1);
                Ok(())
            };
            self.each(table, take).await?;
            inspecting.table(table, rows);
        }
        Ok(inspecting.end())
    }

    /// Gives every row of a table, in the order of its key, as they come from the server.
    pub(super) async fn each(
        &self,
        table: &Table,
        mut take: impl FnMut(Row) -> Result<(), CopyError> + Send,
    ) -> Result<(), CopyError> {
        let kinds = self.shapes.kinds(table)?;
        let workspace = self.scope.workspace().map(WorkspaceId::uuid);
        let text = statements::postgres_rows(self.scope.door(), table, workspace.is_some());
        let statement = self.tx.prepare(&text).await?;
        let mut rows = std::pin::pin!(self.tx.query_raw(&statement, workspace).await?);
        while let Some(row) = rows.try_next().await? {
            let cells = kinds.iter().enumerate().map(|(place, kind)| cell(&row, place, *kind));
            take(cells.collect::<Result<Row, _>>()?)?;
        }
        Ok(())
    }

    /// Whether anything can be there: every scope that was ever written to has the end of a chain.
    pub(crate) async fn has_head(&self) -> Result<bool, CopyError> {
        let chain = self.scope.chain();
        let ask = match self.scope {
            Scope::Instance => "SELECT EXISTS (SELECT FROM control.audit_head WHERE workspace_id = $1)",
            Scope::Workspace(_) => "SELECT EXISTS (SELECT FROM tenant.audit_head WHERE workspace_id = $1)",
        };
        Ok(self.tx.query_one(ask, &[&chain]).await?.try_get(0)?)
    }

    /// Makes room for the source's end of the audit chain: a fresh database has one of its own.
    pub(super) async fn clear_head(&self) -> Result<(), CopyError> {
        let chain = self.scope.chain();
        let clear = match self.scope {
            Scope::Instance => "DELETE FROM control.audit_head WHERE workspace_id = $1",
            Scope::Workspace(_) => "DELETE FROM tenant.audit_head WHERE workspace_id = $1",
        };
        self.tx.execute(clear, &[&chain]).await?;
        Ok(())
    }

    /// Long values by LZ4, where the server was built with it: packing them by PostgreSQL's own way takes longer than
    /// all else. Either is read everywhere.
    pub(super) async fn pack_quickly(&self) -> Result<(), CopyError> {
        let set = "SELECT set_config(name, 'lz4', true) FROM pg_settings \
                   WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)";
        Ok(self.tx.batch_execute(set).await?)
    }

    pub(super) async fn open(&self, table: &Table) -> Result<Writing, CopyError> {
        let kinds = self.shapes.kinds(table)?;
        let text = statements::postgres_insert(self.scope.door(), table, &kinds);
        Ok(Writing { statement: self.tx.prepare(&text).await?, kinds })
    }

    /// COPY would be quicker, but does not work where row-level security binds.
    pub(super) async fn write(&self, to: &Writing, rows: &[Row]) -> Result<(), CopyError> {
        let columns = to.kinds.iter().enumerate().map(|(place, kind)| column(rows, place, *kind));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let params: Vec<&(dyn ToSql + Sync)> =
            columns.iter().map(|column| &**column as &(dyn ToSql + Sync)).collect();
        let written = self.tx.execute(&to.statement, &params).await?;
        if written == rows.len() as u64 {
            return Ok(());
        }
        Err(CopyError::Database(format!("{written} of {} rows were taken", rows.len())))
    }

    /// Checks the keys that had to wait.
    pub(super) async fn check_keys(&self) -> Result<(), CopyError> {
        Ok(self.tx.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?)
    }

    pub async fn commit(self) -> Result<(), CopyError> {
        Ok(self.tx.commit().await?)
    }
}

fn cell(row: &tokio_postgres::Row, place: usize, kind: PgKind) -> Result<Cell, CopyError> {
    let cell = match kind {
        PgKind::Uuid => row.try_get::<_, Option<Uuid>>(place)?.map(|id| Cell::Bytes(id.as_bytes().to_vec())),
        PgKind::Bytes => row.try_get::<_, Option<Vec<u8>>>(place)?.map(Cell::Bytes),
        PgKind::Int => row.try_get::<_, Option<i64>>(place)?.map(Cell::Int),
        PgKind::Bool => row.try_get::<_, Option<bool>>(place)?.map(|value| Cell::Int(value.into())),
        PgKind::Text => row.try_get::<_, Option<String>>(place)?.map(Cell::Text),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

type List<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// One column's values, as a list of its type.
fn column<'a>(rows: &'a [Row], place: usize, kind: PgKind) -> Result<List<'a>, CopyError> {
    let list: List<'a> = match kind {
        PgKind::Uuid => Box::new(values(rows, place, |cell| match cell {
            Cell::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
            _ => None,
        })?),
        PgKind::Bytes => Box::new(values(rows, place, |cell| match cell {
            Cell::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        })?),
        PgKind::Int => Box::new(values(rows, place, |cell| match cell {
            Cell::Int(value) => Some(*value),
            _ => None,
        })?),
        PgKind::Bool => Box::new(values(rows, place, |cell| match cell {
            Cell::Int(value @ 0..=1) => Some(*value == 1),
            _ => None,
        })?),
        PgKind::Text => Box::new(values(rows, place, |cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        })?),
    };
    Ok(list)
}

fn values<'a, T>(
    rows: &'a [Row],
    place: usize,
    of: impl Fn(&'a Cell) -> Option<T>,
) -> Result<Vec<Option<T>>, CopyError> {
    let value = |row: &'a Row| match row.get(place) {
        Some(Cell::Null) => Ok(None),
        cell => cell.and_then(&of).map(Some).ok_or_else(|| {
            CopyError::refused(format!("column {} holds what the database's type does not", place + 1))
        }),
    };
    rows.iter().map(value).collect()
}
