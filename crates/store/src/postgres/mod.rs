//! The scale-out engine: PostgreSQL with a schema a door and row-level security below the
//! statements.

mod behind;
mod bell;
mod both;
mod connection;
mod erase;
mod lanes;
mod pipeline;
mod prelude;
pub(crate) mod setup;

pub(crate) use connection::PgConnection;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime};
use kernel::crypto::{Key, MasterKey};
use kernel::{Clock, Result, WorkspaceId};
use tokio_postgres_rustls::MakeRustlsConnect;

use self::bell::Bell;
use self::lanes::Lanes;
use crate::door::{Control, Door, Tenant};
use crate::failure;
use crate::live::Live;
use crate::params;
use crate::row::FromRow;
use crate::sql::Sql;
use crate::start::{Engine, Options, StartError};
use crate::tx::{Connection, Tx};
use crate::value::Value;

/// How long a request waits for a free connection before it is told to come back.
const POOL_WAIT: Duration = Duration::from_millis(700);
/// How long what was sent may stay unacknowledged before the connection counts as lost.
const GONE: Duration = Duration::from_secs(15);

pub(crate) struct Postgres {
    control: Pool,
    tenant: Pool,
    clock: Clock,
    pepper: Key,
    accounts: Key,
    master: MasterKey,
    /// The application role's address, for connections that are not pooled.
    serve: String,
    pub(crate) control_lane: Lanes<Control>,
    pub(crate) lanes: Lanes<Tenant>,
    _bell: Bell,
}

impl Postgres {
    pub(crate) async fn open(options: &Options, live: &Arc<Live>) -> Result<Self, StartError> {
        let Engine::Postgres { serve, migrate } = &options.engine else {
            return Err(StartError::other("not a PostgreSQL store"));
        };
        let (pepper, accounts) = setup::prepare(serve, migrate.as_deref(), &options.master_key).await?;
        // Signing in reads a little from control; the work is the tenants'.
        let for_control = (options.connections / 4).max(2);
        // What is asked of both doors together goes by a connection of the instance's, as the workspace.
        let control = pool(serve, &format!("{},{}", Control::NAME, Tenant::NAME), for_control)?;
        let tenant = pool(serve, Tenant::NAME, options.connections.saturating_sub(for_control).max(2))?;
        Ok(Self {
            control_lane: Lanes::new(control.clone(), options.clock.clone(), live.clone()),
            lanes: Lanes::new(tenant.clone(), options.clock.clone(), live.clone()),
            _bell: Bell::hang(serve, control.clone(), live),
            control,
            tenant,
            clock: options.clock.clone(),
            pepper,
            accounts,
            master: options.master_key.clone(),
            serve: serve.clone(),
        })
    }

    pub(crate) const fn pepper(&self) -> &Key {
        &self.pepper
    }

    pub(crate) const fn accounts(&self) -> &Key {
        &self.accounts
    }

    pub(crate) const fn master(&self) -> &MasterKey {
        &self.master
    }

    pub(crate) fn serve(&self) -> &str {
        &self.serve
    }

    pub(crate) async fn control(&self) -> Result<Tx<Control>> {
        connect(&self.control, (), &self.clock).await
    }

    /// One statement in one round trip.
    pub(crate) async fn read_alone<T: FromRow>(
        &self,
        workspace: WorkspaceId,
        sql: &Sql<Tenant>,
        params: &[Value<'_>],
    ) -> Result<Vec<T>> {
        let client = self.tenant.get().await.map_err(failure::pool)?;
        PgConnection::new(client).read_alone(Some(workspace), sql.postgres(), params).await
    }

    /// One statement of each door in one round trip.
    pub(crate) async fn read_both<A: FromRow, B: FromRow>(
        &self,
        control: (&Sql<Control>, &[Value<'_>]),
        workspace: WorkspaceId,
        tenant: (&Sql<Tenant>, &[Value<'_>]),
    ) -> Result<(Vec<A>, Vec<B>)> {
        let client = self.control.get().await.map_err(failure::pool)?;
        let mut connection = PgConnection::new(client);
        let (control, tenant) = ((control.0.postgres(), control.1), (tenant.0.postgres(), tenant.1));
        both::read(&mut connection, control, workspace, tenant).await
    }

    /// Makes a new workspace's key, which its saved rows are sealed with, and the head of its audit chain.
    pub(crate) async fn create_workspace(&self, id: WorkspaceId) -> Result<()> {
        let purpose = id.to_string();
        let wrapped = self.master.wrap(&purpose, &Key::random())?;
        let client = self.control.get().await.map_err(failure::pool)?;
        client.execute(setup::NEW_KEY, &[&purpose, &wrapped]).await.map_err(failure::postgres)?;
        drop(client);
        let mut tx = self.tenant(id).await?;
        if let Connection::Postgres(connection) = &mut tx.connection {
            connection.begin_first_write(id);
        }
        tx.exec(&setup::NEW_HEAD, params![id, &kernel::audit::GENESIS]).await?;
        tx.commit(&[]).await
    }

    pub(crate) async fn tenant(&self, workspace: WorkspaceId) -> Result<Tx<Tenant>> {
        connect(&self.tenant, workspace, &self.clock).await
    }
}

async fn connect<D: Door>(pool: &Pool, scope: D::Scope, clock: &Clock) -> Result<Tx<D>> {
    let client = pool.get().await.map_err(failure::pool)?;
    Ok(Tx::new(Connection::Postgres(PgConnection::new(client)), scope, clock.clone()))
}

pub(super) fn config(url: &str) -> Result<tokio_postgres::Config, StartError> {
    let mut config: tokio_postgres::Config =
        url.parse().map_err(|_| StartError::Database("the database URL cannot be read".into()))?;
    config.application_name("trackhold");
    config.connect_timeout(Duration::from_secs(5));
    Ok(config)
}

/// Of a connection that stays: a host that went away without a word is noticed in seconds, not when the kernel
/// gives up.
pub(super) fn lasting(url: &str) -> Result<tokio_postgres::Config, StartError> {
    let mut config = config(url)?;
    config.keepalives_idle(Duration::from_secs(30));
    config.keepalives_interval(Duration::from_secs(5));
    config.keepalives_retries(3);
    config.tcp_user_timeout(GONE);
    Ok(config)
}

/// TLS by the system's roots where the URL asks for it (`sslmode=require`).
pub(super) fn tls() -> Result<MakeRustlsConnect, StartError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StartError::database)?;
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Ok(MakeRustlsConnect::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

fn pool(url: &str, schemas: &str, size: usize) -> Result<Pool, StartError> {
    let mut config = lasting(url)?;
    // Statements name tables alone, on both engines; the door's schema is where they are found. A node that
    // hangs in a transaction holds the workspace's lock on all nodes: for half a minute, not for ever.
    config.options(format!(
        "-c search_path={schemas} -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s \
         -c client_connection_check_interval=5s"
    ));
    let manager = Manager::from_config(
        config,
        tls()?,
        // A connection that was left in a transaction never comes back, so asking is not needed.
        ManagerConfig { recycling_method: RecyclingMethod::Fast },
    );
    Pool::builder(manager)
        .max_size(size)
        // The one given back last: its server process still has what it needs in the processor's caches.
        .queue_mode(QueueMode::Lifo)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(POOL_WAIT))
        .create_timeout(Some(Duration::from_secs(5)))
        .build()
        .map_err(StartError::database)
}
