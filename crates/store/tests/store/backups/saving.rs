//! An instance, where it is saved, and where it is brought back to.

use std::path::PathBuf;
use std::sync::Arc;

use age::secrecy::ExposeSecret;
use kernel::WorkspaceId;
use kernel::access::Actor;
use kernel::crypto::MasterKey;
use store::backup::{
    self, BackupError, BackupId, Certificate, Check, Identities, Manifest, Phase, Place, Plan, Progress,
    Restore, Restored, Sealing, Step,
};
use store::copy::CopyError;
use store::{ControlTx, Engine, Options, StartError, Store, TenantDoor, params};

use crate::engines::{Home, Namer};

store::statements! {
    control INDEX = "INSERT INTO workspaces (id, name, created_by, created_at) VALUES ($1, 'W', NULL, 0)";
    control ACTIONS = "SELECT action FROM audit_records WHERE workspace_id = $1 ORDER BY seq LIMIT 1000";
}

pub struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: Phase, _: Option<u64>) {}
    fn bytes(&self, _: u64) {}
    fn step(&self, _: &Step) {}
}

pub struct Saving {
    store: Option<Store>,
    /// Of the instance that is saved; its folder and database stay.
    pub options: Options,
    pub workspace: WorkspaceId,
    pub sealing: Sealing,
    pub only: Option<WorkspaceId>,
    pub to: String,
    pub keyring_to: String,
    folder: tempfile::TempDir,
    _home: (tempfile::TempDir, Option<testkit::TestDatabase>),
}

/// Where it is brought back to.
pub struct Target {
    pub options: Options,
    _folder: Option<tempfile::TempDir>,
    _database: Option<testkit::TestDatabase>,
}

impl Saving {
    /// With one workspace, which the instance knows.
    pub async fn of(home: Home) -> Self {
        let workspace = home.workspace().await.workspace();
        let folder = tempfile::tempdir().unwrap();
        let within = |name: &str| folder.path().join(name).display().to_string();
        let (to, keyring_to) = (within("saved"), within("keys"));
        let saving = Self {
            store: Some(home.store),
            options: home.options,
            workspace,
            sealing: Sealing::Keyring,
            only: None,
            to,
            keyring_to,
            folder,
            _home: (home.folder, home.database),
        };
        saving.index(workspace).await;
        saving
    }

    /// Another instance of the same kind, saved to places of its own.
    pub fn beside(other: &Self, store: Store) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let within = |name: &str| folder.path().join(name).display().to_string();
        let (to, keyring_to) = (within("saved"), within("keys"));
        Self {
            store: Some(store),
            options: other.options.clone(),
            workspace: other.workspace,
            sealing: Sealing::Keyring,
            only: None,
            to,
            keyring_to,
            folder,
            _home: (tempfile::tempdir().unwrap(), None),
        }
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    pub fn door(&self) -> TenantDoor {
        self.store().system_tenant(self.workspace, Actor::system())
    }

    /// Stops the instance; a dropped store gives up its folder a moment later.
    pub fn stop(&mut self) {
        self.store = None;
    }

    pub async fn start(&mut self) {
        self.store = Some(opened(&self.options).await);
    }

    pub async fn index(&self, id: WorkspaceId) {
        self.store()
            .control()
            .write(async move |tx: &mut ControlTx| tx.exec(&INDEX, params![id]).await.map(drop))
            .await
            .unwrap();
    }

    pub async fn create(&self) -> Result<Manifest, BackupError> {
        let plan = Plan {
            to: place(&self.to),
            keyring_to: Some(place(&self.keyring_to)),
            sealing: self.sealing.clone(),
            only: self.only,
        };
        backup::create(self.store(), &plan, Arc::new(Quiet)).await
    }

    pub async fn verify(
        &self,
        backup: Option<BackupId>,
        identities: Option<Identities>,
    ) -> Result<Certificate, BackupError> {
        let check = Check { from: place(&self.to), backup, identities };
        backup::verify(self.store(), &check, Arc::new(Quiet)).await
    }

    pub async fn restore(
        &self,
        target: &Target,
        change: impl Fn(&mut Restore),
    ) -> Result<Restored, BackupError> {
        for _ in 0..100 {
            let mut restore = Restore {
                from: place(&self.to),
                backup: None,
                identities: None,
                keyring_from: Some(place(&self.keyring_to)),
                only: None,
                replace: false,
                into: target.options.engine.clone(),
                master_key: self.options.master_key.clone(),
                receiver: Arc::new(Namer),
            };
            change(&mut restore);
            match backup::restore(restore, Arc::new(Quiet)).await {
                Err(BackupError::Copy(CopyError::Start(StartError::InUse(_)))) => {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                outcome => return outcome,
            }
        }
        panic!("the folder stays in use");
    }

    /// A data directory that is not there yet.
    pub fn files(&self) -> Target {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::Embedded { data: folder.path().join("data") };
        let options = Options::new(engine, self.options.master_key.clone());
        Target { options, _folder: Some(folder), _database: None }
    }

    /// A database in which nothing is.
    pub async fn database(&self) -> Target {
        let database = tokio::task::spawn_blocking(|| testkit::postgres().fresh_database()).await.unwrap();
        let engine = Engine::Postgres {
            serve: database.serve_url.clone(),
            migrate: Some(database.migrate_url.clone()),
        };
        let mut options = Options::new(engine, self.options.master_key.clone());
        options.connections = 8;
        Target { options, _folder: None, _database: Some(database) }
    }

    /// The instance itself, once it was stopped.
    pub fn itself(&self) -> Target {
        Target { options: self.options.clone(), _folder: None, _database: None }
    }

    /// A file as age-keygen writes it, and the recipient.
    pub fn identity(&self, name: &str) -> (PathBuf, String) {
        let identity = age::x25519::Identity::generate();
        let path = self.folder.path().join(name);
        let recipient = identity.to_public().to_string();
        let text = format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret());
        std::fs::write(&path, text).unwrap();
        (path, recipient)
    }

    /// A file of a backup.
    pub fn file(&self, backup: BackupId, name: &str) -> PathBuf {
        PathBuf::from(&self.to).join("backups").join(backup.to_string()).join(name)
    }

    pub fn other_key(&self) -> MasterKey {
        MasterKey::random()
    }
}

pub fn place(text: &str) -> Place {
    Place::parse(text).unwrap()
}

/// Opens; a dropped store gives up its folder a moment later.
pub async fn opened(options: &Options) -> Store {
    for _ in 0..100 {
        match Store::open(options.clone(), Arc::new(Namer)).await {
            Err(StartError::InUse(_)) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            store => return store.unwrap(),
        }
    }
    panic!("the folder stays in use");
}

/// What the instance's audit log says was done, in order.
pub async fn ledger(store: &Store) -> Vec<String> {
    let rows: Vec<(String,)> = store.control().all(&ACTIONS, params![uuid::Uuid::nil()]).await.unwrap();
    rows.into_iter().map(|(action,)| action).collect()
}
