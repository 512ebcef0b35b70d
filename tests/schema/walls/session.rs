//! A connection, and what the server says on it.

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

pub struct Session {
    runtime: Runtime,
    client: Client,
}

/// What the server refused with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: SqlState,
    pub message: String,
}

impl Refusal {
    pub fn is_of_the_policy(&self) -> bool {
        self.code == SqlState::INSUFFICIENT_PRIVILEGE && self.message.contains("row-level security")
    }

    /// The role has no such right at all.
    pub fn is_of_rights(&self) -> bool {
        self.code == SqlState::INSUFFICIENT_PRIVILEGE && self.message.contains("permission denied")
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let said = error.as_db_error().unwrap_or_else(|| panic!("no answer of the server: {error:?}"));
        Self { code: said.code().clone(), message: said.message().to_owned() }
    }
}

impl Session {
    pub fn open(url: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    pub fn run(&self, sql: &str) -> Result<(), Refusal> {
        Ok(self.runtime.block_on(self.client.batch_execute(sql))?)
    }

    /// Rows changed, or seen.
    pub fn count(&self, sql: &str) -> Result<u64, Refusal> {
        Ok(self.runtime.block_on(self.client.execute(sql, &[]))?)
    }

    /// The first column of every row.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        self.rows(sql).iter().map(|row| row.get(0)).collect()
    }

    pub fn rows(&self, sql: &str) -> Vec<Row> {
        self.runtime.block_on(self.client.query(sql, &[])).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    pub fn prepare(&self, sql: &str) -> Result<Statement, Refusal> {
        Ok(self.runtime.block_on(self.client.prepare(sql))?)
    }

    /// The first column of every row, in the order of its texts.
    pub fn ask(&self, statement: &Statement, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<String>, Refusal> {
        let rows = self.runtime.block_on(self.client.query(statement, params))?;
        let mut texts: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        texts.sort();
        Ok(texts)
    }

    /// Rows changed.
    pub fn change(&self, statement: &Statement, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Refusal> {
        Ok(self.runtime.block_on(self.client.execute(statement, params))?)
    }
}
