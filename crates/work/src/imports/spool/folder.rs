//! The folder `spool` of the data directory.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use kernel::{Timestamp, WorkspaceId};

use super::{Spool, SpoolId, SpoolWriter, Ticket};

/// Uploads that wait, each in a file named after its workspace and itself.
#[derive(Debug, Clone)]
pub(in super::super) struct Spools {
    folder: PathBuf,
}

impl Spools {
    /// Makes the folder if need be, for its owner alone.
    pub fn open(data: &Path) -> io::Result<Self> {
        let folder = data.join("spool");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self { folder })
    }

    pub fn create(&self, workspace: WorkspaceId, now: Timestamp) -> io::Result<SpoolWriter> {
        let id = SpoolId::new(now);
        SpoolWriter::create(self.path(workspace, id), id)
    }

    /// The upload behind a ticket.
    pub fn find(&self, workspace: WorkspaceId, ticket: Ticket) -> io::Result<Spool> {
        Spool::open(self.path(workspace, ticket.id), ticket)
    }

    /// Whether it is there, whole or not.
    pub fn has(&self, workspace: WorkspaceId, id: SpoolId) -> bool {
        self.path(workspace, id).exists()
    }

    /// One that is gone already is fine.
    pub fn remove(&self, workspace: WorkspaceId, id: SpoolId) {
        let path = self.path(workspace, id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, path = %path.display(), "an upload could not be removed");
            }
            _ => {}
        }
    }

    /// All that is there, whose ever it is.
    pub fn list(&self) -> io::Result<Vec<(WorkspaceId, SpoolId)>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let parsed = name.to_str().and_then(|name| name.split_once('.'));
            if let Some((Ok(workspace), Ok(id))) = parsed.map(|(a, b)| (a.parse(), b.parse())) {
                found.push((workspace, id));
            }
        }
        Ok(found)
    }

    fn path(&self, workspace: WorkspaceId, id: SpoolId) -> PathBuf {
        self.folder.join(format!("{workspace}.{id}"))
    }
}
