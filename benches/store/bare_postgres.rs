//! The same statements on tokio-postgres alone: a connection a client, one transaction an item,
//! what may go together sent together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{join, join3};
use kernel::audit::Link;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use crate::Home;
use crate::statements::{self, Parameter, Place, text};

fn boxed(parameters: Vec<Parameter>) -> Vec<Box<dyn ToSql + Sync + Send>> {
    parameters
        .into_iter()
        .map(|parameter| -> Box<dyn ToSql + Sync + Send> {
            match parameter {
                Parameter::Null => Box::new(store::Value::Null),
                Parameter::Int(value) => Box::new(value),
                Parameter::Text(value) => Box::new(value),
                Parameter::Bytes(value) => Box::new(value),
                Parameter::Uuid(value) => Box::new(value),
            }
        })
        .collect()
}

fn borrowed(parameters: &[Box<dyn ToSql + Sync + Send>]) -> Vec<&(dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| &**parameter as &(dyn ToSql + Sync)).collect()
}

struct Bare {
    client: Client,
    set: Statement,
    head: Statement,
    allocate: Statement,
    item: Statement,
    activity: Statement,
    record: Statement,
    move_head: Statement,
}

impl Bare {
    async fn connect(url: &str) -> Self {
        let mut config: tokio_postgres::Config = url.parse().unwrap();
        config.options("-c search_path=tenant");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let lock = format!("{} FOR UPDATE", text(statements::HEAD));
        Self {
            set: client.prepare("SELECT set_config('trackhold.workspace', $1, true)").await.unwrap(),
            head: client.prepare(&lock).await.unwrap(),
            allocate: client.prepare(text(statements::ALLOCATE)).await.unwrap(),
            item: client.prepare(text(statements::INSERT)).await.unwrap(),
            activity: client.prepare(text(statements::ACTIVITY)).await.unwrap(),
            record: client.prepare(text(statements::RECORD)).await.unwrap(),
            move_head: client.prepare(text(statements::MOVE_HEAD)).await.unwrap(),
            client,
        }
    }

    async fn create(&self, place: Place) {
        let client = &self.client;
        let workspace = place.workspace.to_string();
        let setting: [&(dyn ToSql + Sync); 1] = [&workspace];
        let target: [&(dyn ToSql + Sync); 3] = [&place.workspace, &place.board, &place.group];
        let (begun, set, allocated) = join3(
            client.batch_execute("BEGIN; SET LOCAL ROLE trackhold_tenant"),
            client.execute(&self.set, &setting),
            client.query_one(&self.allocate, &target),
        )
        .await;
        begun.unwrap();
        set.unwrap();
        let allocated = allocated.unwrap();
        let (project, number, last): (Uuid, i64, Option<String>) =
            (allocated.get(0), allocated.get(1), allocated.get(2));
        let (item, activity, draft) = statements::item(place, project, number, last.as_deref());
        let (item, activity) = (boxed(item), boxed(activity));
        let (item, activity) = (borrowed(&item), borrowed(&activity));
        let (inserted, noted, head) = join3(
            client.execute(&self.item, &item),
            client.execute(&self.activity, &activity),
            client.query_one(&self.head, &[&place.workspace]),
        )
        .await;
        inserted.unwrap();
        noted.unwrap();
        let head = head.unwrap();
        let last = Link { seq: head.get(0), hash: head.get::<_, Vec<u8>>(1).try_into().unwrap() };
        let (end, row) = statements::record(place, last, draft);
        let row = boxed(row);
        let row = borrowed(&row);
        let hash = end.hash.to_vec();
        let moved: [&(dyn ToSql + Sync); 4] = [&place.workspace, &end.seq, &hash, &0_i64];
        let (recorded, (moved, committed)) = join(
            client.execute(&self.record, &row),
            join(client.execute(&self.move_head, &moved), client.batch_execute("COMMIT")),
        )
        .await;
        recorded.unwrap();
        moved.unwrap();
        committed.unwrap();
    }
}

/// Items made a second by `clients`, one transaction each.
pub async fn creates(url: &str, home: &Home, clients: usize, length: Duration) -> f64 {
    let place = Place {
        workspace: home.caller.workspace().uuid(),
        board: home.board.uuid(),
        group: home.group.uuid(),
        user: home.caller.user().uuid(),
    };
    let mut bares = Vec::new();
    for _ in 0..clients {
        bares.push(Bare::connect(url).await);
    }
    let made = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let running: Vec<_> = bares
        .into_iter()
        .map(|bare| {
            let made = made.clone();
            tokio::spawn(async move {
                while began.elapsed() < length {
                    bare.create(place).await;
                    made.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for client in running {
        client.await.unwrap();
    }
    made.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}
