//! What happens before the first connection is pooled: migration as the owner, and refusing to
//! serve as somebody whom row-level security does not bind.

use kernel::crypto::{Key, MasterKey};
use tokio_postgres::Client;

use super::{config, tls};
use crate::migrations;
use crate::start::StartError;

/// Names in `control.keys`, beside those of workspaces, which are their ids.
pub(crate) const FINGERPRINT: &str = "master-fingerprint";
pub(crate) const PEPPER: &str = "pepper";
pub(crate) const ACCOUNTS: &str = "accounts";
/// Stands there for as long as a move into this database is unfinished.
pub(crate) const MOVING: &str = "moving";
/// Stands there for as long as a backup is being brought back into it.
pub(crate) const RESTORING: &str = "restoring";

/// Leaves a key where there is none of this name.
pub(crate) const NEW_KEY: &str =
    "INSERT INTO control.keys (purpose, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING";

crate::statements! {
    tenant NEW_HEAD = "INSERT INTO audit_head (workspace_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING";
}

/// Migrates if there is an owner to do it as, checks the application role, gives the pepper and the key of accounts.
pub(super) async fn prepare(
    serve: &str,
    migrate: Option<&str>,
    master: &MasterKey,
) -> Result<(Key, Key), StartError> {
    if let Some(migrate) = migrate {
        self::migrate(serve, migrate).await?;
    }
    let client = connect(serve).await?;
    refuse_powerful_role(&client).await?;
    migrations::postgres_is_current(&client).await?;
    refuse_unfinished(&client).await?;
    same_master_key(&client, master).await?;
    Ok((key(&client, master, PEPPER).await?, key(&client, master, ACCOUNTS).await?))
}

/// Brings the database to the newest schema as its owner, for the role that serves.
pub(crate) async fn migrate(serve: &str, migrate: &str) -> Result<(), StartError> {
    let role = config(serve)?.get_user().unwrap_or_default().to_owned();
    let mut owner = connect(migrate).await?;
    migrations::postgres(&mut owner, &role).await
}

pub(crate) async fn connect(url: &str) -> Result<Client, StartError> {
    let (client, connection) = config(url)?.connect(tls()?).await.map_err(StartError::database)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the connection for setting up ended");
        }
    });
    Ok(client)
}

/// Superusers and roles with BYPASSRLS see through every policy, and owners could take it off.
pub(crate) async fn refuse_powerful_role(client: &Client) -> Result<(), StartError> {
    let row = client
        .query_one(
            "SELECT bool_or(rolsuper), bool_or(rolbypassrls),
                    EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                            WHERE n.nspname IN ('tenant', 'control') AND pg_has_role(current_user, c.relowner, 'MEMBER')),
                    pg_has_role(current_user, 'trackhold_tenant', 'MEMBER')
             FROM pg_roles WHERE rolname IN (current_user, 'trackhold_tenant')",
            &[],
        )
        .await
        .map_err(StartError::database)?;
    let refuse = |why: &str| Err(StartError::Database(why.into()));
    match (row.get(0), row.get(1), row.get(2), row.get(3)) {
        (true, ..) => refuse(
            "TRACKHOLD_DATABASE_URL (or trackhold_tenant) is a superuser, whom row-level security does not bind; make a role of its own: CREATE ROLE trackhold_app LOGIN NOSUPERUSER NOBYPASSRLS",
        ),
        (_, true, ..) => refuse(
            "TRACKHOLD_DATABASE_URL is of a role that bypasses row-level security (or trackhold_tenant does); ALTER ROLE … NOBYPASSRLS",
        ),
        (.., true, _) => refuse(
            "TRACKHOLD_DATABASE_URL is of the role that owns the tables; serve as another role than the one that migrates",
        ),
        (.., false) => refuse(
            "the role of TRACKHOLD_DATABASE_URL is not a member of trackhold_tenant; GRANT trackhold_tenant TO it",
        ),
        _ => Ok(()),
    }
}

/// Half of an instance must not be served: what is missing would look lost, and what is written would be in the way.
async fn refuse_unfinished(client: &Client) -> Result<(), StartError> {
    let mark = "SELECT FROM control.keys WHERE purpose = $1";
    for (purpose, refusal) in [
        (MOVING, StartError::UnfinishedMove),
        (RESTORING, StartError::UnfinishedRestore("the database".into())),
    ] {
        if client.query_opt(mark, &[&purpose]).await.map_err(StartError::database)?.is_some() {
            return Err(refusal);
        }
    }
    Ok(())
}

/// The first node leaves the fingerprint of its master key; others must have the same one.
async fn same_master_key(client: &Client, master: &MasterKey) -> Result<(), StartError> {
    let given = master.fingerprint();
    client
        .execute(
            "INSERT INTO control.keys (purpose, wrapped) VALUES ('master-fingerprint', $1) ON CONFLICT DO NOTHING",
            &[&given.as_bytes()],
        )
        .await
        .map_err(StartError::database)?;
    let known: Vec<u8> = read(client, FINGERPRINT).await?;
    let expected = String::from_utf8_lossy(&known).into_owned();
    if expected == given {
        return Ok(());
    }
    Err(StartError::WrongMasterKey { folder: "the database".into(), expected, given })
}

/// The first node leaves a random one; all others find it.
async fn key(client: &Client, master: &MasterKey, purpose: &str) -> Result<Key, StartError> {
    let fresh = master.wrap(purpose, &Key::random()).map_err(StartError::other)?;
    client.execute(NEW_KEY, &[&purpose, &fresh]).await.map_err(StartError::database)?;
    let wrapped = read(client, purpose).await?;
    let damaged = || StartError::DamagedKey { path: format!("control.keys/{purpose}").into() };
    master.unwrap(purpose, &wrapped).ok_or_else(damaged)
}

async fn read(client: &Client, purpose: &str) -> Result<Vec<u8>, StartError> {
    let row = client
        .query_one("SELECT wrapped FROM control.keys WHERE purpose = $1", &[&purpose])
        .await
        .map_err(StartError::database)?;
    row.try_get(0).map_err(StartError::database)
}
