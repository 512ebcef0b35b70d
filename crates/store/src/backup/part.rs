//! Saving one scope: read, checked before it is sealed, sent, and read back.

use std::sync::Arc;

use age::x25519::Recipient;
use kernel::WorkspaceId;

use super::error::BackupError;
use super::keys::{Keys, purpose};
use super::manifest::{self, BackupId, Part};
use super::objects::Objects;
use super::progress::{Phase, Progress, Step};
use super::room::{Passage, Room};
use super::{check, export, transfer};
use crate::copy::Scope;
use crate::store::{Running, Store};

pub(super) struct Saving<'a> {
    pub(super) store: &'a Store,
    pub(super) keys: &'a Keys,
    pub(super) to: &'a Objects,
    pub(super) recipient: Recipient,
    pub(super) room: &'a Room,
    pub(super) id: BackupId,
    pub(super) only: Option<WorkspaceId>,
    pub(super) progress: &'a Arc<dyn Progress>,
}

impl Saving<'_> {
    pub(super) async fn part(&self, scope: Scope) -> Result<Part, BackupError> {
        let name = manifest::name(scope);
        let key = match self.store.engine() {
            Running::Embedded(_) => self.keys.scope(scope).await?,
            // One that an earlier version made has none yet.
            Running::Postgres(_) => self.keys.read_or_create(&purpose(scope)).await?,
        };
        let file = Passage(self.room.file(&format!("{name}.db")));
        self.progress.begin(Phase::Reading, None);
        match (scope, self.only) {
            (Scope::Instance, Some(only)) => {
                export::export_row(self.store, only, &key, file.0.clone()).await?
            }
            _ => export::export(self.store, scope, &key, file.0.clone(), self.progress).await?,
        }
        let path = file.0.clone();
        let found = tokio::task::spawn_blocking(move || check::inspect(&path, &key, scope)).await??;
        let sealed = format!("{name}.age");
        let at = Objects::in_backup(self.id, &sealed);
        self.progress.begin(Phase::Sealing, None);
        let passed = transfer::send(file.0.clone(), self.recipient.clone(), self.to, &at).await?;
        drop(file);
        self.progress.begin(Phase::Checking, Some(passed.size));
        let check::Found { rows, digest, records, head, tables } = found;
        let part = Part {
            scope: name,
            file: sealed,
            size: passed.size,
            sha256: passed.sha256,
            rows,
            digest,
            records,
            head,
            tables,
        };
        transfer::same(&part, &transfer::read(self.to, &at, self.progress).await?)?;
        let (scope, bytes) = (part.scope.clone(), part.size);
        self.progress.step(&Step::Part { scope, rows, bytes });
        Ok(part)
    }
}
