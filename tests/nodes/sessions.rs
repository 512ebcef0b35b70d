//! Sessions put where they are kept: the nodes read them there at each request.

use std::sync::Arc;

use kernel::crypto::{MasterKey, hex, random, sha256};
use kernel::{SessionId, Timestamp, UserId, WorkspaceId};
use store::{Engine, Message, Options, Receive, Store, TenantTx};

use crate::cluster::Cluster;
use crate::people::Person;

store::statements! {
    control INSERT = "INSERT INTO sessions (id, token_hash, user_id, workspace_id, created_at, last_seen_at, expires_at, sudo_until)
        VALUES ($1, $2, $3, $4, $5, $5, $6, $6)";
}

/// Of a store that is open beside the nodes and has nothing to receive.
pub struct Nobody;

impl Receive for Nobody {
    fn receive<'a>(
        &'a self,
        _: &'a mut TenantTx,
        message: Message,
    ) -> std::pin::Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> {
        Box::pin(async move { Err(kernel::Error::internal(format!("a node left {}", message.kind))) })
    }
}

impl<const N: usize> Cluster<N> {
    /// `M` more sessions of this person, each of which has just given its password; their tokens.
    pub fn mint<const M: usize>(&self, person: &Person) -> [String; M] {
        let tokens: [String; M] = std::array::from_fn(|_| token());
        let hashes: Vec<Vec<u8>> = tokens.iter().map(|token| sha256(&[token.as_bytes()]).to_vec()).collect();
        let user: UserId = person.id.parse().expect("a user's id");
        let workspace: WorkspaceId = person.workspace.parse().expect("a workspace's id");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let engine = Engine::Postgres { serve: self.database().serve_url.clone(), migrate: None };
            let key = MasterKey::from_hex(&self.master_key).unwrap();
            let store = Store::open(Options::new(engine, key), Arc::new(Nobody)).await.unwrap();
            let door = store.control();
            let writing = door.write(async move |tx| {
                let now = tx.now();
                let later = Timestamp::from_micros(now.micros() + 3_600_000_000);
                for hash in hashes {
                    let id: SessionId = tx.new_id();
                    tx.exec(&INSERT, store::params![id, &hash, user, workspace, now, later]).await?;
                }
                Ok(())
            });
            writing.await.unwrap();
        });
        tokens
    }
}

/// As long as the server's own tokens are, and as hard to guess.
fn token() -> String {
    let mut text = hex(&random::<22>());
    text.truncate(43);
    text
}
