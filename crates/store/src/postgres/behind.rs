//! Changes that are sent and not waited for.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use deadpool_postgres::Object;
use futures_util::FutureExt;
use futures_util::future::{join, ready};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error as PgError, Statement};

use super::pipeline;
use crate::value::{Owned, Value};

/// Their common answer: that of the first which failed.
pub(super) type Behind = Pin<Box<dyn Future<Output = Result<(), PgError>> + Send>>;

/// Changes in their order, with all that it takes to send them.
#[derive(Default)]
pub(super) struct Changes(Vec<(Statement, Vec<Owned>)>);

impl Changes {
    pub(super) fn add(&mut self, statement: Statement, params: &[Value<'_>]) {
        self.0.push((statement, params.iter().map(Owned::from).collect()));
    }

    pub(super) async fn run(&self, client: &Object) -> Result<(), PgError> {
        let values: Vec<Vec<Value<'_>>> =
            self.0.iter().map(|(_, params)| params.iter().map(Owned::value).collect()).collect();
        let params: Vec<Vec<&(dyn ToSql + Sync)>> =
            values.iter().map(|values| values.iter().map(|value| value as _).collect()).collect();
        let steps =
            self.0.iter().zip(&params).map(|((statement, _), params)| client.execute(statement, params));
        let answers = pipeline::in_order(steps.collect()).await;
        answers.into_iter().try_for_each(|answer| answer.map(drop))
    }

    /// Sends them, after what was sent `before`; gives the answers of both.
    pub(super) fn send(self, client: Arc<Object>, before: Option<Behind>) -> Behind {
        let mut running: Behind = Box::pin(async move {
            let changes = self.run(&client);
            match before {
                None => changes.await,
                Some(before) => {
                    let (before, changes) = join(before, changes).await;
                    before.and(changes)
                }
            }
        });
        // A request goes out when it is looked at first.
        match (&mut running).now_or_never() {
            Some(answer) => Box::pin(ready(answer)),
            None => running,
        }
    }
}
