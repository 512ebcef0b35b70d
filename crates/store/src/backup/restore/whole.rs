//! The whole instance, into an empty home.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use kernel::WorkspaceId;
use kernel::crypto::Key;

use super::blank::Blank;
use super::empty::Empty;
use super::source::Source;
use super::{Restore, Restored, after, amend};
use crate::backup::error::BackupError;
use crate::backup::keys::Keys;
use crate::backup::manifest::Part;
use crate::backup::progress::Progress;
use crate::copy::Scope;
use crate::start::Engine;

pub(super) async fn restore(
    restore: &Restore,
    progress: &Arc<dyn Progress>,
) -> Result<Restored, BackupError> {
    let begun = Instant::now();
    let mut target = Target::look(restore).await?;
    let source = Source::open(restore, target.keys()?, progress).await?;
    let manifest = &source.manifest;
    if let Some(only) = manifest.only {
        return Err(BackupError::refused(format!(
            "{} holds the workspace {only} alone; name that workspace, to bring it back into an instance that is there",
            manifest.id
        )));
    }
    let (mut parts, mut erased, mut there) = (Vec::new(), Vec::new(), BTreeSet::new());
    for part in &manifest.parts {
        match part.workspace() {
            Some(id) if source.erased_at(id).is_some() => {
                source.left_out(part);
                erased.push(id);
            }
            Some(id) => {
                parts.push(part);
                there.insert(id);
            }
            None => {}
        }
    }
    let instance = source.part(Scope::Instance)?;
    parts.push(instance);
    source.begin(&parts);
    target.begin().await?;
    for part in &parts {
        bring(&source, part, &there, &mut target).await?;
    }
    let keys = source.keys.wrapped().await?.into_iter();
    let keys = keys.filter(|(name, _)| !is_of_an_erased(name, &source)).collect();
    target.finish(keys, source.erased_workspaces()).await?;
    after::whole(restore, manifest, &there, &erased).await?;
    Ok(source.restored(&parts, begun.elapsed().as_secs_f64(), erased.len()))
}

fn is_of_an_erased(name: &str, source: &Source) -> bool {
    name.parse().is_ok_and(|id| source.erased_at(id).is_some())
}

async fn bring(
    source: &Source,
    part: &Part,
    there: &BTreeSet<WorkspaceId>,
    target: &mut Target,
) -> Result<(), BackupError> {
    let scope =
        part.of().ok_or_else(|| BackupError::damaged(format!("nobody knows what {} is", part.scope)))?;
    let path = target.room(&format!("{}.db", part.scope));
    let key = source.fetch(part, scope, &path).await?;
    let (file, own, there) = (path.clone(), key.clone(), there.clone());
    let erased = source.erased.clone();
    let amending = move || match scope {
        Scope::Instance => amend::instance(&file, &own, &there, erased.values()),
        Scope::Workspace(id) => amend::workspace(&file, &own, id, 0).map(drop),
    };
    tokio::task::spawn_blocking(amending).await??;
    target.take(scope, path, key).await
}

/// An empty folder, or a database in which nothing is.
enum Target {
    Files(Empty),
    Database(Box<Blank>),
}

impl Target {
    /// Refuses what is not empty; changes nothing.
    async fn look(restore: &Restore) -> Result<Self, BackupError> {
        match &restore.into {
            Engine::Embedded { data } => Empty::look(data, &restore.master_key).map(Self::Files),
            Engine::Postgres { serve, migrate } => {
                let blank = Blank::look(serve, migrate.as_deref(), &restore.master_key).await?;
                Ok(Self::Database(Box::new(blank)))
            }
        }
    }

    /// A keyring that was put there before.
    fn keys(&self) -> Result<Option<Keys>, BackupError> {
        match self {
            Self::Files(folder) => folder.keys(),
            Self::Database(_) => Ok(None),
        }
    }

    /// From here on no server starts there, until all of it is.
    async fn begin(&mut self) -> Result<(), BackupError> {
        match self {
            Self::Files(folder) => folder.begin(),
            Self::Database(blank) => blank.begin().await,
        }
    }

    fn room(&self, name: &str) -> PathBuf {
        match self {
            Self::Files(folder) => folder.room(name),
            Self::Database(blank) => blank.room(name),
        }
    }

    async fn take(&mut self, scope: Scope, path: PathBuf, key: Key) -> Result<(), BackupError> {
        match self {
            Self::Files(folder) => {
                folder.take(scope, path);
                Ok(())
            }
            Self::Database(blank) => blank.take(scope, path, key).await,
        }
    }

    /// Consumes it: a folder's lock is free again behind it.
    async fn finish(self, keys: Vec<(String, Vec<u8>)>, erased: Vec<WorkspaceId>) -> Result<(), BackupError> {
        match self {
            Self::Files(folder) => tokio::task::spawn_blocking(move || folder.finish(&keys, &erased)).await?,
            Self::Database(blank) => blank.finish(&keys).await,
        }
    }
}
