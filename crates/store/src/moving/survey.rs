//! What the source holds: every row is read, every chain checked, before anything is written anywhere.

use std::sync::Arc;
use std::time::Instant;

use kernel::WorkspaceId;
use kernel::crypto::{hex, sha256};

use super::report::{Report, Watch};
use super::source::Source;
use crate::copy::{CopyError, File, Inspection, Schema, Scope};

/// One file.
pub(super) struct Found {
    pub(super) scope: Scope,
    pub(super) schema: Arc<Schema>,
    pub(super) inspection: Inspection,
}

pub(super) struct Survey {
    pub(super) instance: Found,
    pub(super) workspaces: Vec<Found>,
}

impl Survey {
    /// Blocks for as long as reading everything takes.
    pub(super) fn make(source: &Source, watch: &dyn Watch) -> Result<Self, CopyError> {
        let control = source.file(Scope::Instance)?;
        let ids = source.workspaces(&control)?;
        let instance = found(&control, Scope::Instance, None, watch)?;
        drop(control);
        let mut workspaces: Vec<Found> = Vec::with_capacity(ids.len());
        for id in ids {
            let scope = Scope::Workspace(id);
            let last = workspaces.last().map(|found| found.schema.clone());
            workspaces.push(found(&source.file(scope)?, scope, last, watch)?);
        }
        Ok(Self { instance, workspaces })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Found> {
        self.workspaces.iter().chain([&self.instance])
    }

    pub(super) fn ids(&self) -> Vec<WorkspaceId> {
        self.workspaces.iter().filter_map(|found| found.scope.workspace()).collect()
    }

    pub(super) fn rows(&self) -> u64 {
        self.all().map(|found| found.inspection.digest.rows()).sum()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.all().map(|found| found.inspection.bytes).sum()
    }

    pub(super) fn report(&self, begun: Instant, moved: bool) -> Report {
        let digests: String = self.all().map(|found| found.inspection.digest.text()).collect();
        Report {
            moved,
            workspaces: self.workspaces.len(),
            rows: self.rows(),
            bytes: self.bytes(),
            seconds: begun.elapsed().as_secs_f64(),
            sha256: hex(&sha256(&[digests.as_bytes()])),
        }
    }
}

/// Reads a file; its schema is kept once where it is the same as the `last` one's.
fn found(
    file: &File,
    scope: Scope,
    last: Option<Arc<Schema>>,
    watch: &dyn Watch,
) -> Result<Found, CopyError> {
    let own = file.schema()?;
    let schema = last.filter(|last| **last == own).unwrap_or_else(|| Arc::new(own));
    let inspection = file.inspect(&schema, |rows| watch.rows(rows))?;
    if let Err(broken) = &inspection.chain {
        return Err(CopyError::refused(format!(
            "the audit chain of {scope} is broken ({broken}); bring it back from a backup that \
             `trackhold audit verify` finds whole. Nothing was moved."
        )));
    }
    if let Some(column) = &inspection.unfit {
        return Err(CopyError::refused(format!(
            "{column} of {scope} holds a NUL character, which PostgreSQL cannot; change that text first. \
             Nothing was moved."
        )));
    }
    Ok(Found { scope, schema, inspection })
}
