//! Imports, each test on both engines.

mod again;
mod content;
mod http;
mod interrupted;
mod refused;
mod whole;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use kernel::access::{Caller, Credential, Level, Origin, Projects, Role};
use kernel::crypto::MasterKey;
use kernel::{Timestamp, UserId, WorkspaceId};
use store::{Engine, Message, Options, Receive, Store, TenantTx, params};

use super::actions::{self, NewImport};
use super::runner::job::{Job, Step};
use super::spool::Spools;
use super::upload::Received;
use super::{Import, ImportId};
use crate::projects::ProjectId;

pub const FIXTURE: &str = include_str!("../../../tests/fixtures/trello/board.json");

store::statements! {
    control WORKSPACE = "INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)";
    tenant MEMBER = "INSERT INTO members (workspace_id, user_id, name, email, role, status, joined_at)
        VALUES ($1, $2, 'Ada', 'ada@example.com', 'admin', 'active', $3)";
}

pub struct Home {
    pub store: Store,
    pub spools: Spools,
    options: Options,
    data: tempfile::TempDir,
    _database: Option<testkit::TestDatabase>,
}

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(
        &'a self,
        _: &'a mut TenantTx,
        _: Message,
    ) -> Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> {
        Box::pin(async { Ok(()) })
    }
}

impl Home {
    pub async fn embedded() -> Self {
        let data = tempfile::tempdir().unwrap();
        let engine = Engine::Embedded { data: data.path().join("data") };
        Self::open(Options::new(engine, MasterKey::random()), None, data).await
    }

    pub async fn postgres() -> Self {
        let database = tokio::task::spawn_blocking(|| testkit::postgres().fresh_database()).await.unwrap();
        let engine = Engine::Postgres {
            serve: database.serve_url.clone(),
            migrate: Some(database.migrate_url.clone()),
        };
        let mut options = Options::new(engine, MasterKey::random());
        options.connections = 8;
        Self::open(options, Some(database), tempfile::tempdir().unwrap()).await
    }

    async fn open(
        options: Options,
        database: Option<testkit::TestDatabase>,
        data: tempfile::TempDir,
    ) -> Self {
        let store = Store::open(options.clone(), Arc::new(Nobody)).await.unwrap();
        let spools = Spools::open(data.path()).unwrap();
        Self { store, spools, options, data, _database: database }
    }

    /// The server stops and starts again.
    pub async fn reopen(self) -> Self {
        let Self { store, spools, options, data, _database } = self;
        drop((store, spools));
        Self::open(options, _database, data).await
    }

    pub fn data(&self) -> PathBuf {
        self.data.path().to_owned()
    }

    /// An admin of a new workspace.
    pub async fn workspace(&self) -> Caller {
        let now = self.store.clock().now();
        let (workspace, user) = (WorkspaceId::new(now), UserId::new(now));
        self.store.create_workspace(workspace).await.unwrap();
        let add = async move |tx: &mut store::ControlTx| {
            tx.exec(&WORKSPACE, params![workspace, "Depot", now]).await
        };
        self.store.control().write(add).await.unwrap();
        let caller = as_role(workspace, user, Role::Admin);
        let add = async move |tx: &mut TenantTx| tx.exec(&MEMBER, params![tx.workspace(), user, now]).await;
        self.store.tenant(&caller).write(add).await.unwrap();
        caller
    }

    /// Uploads a file and puts it into the line, without anybody to run it.
    pub async fn queue(
        &self,
        caller: &Caller,
        text: &[u8],
        dry_run: bool,
        project: Option<ProjectId>,
    ) -> ImportId {
        let mut writer = self.spools.create(caller.workspace(), Timestamp::from_seconds(1)).unwrap();
        writer.write(text).unwrap();
        let mut spooled = writer.finish().unwrap();
        let unowned = spooled.unowned.take();
        let received = Received {
            source: "trello",
            file_name: "board.json".into(),
            dry_run,
            project,
            time_zone: String::new(),
            spooled,
        };
        let permit = caller.permit::<Projects>(Level::Full).unwrap();
        let new = NewImport { received, key: None };
        let queue = async move |tx: &mut TenantTx| actions::queue(tx, permit, new).await;
        let id = self.store.tenant(caller).write(queue).await.unwrap().row.id;
        unowned.keep();
        id
    }

    pub async fn job(&self, caller: &Caller, id: ImportId) -> Option<Job> {
        Job::open(&self.store, &self.spools, caller.workspace(), id).await.unwrap()
    }

    /// Runs what was queued to its end.
    pub async fn finish(&self, caller: &Caller, id: ImportId) -> Import {
        if let Some(mut job) = self.job(caller, id).await {
            while job.step().await.unwrap() == Step::Went {}
        }
        self.import(caller, id).await
    }

    pub async fn run(&self, caller: &Caller, text: &str) -> Import {
        let id = self.queue(caller, text.as_bytes(), false, None).await;
        self.finish(caller, id).await
    }

    pub async fn dry_run(&self, caller: &Caller, text: &str) -> Import {
        let id = self.queue(caller, text.as_bytes(), true, None).await;
        self.finish(caller, id).await
    }

    pub async fn import(&self, caller: &Caller, id: ImportId) -> Import {
        Import::of(super::api::one(&self.store, caller, id).await.unwrap()).unwrap()
    }

    pub fn uploads(&self) -> usize {
        self.spools.list().unwrap().len()
    }
}

pub fn as_role(workspace: WorkspaceId, user: UserId, role: Role) -> Caller {
    Caller::authenticated(user, workspace, role, Credential::System, Origin::default(), None)
}

/// In the file, created, skipped, left out; of one kind.
pub fn counts(import: &Import, kind: &str) -> (u64, u64, u64, u64) {
    let report = import.report.as_ref().unwrap();
    let found = report.counts.iter().find(|count| count.kind == kind);
    found.map_or((0, 0, 0, 0), |count| (count.in_file, count.created, count.skipped, count.left_out))
}

pub fn assert_done(import: &Import) {
    assert_eq!((import.status.as_str(), import.errors.as_slice()), ("done", [].as_slice()));
    assert_eq!(import.done, import.total);
    for count in &import.report.as_ref().unwrap().counts {
        assert_eq!(count.in_file, count.created + count.skipped + count.left_out, "{count:?}");
    }
}

/// The fixture with one piece of its text replaced, which must be there.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "there is no {from}");
    text.replacen(from, to, 1)
}

/// Makes a test of each engine from one function.
macro_rules! both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($home:ident) $body:block)*) => {$(
        mod $name {
            use super::*;
            $(#[$doc])*
            async fn check($home: $crate::imports::tests::Home) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn embedded() {
                check($crate::imports::tests::Home::embedded().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::imports::tests::Home::postgres().await).await;
            }
        }
    )*};
}
pub(crate) use both_engines;
