//! A place that was opened: what lies in it and under which names.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientConfigKey, Error, GetResult, ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::error::BackupError;
use super::manifest::BackupId;
use super::place::{Kind, Place};
use crate::keyring::make_folder;

const BACKUPS: &str = "backups";
const KEYRINGS: &str = "keyrings";
const ERASED: &str = "erased";
const LIST: &str = "manifest.json";
const CERTIFICATE: &str = "certificate.json";
/// A list of parts is a few hundred bytes a workspace: whatever is larger is something else.
const MOST_TEXT: u64 = 256 << 20;
/// The least and the most that an upload keeps in memory, twice; the most parts that S3 takes are 10,000.
const CHUNK: u64 = 8 << 20;
const MOST_CHUNKS: u64 = 9_000;

#[derive(Clone)]
pub(super) struct Objects {
    store: Arc<dyn ObjectStore>,
    name: String,
    folder: Option<PathBuf>,
}

impl Objects {
    /// To write into; a directory is made.
    pub(super) fn make(place: &Place) -> Result<Self, BackupError> {
        if let Kind::Folder(path) = place.kind() {
            make_folder(path)?;
        }
        Self::open(place)
    }

    /// To read from.
    pub(super) fn open(place: &Place) -> Result<Self, BackupError> {
        let name = place.name().to_owned();
        let failed = |error: Error| failure(&name, &error);
        match place.kind() {
            Kind::Folder(path) => {
                if !path.is_dir() {
                    return Err(BackupError::refused(format!("there is no directory {}", path.display())));
                }
                let store = LocalFileSystem::new_with_prefix(path).map_err(failed)?.with_fsync(true);
                Ok(Self { store: Arc::new(store), folder: Some(path.clone()), name })
            }
            Kind::Bucket { bucket, prefix } => {
                // A part of gigabytes is one request: not its length but its silence says that it failed.
                let store = AmazonS3Builder::from_env()
                    .with_bucket_name(bucket)
                    .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "1 day")
                    .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ReadTimeout), "60 seconds")
                    .build()
                    .map_err(failed)?;
                let store: Arc<dyn ObjectStore> = match prefix.as_str() {
                    "" => Arc::new(store),
                    prefix => Arc::new(PrefixStore::new(store, prefix)),
                };
                Ok(Self { store, folder: None, name })
            }
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn keyring(id: BackupId) -> Path {
        Path::from_iter([KEYRINGS.to_owned(), format!("{id}.json")])
    }

    pub(super) fn tombstone(id: Uuid) -> Path {
        Path::from_iter([ERASED.to_owned(), format!("{id}.json")])
    }

    pub(super) fn list_of(id: BackupId) -> Path {
        Self::in_backup(id, LIST)
    }

    pub(super) fn certificate_of(id: BackupId) -> Path {
        Self::in_backup(id, CERTIFICATE)
    }

    pub(super) fn in_backup(id: BackupId, file: &str) -> Path {
        Path::from_iter([BACKUPS, id.to_string().as_str(), file])
    }

    fn said(&self, error: &Error) -> BackupError {
        failure(&self.name, error)
    }

    pub(super) async fn put(&self, at: &Path, text: String) -> Result<(), BackupError> {
        self.store.put(at, text.into()).await.map(drop).map_err(|error| self.said(&error))
    }

    /// A text that has to be there.
    pub(super) async fn text(&self, at: &Path) -> Result<String, BackupError> {
        let missing = || BackupError::refused(format!("there is no {at} in {}", self.name));
        self.find_text(at).await?.ok_or_else(missing)
    }

    pub(super) async fn find_text(&self, at: &Path) -> Result<Option<String>, BackupError> {
        let found = match self.store.get(at).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(|error| self.said(&error))?,
        };
        if found.meta.size > MOST_TEXT {
            return Err(BackupError::damaged(format!("{at} is too large")));
        }
        let bytes = found.bytes().await.map_err(|error| self.said(&error))?;
        // What is no text is found out where it is read.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    pub(super) async fn get(&self, at: &Path) -> Result<GetResult, BackupError> {
        match self.store.get(at).await {
            Err(Error::NotFound { .. }) => Err(BackupError::damaged(format!("{at} is missing"))),
            found => found.map_err(|error| self.said(&error)),
        }
    }

    /// Writes a file of about this size in pieces.
    pub(super) fn writer(&self, at: &Path, size: u64) -> BufWriter {
        let chunk = usize::try_from(CHUNK.max(size / MOST_CHUNKS)).unwrap_or(usize::MAX);
        BufWriter::with_capacity(self.store.clone(), at.clone(), chunk).with_max_concurrency(2)
    }

    /// What became of a writer.
    pub(super) fn written(&self, outcome: Result<(), Error>) -> Result<(), BackupError> {
        outcome.map_err(|error| self.said(&error))
    }

    /// Every backup, finished or not, the newest last.
    pub(super) async fn backups(&self) -> Result<Vec<BackupId>, BackupError> {
        let listed = self.store.list_with_delimiter(Some(&Path::from(BACKUPS))).await;
        let listed = listed.map_err(|error| self.said(&error))?;
        let ids = listed.common_prefixes.iter().filter_map(|path| path.filename()?.parse().ok());
        let mut ids: Vec<BackupId> = ids.collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// Every saved keyring, the newest last.
    pub(super) async fn keyrings(&self) -> Result<Vec<BackupId>, BackupError> {
        self.named(KEYRINGS).await
    }

    /// Whatever there is a note of that it was erased.
    pub(super) async fn tombstones(&self) -> Result<Vec<Uuid>, BackupError> {
        self.named(ERASED).await
    }

    /// The ids of the texts of a folder, in their order.
    async fn named<T: FromStr + Ord>(&self, folder: &str) -> Result<Vec<T>, BackupError> {
        let listed = self.store.list_with_delimiter(Some(&Path::from(folder))).await;
        let listed = listed.map_err(|error| self.said(&error))?;
        let id = |path: &Path| path.filename()?.strip_suffix(".json")?.parse().ok();
        let mut ids: Vec<T> = listed.objects.iter().filter_map(|object| id(&object.location)).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    pub(super) async fn delete(&self, at: &Path) -> Result<(), BackupError> {
        match self.store.delete(at).await {
            Err(Error::NotFound { .. }) => Ok(()),
            done => done.map_err(|error| self.said(&error)),
        }
    }

    /// Deletes a backup, its list first: half of it is no backup, and goes with what is unfinished.
    pub(super) async fn delete_backup(&self, id: BackupId) -> Result<(), BackupError> {
        self.delete(&Self::list_of(id)).await?;
        if let Some(folder) = &self.folder {
            // With what an upload left that was killed, which is no object yet.
            let path = folder.join(BACKUPS).join(id.to_string());
            return Ok(tokio::task::spawn_blocking(move || std::fs::remove_dir_all(path)).await??);
        }
        let within = Path::from_iter([BACKUPS, id.to_string().as_str()]);
        let files: Result<Vec<_>, Error> = self.store.list(Some(&within)).try_collect().await;
        for file in files.map_err(|error| self.said(&error))? {
            self.delete(&file.location).await?;
        }
        Ok(())
    }
}

fn failure(place: &str, error: &Error) -> BackupError {
    BackupError::Place { place: place.to_owned(), cause: error.to_string() }
}
