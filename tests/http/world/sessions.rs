//! Sessions put where they are kept, while the server is stopped: signing in costs a password's hash each
//! time, and no client can make an hour pass.

use std::sync::Arc;

use kernel::crypto::{MasterKey, sha256};
use kernel::{SessionId, Timestamp, UserId, WorkspaceId};
use store::{Engine, Message, Options, Receive, Store, TenantTx};

use super::World;

store::statements! {
    control INSERT = "INSERT INTO sessions (id, token_hash, user_id, workspace_id, created_at, last_seen_at, expires_at, sudo_until)
        VALUES ($1, $2, $3, $4, $5, $5, $6, $7)";
}

/// How a session is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// The password was given just now.
    Fresh,
    /// It was given an hour ago.
    Stale,
    /// It ended an hour ago.
    Expired,
}

pub struct Wanted {
    pub user: String,
    pub workspace: String,
    pub age: Age,
}

struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(
        &'a self,
        _: &'a mut TenantTx,
        message: Message,
    ) -> std::pin::Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> {
        Box::pin(
            async move { Err(kernel::Error::internal(format!("a stopped server left {}", message.kind))) },
        )
    }
}

impl World {
    /// Stops the server, makes these sessions, and starts it again; gives their tokens.
    pub fn mint(&mut self, wanted: &[Wanted]) -> Vec<String> {
        assert_eq!(self.instance.stop(), Some(0), "it stops as asked:\n{}", self.instance.terminal());
        self.remember_terminal();
        let tokens: Vec<String> = wanted.iter().map(|_| token()).collect();
        let rows: Vec<_> = wanted.iter().zip(&tokens).map(|(wanted, token)| row(wanted, token)).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let engine = match self.instance.database() {
                Some(database) => Engine::Postgres { serve: database.serve_url.clone(), migrate: None },
                None => Engine::Embedded { data: self.instance.data().to_owned() },
            };
            let key = MasterKey::from_hex(&self.master_key).unwrap();
            let store = Store::open(Options::new(engine, key), Arc::new(Nobody)).await.unwrap();
            let door = store.control();
            let writing = door.write(async move |tx| {
                for Row { hash, user, workspace, created, expires, sudo } in rows {
                    let id: SessionId = tx.new_id();
                    tx.exec(&INSERT, store::params![id, &hash, user, workspace, created, expires, sudo])
                        .await?;
                }
                Ok(())
            });
            writing.await.unwrap();
        });
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        self.instance.restart();
        for token in &tokens {
            self.vault.add_token("a session", token);
        }
        tokens
    }
}

struct Row {
    hash: Vec<u8>,
    user: UserId,
    workspace: WorkspaceId,
    created: Timestamp,
    expires: Timestamp,
    sudo: Timestamp,
}

fn row(wanted: &Wanted, token: &str) -> Row {
    let now = kernel::Clock::system().now().micros();
    let hours = |hours: i64| Timestamp::from_micros(now + hours * 3_600_000_000);
    Row {
        hash: sha256(&[token.as_bytes()]).to_vec(),
        user: wanted.user.parse().expect("a user's id"),
        workspace: wanted.workspace.parse().expect("a workspace's id"),
        created: hours(-2),
        expires: hours(if wanted.age == Age::Expired { -1 } else { 240 }),
        sudo: hours(if wanted.age == Age::Fresh { 1 } else { -1 }),
    }
}

/// In the form that the server's own have.
fn token() -> String {
    super::vault::base64url(&kernel::crypto::random::<32>())
}
