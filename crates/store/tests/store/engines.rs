//! A store for one test, on either engine.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use kernel::access::Actor;
use kernel::crypto::MasterKey;
use kernel::{Timestamp, UserId, WorkspaceId};
use store::{ControlTx, Engine, Message, Options, Receive, Store, TenantDoor, TenantTx, params};

pub struct Home {
    pub store: Store,
    pub options: Options,
    pub database: Option<testkit::TestDatabase>,
    pub folder: tempfile::TempDir,
}

/// Messages become members of the name that they carry.
pub struct Namer;

impl Receive for Namer {
    fn receive<'a>(
        &'a self,
        tx: &'a mut TenantTx,
        message: Message,
    ) -> Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> {
        Box::pin(async move { add(tx, message.body["name"].as_str().unwrap_or_default()).await.map(drop) })
    }
}

impl Home {
    pub async fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options =
            Options::new(Engine::Embedded { data: folder.path().join("data") }, MasterKey::random());
        Self::open(options, None, folder).await
    }

    pub async fn postgres() -> Self {
        Self::postgres_with(8).await
    }

    /// With so many connections, both doors together.
    pub async fn postgres_with(connections: usize) -> Self {
        let database = tokio::task::spawn_blocking(|| testkit::postgres().fresh_database()).await.unwrap();
        let engine = Engine::Postgres {
            serve: database.serve_url.clone(),
            migrate: Some(database.migrate_url.clone()),
        };
        let mut options = Options::new(engine, MasterKey::random());
        options.connections = connections;
        Self::open(options, Some(database), tempfile::tempdir().unwrap()).await
    }

    async fn open(
        options: Options,
        database: Option<testkit::TestDatabase>,
        folder: tempfile::TempDir,
    ) -> Self {
        let store = Store::open(options.clone(), Arc::new(Namer)).await.unwrap();
        Self { store, options, database, folder }
    }

    /// A look at what the roles cannot see; on PostgreSQL alone.
    pub async fn superuser(&self) -> tokio_postgres::Client {
        let url = &self.database.as_ref().unwrap().superuser_url;
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub async fn workspace(&self) -> TenantDoor {
        let id = WorkspaceId::new(self.store.clock().now());
        self.store.create_workspace(id).await.unwrap();
        self.store.system_tenant(id, Actor::system())
    }
}

store::statements! {
    tenant ADD = "INSERT INTO members (workspace_id, user_id, name, status, joined_at) VALUES ($1, $2, $3, 'active', $4)";
    tenant NAMES = "SELECT name FROM members WHERE workspace_id = $1 ORDER BY name, user_id";
    tenant RENAME = "UPDATE members SET name = $3 WHERE workspace_id = $1 AND user_id = $2";
    tenant EVERYBODY = "SELECT name FROM members ORDER BY name, user_id";
    control USER = "INSERT INTO users (id, email, email_verified, name, time_zone, superadmin, disabled, created_at, password_changed_at)
        VALUES ($1, $2, $3, $2, 'UTC', $3, $3, $4, $4)";
    control USERS = "SELECT email FROM users ORDER BY email";
}

/// Adds a member and the record of it.
pub async fn add(tx: &mut TenantTx, name: &str) -> kernel::Result<UserId> {
    let id: UserId = tx.new_id();
    let at: Timestamp = tx.now();
    tx.exec(&ADD, params![tx.workspace(), id, name, at]).await?;
    tx.audit(kernel::audit::Entry::new("member.added", id).personal("name", name, Some(id)));
    Ok(id)
}

/// Adds an account.
pub async fn user(tx: &mut ControlTx, email: &str) -> kernel::Result<UserId> {
    let (id, now): (UserId, Timestamp) = (tx.new_id(), tx.now());
    tx.exec(&USER, params![id, email, false, now]).await?;
    Ok(id)
}

pub async fn names(door: &TenantDoor) -> Vec<String> {
    let rows: Vec<(String,)> = door.all(&NAMES, params![door.workspace()]).await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

/// Checks the chain and gives the number of its records.
pub async fn chain(door: &TenantDoor) -> i64 {
    door.read(async |tx: &mut TenantTx| tx.verify_chain().await).await.unwrap().unwrap()
}

/// Makes a test of each engine from one function.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($home:ident) $body:block)*) => {$(
        mod $name {
            use super::*;
            $(#[$doc])*
            async fn check($home: $crate::engines::Home) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn embedded() {
                check($crate::engines::Home::embedded().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::engines::Home::postgres().await).await;
            }
        }
    )*};
}
