//! A server for one test, on either engine, with a clock that stands until it is moved.

use std::sync::Arc;
use std::time::Duration;

use identity::{Identity, Inbox, KeyNotice, Registration, Settings};
use kernel::access::Actor;
use kernel::crypto::MasterKey;
use kernel::{Clock, Timestamp, WorkspaceId};
use serde_json::{Value, json};
use store::{Engine, Options, Store};
use web::{App, PublicUrl};

use crate::client::{Client, Reply};

/// bcrypt's least: the suites sign in often, and this is not what they prove.
const COST: u32 = 4;
pub const PASSWORD: &str = "a lake in late october";
pub const MASTER_KEY: &str = "the key in sixty-four digits";

pub struct World {
    pub store: Store,
    pub identity: Arc<Identity>,
    pub clock: Clock,
    options: Options,
    port: u16,
    _database: Option<testkit::TestDatabase>,
    _folder: tempfile::TempDir,
}

/// Somebody who is signed in.
pub struct Person {
    pub client: Client,
    pub id: String,
    pub email: String,
}

impl World {
    pub async fn start(engine: testkit::Engine, registration: Registration) -> Self {
        // What a 500 does not tell the client.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        let folder = tempfile::tempdir().unwrap();
        let (kind, database) = match engine {
            testkit::Engine::Embedded => (Engine::Embedded { data: folder.path().join("data") }, None),
            testkit::Engine::Postgres => {
                let database =
                    tokio::task::spawn_blocking(|| testkit::postgres().fresh_database()).await.unwrap();
                let (serve, migrate) = (database.serve_url.clone(), Some(database.migrate_url.clone()));
                (Engine::Postgres { serve, migrate }, Some(database))
            }
        };
        let clock = Clock::standing(Timestamp::from_seconds(1_760_000_000));
        let mut options = Options::new(kind, MasterKey::random());
        options.clock = clock.clone();
        options.connections = 12;
        let store = Store::open(options.clone(), Arc::new(Inbox)).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let settings = Settings {
            registration,
            public_url: format!("http://localhost:{port}"),
            key: KeyNotice {
                source: "/somewhere/master.key".into(),
                reveal: Some(Arc::new(|| MASTER_KEY.to_owned().into())),
            },
        };
        let identity = Arc::new(Identity::with_cost(store.clone(), settings, COST).unwrap());
        serve(&store, &identity, listener, port);
        Self { store, identity, clock, options, port, _database: database, _folder: folder }
    }

    /// A second process on the same data: nothing in memory is shared.
    pub async fn another_process(&self) -> Client {
        Self::serving(&self.store, "192.0.2.77").await
    }

    /// A second process on the same database, with a store of its own.
    pub async fn another_node(&self) -> Client {
        let store = Store::open(self.options.clone(), Arc::new(Inbox)).await.unwrap();
        Self::serving(&store, "192.0.2.78").await
    }

    async fn serving(store: &Store, ip: &str) -> Client {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let settings = Settings {
            registration: Registration::Open,
            public_url: format!("http://localhost:{port}"),
            key: KeyNotice { source: String::new(), reveal: None },
        };
        let identity = Arc::new(Identity::with_cost(store.clone(), settings, COST).unwrap());
        serve(store, &identity, listener, port);
        Client { port, ip: ip.into(), cookie: None }
    }

    pub fn client(&self, ip: &str) -> Client {
        Client { port: self.port, ip: ip.into(), cookie: None }
    }

    /// The last part of a new first-run link.
    pub async fn setup_token(&self) -> String {
        let link = self.identity.first_run_link().await.unwrap().expect("nobody has claimed it");
        link.expose().rsplit('/').next().unwrap().to_owned()
    }

    /// The first superadmin and their workspace.
    pub async fn founder(&self) -> Person {
        let token = self.setup_token().await;
        let mut client = self.client("192.0.2.10");
        let reply = client
            .post(
                "/auth/register",
                json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada Moreno",
                    "workspace_name": "Northwind", "setup_token": token }),
            )
            .await
            .expect(201);
        Person { client, id: text(&reply.json()["user"]["id"]), email: "ada@example.com".into() }
    }

    /// Somebody new in the inviter's workspace, signed in there.
    pub async fn invited(&self, inviter: &mut Person, name: &str, role: &str) -> Person {
        let email = format!("{name}@example.com");
        let token = inviter.invite(&email, role).await;
        let mut client = self.client("192.0.2.20");
        client
            .post("/invitations/accept", json!({ "token": token, "name": name, "password": PASSWORD }))
            .await
            .expect(201);
        self.signed_in(&email).await
    }

    pub async fn signed_in(&self, email: &str) -> Person {
        let mut client = self.client("192.0.2.30");
        let reply =
            client.post("/auth/login", json!({ "email": email, "password": PASSWORD })).await.expect(200);
        Person { client, id: text(&reply.json()["user"]["id"]), email: email.into() }
    }

    pub fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Both kinds of chains are whole, and nothing waits to be delivered.
    pub async fn verify(&self, workspace: &str) {
        let workspace: WorkspaceId = workspace.parse().unwrap();
        let door = self.store.system_tenant(workspace, Actor::system());
        door.read(async |tx: &mut store::TenantTx| tx.verify_chain().await).await.unwrap().unwrap();
        self.store
            .control()
            .read(async |tx: &mut store::ControlTx| tx.verify_chain().await)
            .await
            .unwrap()
            .unwrap();
    }

    /// The actions in a workspace's log, in order.
    pub async fn log(&self, workspace: &str) -> Vec<String> {
        let door = self.store.system_tenant(workspace.parse().unwrap(), Actor::system());
        let records =
            door.read(async |tx: &mut store::TenantTx| tx.audit_records(0, 1_000).await).await.unwrap();
        records.into_iter().map(|record| record.action).collect()
    }
}

impl Person {
    pub async fn invite(&mut self, email: &str, role: &str) -> String {
        let reply =
            self.client.post("/invitations", json!({ "email": email, "role": role })).await.expect(201);
        text(&reply.json()["token"])
    }

    pub async fn me(&mut self) -> Reply {
        self.client.get("/me").await
    }

    pub async fn workspace(&mut self) -> String {
        text(&self.me().await.expect(200).json()["workspace"]["id"])
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn serve(store: &Store, identity: &Arc<Identity>, listener: tokio::net::TcpListener, port: u16) {
    let mut settings = web::Settings::new(PublicUrl::parse(&format!("http://localhost:{port}")).unwrap());
    settings.behind_proxy = vec!["127.0.0.1".parse().unwrap()];
    settings.rate_per_minute = 0;
    let settings = Arc::new(settings);
    let app = App::new(store.clone(), settings.clone(), identity.clone(), vec![identity.clone()]);
    let routes =
        identity::routes().extension(identity.clone()).merge(web::Routes::new().with(web::live::route()));
    let front = routes.into_front(app).unwrap();
    tokio::spawn(web::serve(listener, front, settings, std::future::pending()));
}

/// Makes a test of each engine from one function.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: $registration:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $(#[$doc])*
            async fn check($world: &$crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn embedded() {
                let registration = identity::Registration::$registration;
                check(&$crate::world::World::start(testkit::Engine::Embedded, registration).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let registration = identity::Registration::$registration;
                check(&$crate::world::World::start(testkit::Engine::Postgres, registration).await).await;
            }
        }
    )*};
}
