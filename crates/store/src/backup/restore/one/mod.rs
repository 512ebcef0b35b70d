//! One workspace, into an instance that is there.

mod database;
mod files;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use kernel::WorkspaceId;
use kernel::crypto::Key;
use uuid::Uuid;

use self::database::Served;
use self::files::Folder;
use super::amend::{self, IndexRow};
use super::source::Source;
use super::{Restore, Restored, after};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::progress::Progress;
use crate::backup::room::Passage;
use crate::copy::Scope;
use crate::start::Engine;

/// How a workspace stands in the instance.
struct Standing {
    is_there: bool,
    is_indexed: bool,
    is_erased: bool,
    /// The number of its newest event, as far as that can be read.
    events: i64,
}

/// A workspace that was brought back and checked.
struct Brought {
    id: WorkspaceId,
    path: PathBuf,
    key: Key,
    /// Where the instance does not know it any more.
    row: Option<IndexRow>,
    /// The accounts of its active members, with when they joined.
    members: Vec<(Uuid, i64)>,
}

pub(super) async fn restore(
    restore: &Restore,
    id: WorkspaceId,
    progress: &Arc<dyn Progress>,
) -> Result<Restored, BackupError> {
    let begun = Instant::now();
    let mut target = Target::open(restore).await?;
    let source = Source::open(restore, Some(target.keys().await?), progress).await?;
    let standing = target.standing(id).await?;
    if standing.is_erased || source.erased_at(id).is_some() {
        return Err(erased(id));
    }
    if standing.is_there && !restore.replace {
        return Err(BackupError::refused(format!(
            "{id} is there; bring it back over what is there by --replace"
        )));
    }
    let scope = Scope::Workspace(id);
    let part = source.part(scope)?;
    source.begin(&[part]);
    let path = target.room(&format!("{id}.db"));
    let key = source.fetch(part, scope, &path).await?;
    let (file, own, known) = (path.clone(), key.clone(), standing.events);
    let amending = move || amend::workspace(&file, &own, id, known);
    let members = tokio::task::spawn_blocking(amending).await??;
    let row = if standing.is_indexed { None } else { Some(index_row(&source, &target, id).await?) };
    target.put(Brought { id, path, key, row, members }, standing.is_there).await?;
    drop(target);
    after::one(restore, &source.manifest, id).await?;
    Ok(source.restored(&[part], begun.elapsed().as_secs_f64(), 0))
}

fn erased(id: WorkspaceId) -> BackupError {
    BackupError::refused(format!("{id} was erased, and is not brought back"))
}

/// The name of a workspace is kept by the instance.
async fn index_row(source: &Source, target: &Target, id: WorkspaceId) -> Result<IndexRow, BackupError> {
    let part = source.part(Scope::Instance)?;
    let file = Passage(target.room("instance.db"));
    let key = source.fetch(part, Scope::Instance, &file.0).await?;
    let path = file.0.clone();
    tokio::task::spawn_blocking(move || amend::index_row(&path, &key, id)).await?
}

enum Target {
    Files(Folder),
    Database(Box<Served>),
}

impl Target {
    async fn open(restore: &Restore) -> Result<Self, BackupError> {
        match &restore.into {
            Engine::Embedded { data } => Folder::open(data, &restore.master_key).map(Self::Files),
            Engine::Postgres { serve, migrate } => {
                let served = Served::open(serve, migrate.as_deref(), &restore.master_key).await?;
                Ok(Self::Database(Box::new(served)))
            }
        }
    }

    async fn keys(&self) -> Result<Keys, BackupError> {
        match self {
            Self::Files(folder) => Ok(folder.keys()),
            Self::Database(served) => served.keys().await,
        }
    }

    async fn standing(&mut self, id: WorkspaceId) -> Result<Standing, BackupError> {
        match self {
            Self::Files(folder) => folder.standing(id),
            Self::Database(served) => served.standing(id).await,
        }
    }

    fn room(&self, name: &str) -> PathBuf {
        match self {
            Self::Files(folder) => folder.room(name),
            Self::Database(served) => served.room(name),
        }
    }

    async fn put(&mut self, brought: Brought, is_there: bool) -> Result<(), BackupError> {
        match self {
            Self::Files(folder) => folder.put(&brought),
            Self::Database(served) => served.put(brought, is_there).await,
        }
    }
}
