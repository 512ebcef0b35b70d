//! Beginning and ending transactions, on either engine.

use kernel::{Error, Result};

use crate::chain::End;
use crate::door::Door;
use crate::tx::{Connection, Step, Tx};

impl<D: Door> Tx<D> {
    pub(crate) async fn begin_write(&mut self) -> Result<()> {
        self.failed = None;
        let workspace = D::workspace(self.scope);
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.control("BEGIN IMMEDIATE"),
            Connection::Postgres(connection) => connection.begin_write(workspace).await,
        }
    }

    /// A read of several statements sees one moment; on SQLite `BEGIN` takes no lock by itself.
    pub(crate) async fn begin_read(&mut self) -> Result<()> {
        self.failed = None;
        let workspace = D::workspace(self.scope);
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.control("BEGIN"),
            Connection::Postgres(connection) => {
                connection.begin_read(workspace);
                Ok(())
            }
        }
    }

    pub(crate) async fn end_read(&mut self) -> Result<()> {
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.control("COMMIT"),
            Connection::Postgres(connection) => connection.commit(&[]).await,
        }
    }

    /// Where one action of a group begins, and its number in the group.
    pub(crate) async fn savepoint(&mut self, action: usize) -> Result<()> {
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.control("SAVEPOINT action"),
            Connection::Postgres(connection) => {
                connection.savepoint(action);
                Ok(())
            }
        }
    }

    /// Waits until all changes have been answered.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        match &mut self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(connection) => connection.settle().await,
        }
    }

    /// The number of an action that ended well and then turned out to have failed; it is undone.
    pub(crate) const fn take_late(&mut self) -> Option<(usize, Error)> {
        match &mut self.connection {
            Connection::Sqlite(_) => None,
            Connection::Postgres(connection) => connection.take_late(),
        }
    }

    pub(crate) async fn release(&mut self) -> Result<()> {
        match &mut self.connection {
            Connection::Sqlite(connection) => connection.control("RELEASE action"),
            // The next savepoint releases it, in the same round trip.
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Takes back what the action did and keeps what the group did before it.
    pub(crate) async fn undo(&mut self) -> Result<()> {
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                connection.control("ROLLBACK TO action")?;
                connection.control("RELEASE action")
            }
            Connection::Postgres(connection) => connection.undo().await,
        }
    }

    /// Runs the last statements and commits.
    pub(crate) async fn commit(&mut self, last: &[Step<'_, D>]) -> Result<()> {
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                for (sql, params) in last {
                    connection.exec(sql.sqlite(), params)?;
                }
                connection.control("COMMIT")
            }
            Connection::Postgres(connection) => {
                let steps: Vec<_> = last.iter().map(|(sql, params)| (sql.postgres(), *params)).collect();
                connection.commit(&steps).await
            }
        }
    }

    /// Leaves no transaction open, whatever state the connection is in.
    pub(crate) async fn abandon(&mut self) {
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                if connection.in_transaction()
                    && let Err(error) = connection.control("ROLLBACK")
                {
                    tracing::error!(%error, "rolling back failed");
                }
            }
            Connection::Postgres(connection) => connection.abandon(),
        }
    }

    /// Whether the transaction is still there: the engine may have rolled it back on its own.
    pub(crate) fn in_transaction(&self) -> bool {
        match &self.connection {
            Connection::Sqlite(connection) => connection.in_transaction(),
            Connection::Postgres(connection) => connection.in_transaction(),
        }
    }

    /// The end of the chain where beginning the transaction has read and locked it.
    pub(crate) fn locked_end(&self) -> Option<End> {
        match &self.connection {
            Connection::Sqlite(_) => None,
            Connection::Postgres(connection) => connection.locked_end(),
        }
    }

    /// For reads, which nobody supervises: what a swallowed failure would hide.
    pub(crate) fn failure(&mut self) -> Result<()> {
        self.failed.take().map_or(Ok(()), |error: Error| Err(error))
    }
}
