//! A blocking connection that works inside and outside an async runtime: its own runtime lives on
//! its own thread.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio_postgres::NoTls;

type Answer = Result<(), tokio_postgres::Error>;

pub(crate) struct Connection {
    requests: Sender<(String, Sender<Answer>)>,
}

impl Connection {
    pub(crate) fn open(url: &str) -> Self {
        let url = url.to_owned();
        let (requests, inbox) = channel::<(String, Sender<Answer>)>();
        let (opened, wait) = channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime can be made");
            let connected = runtime.block_on(tokio_postgres::connect(&url, NoTls));
            let (client, connection) = match connected {
                Ok(both) => both,
                Err(error) => {
                    let _ = opened.send(Err(error));
                    return;
                }
            };
            runtime.spawn(connection);
            let _ = opened.send(Ok(()));
            for (sql, reply) in inbox {
                let _ = reply.send(runtime.block_on(client.batch_execute(&sql)));
            }
        });
        wait.recv().expect("the connection's thread answers").expect("the test server takes connections");
        Self { requests }
    }

    /// Runs statements one after the other, each in a transaction of its own unless `sql` begins one.
    pub(crate) fn run(&self, sql: &str) -> Answer {
        let (reply, answer) = channel();
        self.requests.send((sql.to_owned(), reply)).expect("the connection's thread lives");
        answer.recv().expect("the connection's thread answers")
    }
}
