//! An open instance: the store, and who may come in. What serves and what only answers one command
//! open it the same way.

use std::sync::Arc;

use identity::Identity;
use store::{Engine, Options, Store};
use web::PublicUrl;

use crate::admin::Operations;
use crate::backups::Backups;
use crate::config::Config;
use crate::failure::Failure;
use crate::master_key::{Held, Source};

pub struct Instance {
    pub store: Store,
    pub identity: Arc<Identity>,
    pub public_url: PublicUrl,
    pub backups: Arc<Backups>,
    config: Arc<Config>,
    key: Source,
}

/// Which engine the settings choose.
pub fn engine(config: &Config) -> Engine {
    match &config.database {
        None => Engine::Embedded { data: config.data.clone() },
        Some(database) => Engine::Postgres {
            serve: database.serve.expose().to_owned(),
            migrate: database.migrate.as_ref().map(|url| url.expose().to_owned()),
        },
    }
}

impl Instance {
    /// Opens the store and migrates it. `port` is where this process listens, for the address of
    /// those who configured none.
    pub async fn open(config: &Config, held: &Held, port: u16) -> Result<Self, Failure> {
        let public_url = match &config.public_url {
            Some(url) => url.clone(),
            None => PublicUrl::parse(&format!("http://localhost:{port}")).map_err(Failure::other)?,
        };
        let mut options = Options::new(engine(config), held.key.clone());
        options.open_workspaces = config.open_workspaces;
        options.connections = config.connections;
        let store = Store::open(options, Arc::new(identity::Inbox)).await?;
        let settings = identity::Settings {
            registration: config.registration,
            public_url: public_url.origin().to_owned(),
            key: held.notice(),
        };
        let identity = Identity::new(store.clone(), settings).map_err(Failure::other)?;
        Ok(Self {
            identity: Arc::new(identity),
            public_url,
            backups: Arc::new(Backups::new(store.clone(), config.backup.clone(), config.data.clone())),
            config: Arc::new(config.clone()),
            key: held.source.clone(),
            store,
        })
    }

    pub fn operations(&self) -> Operations {
        Operations {
            store: self.store.clone(),
            identity: self.identity.clone(),
            backups: self.backups.clone(),
            config: self.config.clone(),
            key: self.key.clone(),
            shown: None,
        }
    }
}
