//! Questions whose client went away.

use std::time::{Duration, Instant};

use store::{TenantTx, params};
use tokio_postgres::Client;

use crate::engines::{Home, NAMES};

store::statements! {
    tenant LONG = "SELECT CAST(1 AS bigint) FROM pg_sleep(120)";
}

const UNDER_WAY: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
/// The server looks for its client every five seconds.
const SOON: Duration = Duration::from_secs(30);

async fn wait_for(superuser: &Client, wanted: i64) {
    let deadline = Instant::now() + SOON;
    loop {
        let found: i64 = superuser.query_one(UNDER_WAY, &[]).await.unwrap().get(0);
        if found == wanted {
            return;
        }
        assert!(Instant::now() < deadline, "{found} of {wanted} are under way");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Otherwise it would hold its locks and a processor for as long as it takes, with nobody to read the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_whose_client_went_away_ends_on_the_server() {
    let home = Home::postgres().await;
    let (superuser, door) = (home.superuser().await, home.workspace().await);
    let (alone, among) = (door.clone(), door.clone());
    let alone = tokio::spawn(async move { alone.all::<(i64,)>(&LONG, &[]).await.map(drop) });
    let among = tokio::spawn(async move {
        let reading = among.read(async |tx: &mut TenantTx| {
            tx.all::<(String,)>(&NAMES, params![tx.workspace()]).await?;
            tx.all::<(i64,)>(&LONG, &[]).await.map(drop)
        });
        reading.await
    });
    wait_for(&superuser, 2).await;
    alone.abort();
    among.abort();
    assert!(alone.await.unwrap_err().is_cancelled() && among.await.unwrap_err().is_cancelled());
    wait_for(&superuser, 0).await;
}
