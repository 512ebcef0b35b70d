//! Nodes tell each other which workspaces have new events, by LISTEN and NOTIFY. What happened is in the
//! journal: a call that is lost is made up for by looking there now and then.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use deadpool_postgres::Pool;
use kernel::WorkspaceId;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

use super::tls;
use crate::live::{Call, Live};
use crate::start::StartError;

/// NOTIFY takes 8,000 bytes; a workspace and its number are at most 52.
const WORKSPACES_A_CALL: usize = 128;
/// Between two looks into the journals, for what a node that died did not call out.
const LOOK: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Workspaces with something new, and up to which number.
type News = BTreeMap<WorkspaceId, i64>;

/// Both ends; they stop with this value.
pub(super) struct Bell(Vec<JoinHandle<()>>);

#[derive(Default)]
struct Waiting {
    news: Mutex<News>,
    some: Notify,
}

struct Ringer(Arc<Waiting>);

impl Call for Ringer {
    fn call(&self, workspace: WorkspaceId, number: i64) {
        let mut news = self.0.news.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = news.entry(workspace).or_default();
        *newest = number.max(*newest);
        drop(news);
        self.0.some.notify_one();
    }
}

impl Bell {
    pub(super) fn hang(serve: &str, pool: Pool, live: &Arc<Live>) -> Self {
        let waiting = Arc::new(Waiting::default());
        live.calls_by(Ringer(waiting.clone()));
        let listening = listen_for_ever(serve.to_owned(), Arc::downgrade(live));
        Self(vec![tokio::spawn(ring(pool, waiting)), tokio::spawn(listening)])
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

/// In a transaction of its own: within the change's, every commit of the database would wait for every other
/// one's (NOTIFY holds a lock on the whole database until its COMMIT is durable). What comes while one call is
/// on its way goes with the next.
async fn ring(pool: Pool, waiting: Arc<Waiting>) {
    loop {
        waiting.some.notified().await;
        let news = std::mem::take(&mut *waiting.news.lock().unwrap_or_else(PoisonError::into_inner));
        let news: Vec<String> =
            news.into_iter().map(|(workspace, number)| format!("{}:{number}", workspace.uuid())).collect();
        for call in news.chunks(WORKSPACES_A_CALL) {
            let rung = async {
                let client = pool.get().await.map_err(|error| error.to_string())?;
                let sent = client.execute("SELECT pg_notify('trackhold', $1)", &[&call.join(" ")]).await;
                sent.map_err(|error| error.to_string())
            };
            if let Err(error) = rung.await {
                tracing::debug!(error, "other nodes were not told of news");
            }
        }
    }
}

fn read(call: &str) -> impl Iterator<Item = (WorkspaceId, i64)> {
    call.split(' ').filter_map(|part| {
        let (workspace, number) = part.split_once(':')?;
        Some((WorkspaceId::from_uuid(workspace.parse().ok()?), number.parse().ok()?))
    })
}

async fn listen_for_ever(serve: String, live: Weak<Live>) {
    let mut pause = PAUSE;
    loop {
        let begun = tokio::time::Instant::now();
        if let Err(error) = listen(&serve, &live).await {
            tracing::warn!(%error, "news of other nodes cannot be heard; looking for them now and then");
        }
        let Some(live) = live.upgrade() else { return };
        if begun.elapsed() > LONGEST_PAUSE {
            pause = PAUSE;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        live.look_again().await;
    }
}

/// Until the connection ends.
async fn listen(serve: &str, live: &Weak<Live>) -> Result<(), StartError> {
    let config = super::lasting(serve)?;
    let (client, mut connection) = config.connect(tls()?).await.map_err(StartError::database)?;
    let heard = live.clone();
    let mut hearing = tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            let Some(live) = heard.upgrade() else { return Ok(()) };
            match message {
                Ok(AsyncMessage::Notification(call)) => {
                    for (workspace, number) in read(call.payload()) {
                        live.hear(workspace, number);
                    }
                }
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    client.batch_execute("LISTEN trackhold").await.map_err(StartError::database)?;
    loop {
        match live.upgrade() {
            Some(live) => live.look_again().await,
            None => return Ok(()),
        }
        tokio::select! {
            ended = &mut hearing => return match ended {
                Ok(ended) => ended.map_err(StartError::database),
                Err(error) => Err(StartError::other(error)),
            },
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Timestamp;

    use super::*;

    #[test]
    fn calls_are_read_back_and_nonsense_is_passed_over() {
        let (a, b) =
            (WorkspaceId::new(Timestamp::from_micros(1)), WorkspaceId::new(Timestamp::from_micros(2)));
        let call = format!("{}:7 nonsense {}:12 x:1 {}:y", a.uuid(), b.uuid(), a.uuid());
        assert_eq!(read(&call).collect::<Vec<_>>(), [(a, 7), (b, 12)]);
    }
}
