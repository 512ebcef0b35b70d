//! The operator's own look into the database, beside the nodes.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, Row};

pub struct Superuser {
    runtime: Runtime,
    client: Client,
}

impl Superuser {
    pub fn connect(url: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    /// Statements without an answer. A transaction that they begin stays open.
    pub fn run(&self, sql: &str) {
        self.runtime
            .block_on(self.client.batch_execute(sql))
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    pub fn rows(&self, sql: &str) -> Vec<Row> {
        self.runtime.block_on(self.client.query(sql, &[])).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.rows(sql)[0].get(0)
    }

    /// Asks again until the number is there.
    pub fn wait_for(&self, wanted: i64, sql: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            // Within a transaction the views of what goes on stand still otherwise.
            self.run("SELECT pg_stat_clear_snapshot()");
            let found = self.number(sql);
            if found == wanted {
                return;
            }
            assert!(Instant::now() < deadline, "{found}, not {wanted}: {sql}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
