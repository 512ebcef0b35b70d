//! What a signed-in list reads on PostgreSQL, on tokio-postgres alone: the same statements in the same
//! transactions, a connection a client, what may go together sent together; no server, no JSON.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use benches::site::{Board, Site};
use futures_util::future::{join, join4};
use kernel::crypto::sha256;
use kernel::{UserId, WorkspaceId};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;
use work::boards::BoardId;

// Linked for its statements.
use identity as _;

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const READ_TENANT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE trackhold_tenant";

fn text(name: &str) -> &'static str {
    store::registered().find(|statement| statement.name == name).map(|statement| statement.text).expect(name)
}

/// Who asks for what.
#[derive(Clone)]
struct Question {
    token: Vec<u8>,
    workspace: Uuid,
    user: Uuid,
    board: Uuid,
}

impl Question {
    fn of(site: &Site, board: &Board) -> Self {
        let token = site.cookie.split_once('=').expect("a cookie has a value").1;
        let me = site.ask("/me");
        Self {
            token: sha256(&[token.as_bytes()]).to_vec(),
            workspace: read::<WorkspaceId>(&me["workspace"]["id"]).uuid(),
            user: read::<UserId>(&me["user"]["id"]).uuid(),
            board: board.id.parse::<BoardId>().expect("a board's id").uuid(),
        }
    }
}

fn read<T: std::str::FromStr>(id: &serde_json::Value) -> T {
    id.as_str().and_then(|text| text.parse().ok()).expect("an id")
}

struct Bare {
    client: Client,
    set: Statement,
    session: Statement,
    role: Statement,
    page: Statement,
}

impl Bare {
    async fn connect(url: &str) -> Self {
        let mut config: tokio_postgres::Config = url.parse().unwrap();
        config.options("-c search_path=control,tenant");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        Self {
            set: client.prepare("SELECT set_config('trackhold.workspace', $1, true)").await.unwrap(),
            session: client.prepare(text("identity::sessions::store::LIVE")).await.unwrap(),
            role: client.prepare(text("identity::sessions::store::ROLE")).await.unwrap(),
            page: client.prepare(text("work::items::pages::LIVE_POSITION_UP")).await.unwrap(),
            client,
        }
    }

    /// One statement in a transaction of the workspace's, in one round trip; gives the number of rows.
    async fn tenant(&self, workspace: &Uuid, sql: &Statement, parameters: &[&(dyn ToSql + Sync)]) -> usize {
        let workspace = workspace.to_string();
        let setting: [&(dyn ToSql + Sync); 1] = [&workspace];
        let (begun, set, rows, committed) = join4(
            self.client.batch_execute(READ_TENANT),
            self.client.execute(&self.set, &setting),
            self.client.query(sql, parameters),
            self.client.batch_execute("COMMIT"),
        )
        .await;
        begun.unwrap();
        set.unwrap();
        committed.unwrap();
        rows.unwrap().len()
    }

    async fn session(&self, token: &Vec<u8>) -> usize {
        let (begun, (rows, committed)) = join(
            self.client.batch_execute(READ),
            join(self.client.query(&self.session, &[token, &false]), self.client.batch_execute("COMMIT")),
        )
        .await;
        begun.unwrap();
        committed.unwrap();
        rows.unwrap().len()
    }

    async fn list(&self, question: &Question) {
        let Question { token, workspace, user, board } = question;
        let role: [&(dyn ToSql + Sync); 2] = [workspace, user];
        let found = join(self.session(token), self.tenant(workspace, &self.role, &role)).await;
        assert_eq!(found, (1, 1));
        let (first, nobody, limit) = (String::new(), Uuid::nil(), 51_i64);
        let page: [&(dyn ToSql + Sync); 5] = [workspace, board, &first, &nobody, &limit];
        assert_eq!(self.tenant(workspace, &self.page, &page).await, 51);
    }
}

/// Lists a second by `clients`.
pub fn lists(site: &Site, board: &Board, clients: usize, length: Duration) -> f64 {
    let question = Question::of(site, board);
    let url = &site.instance.database().expect("a server on PostgreSQL").serve_url;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bares = futures_util::future::join_all((0..clients).map(|_| Bare::connect(url))).await;
        let read = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        let running: Vec<_> = bares
            .into_iter()
            .map(|bare| {
                let (read, question) = (read.clone(), question.clone());
                tokio::spawn(async move {
                    while began.elapsed() < length {
                        bare.list(&question).await;
                        read.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for client in running {
            client.await.unwrap();
        }
        read.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
    })
}
