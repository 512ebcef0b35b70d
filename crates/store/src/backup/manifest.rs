//! The list of what a backup holds, and the signature over it.

use std::collections::BTreeMap;

use kernel::crypto::{hex, same, unhex};
use kernel::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::error::BackupError;
use super::signing::{self, Signer};
use crate::copy::Scope;
use crate::erasure::Erasure;

kernel::id!(pub BackupId, BackupKind, "bkp");

/// The name of the instance's own part.
const INSTANCE: &str = "instance";
pub(super) const KEYRING: &str = "keyring";
const PURPOSE: &[u8] = b"trackhold.manifest.1\n";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub id: BackupId,
    /// The moment that its oldest part shows, or a little before it.
    pub made_at: Timestamp,
    pub took_ms: u64,
    /// The version that made it.
    pub version: String,
    pub schema: i64,
    /// The one workspace that it was made of.
    pub only: Option<WorkspaceId>,
    /// `keyring`, or the recipient.
    pub sealed_for: String,
    pub keyring_saved: bool,
    pub parts: Vec<Part>,
    /// Workspaces that could not be saved.
    pub failed: Vec<Failed>,
    /// Everything that was ever erased.
    pub erased: Vec<Erasure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `instance`, or a workspace's id.
    pub scope: String,
    pub file: String,
    /// Bytes of the sealed file.
    pub size: u64,
    /// Of the sealed file.
    pub sha256: String,
    pub rows: u64,
    /// Of all rows, the same on both engines.
    pub digest: String,
    /// Records of the audit chain.
    pub records: i64,
    /// The hash of the last record.
    pub head: String,
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
}

/// A workspace that is not in the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub scope: String,
    pub why: String,
}

impl Part {
    /// None for a name that nobody gives.
    pub(super) fn of(&self) -> Option<Scope> {
        match self.scope.as_str() {
            INSTANCE => Some(Scope::Instance),
            id => id.parse().ok().map(Scope::Workspace),
        }
    }

    pub(super) fn workspace(&self) -> Option<WorkspaceId> {
        self.of().and_then(Scope::workspace)
    }
}

/// As parts are named.
pub(super) fn name(scope: Scope) -> String {
    scope.workspace().map_or_else(|| INSTANCE.to_owned(), |id| id.to_string())
}

impl Manifest {
    pub(super) fn part(&self, scope: Scope) -> Option<&Part> {
        let name = name(scope);
        self.parts.iter().find(|part| part.scope == name)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.size).sum()
    }
}

/// As it lies in its place. The list is a text within, so that what was signed is what is read, byte by byte.
#[derive(Serialize, Deserialize)]
pub(super) struct Signed {
    pub(super) manifest: String,
    signature: String,
    key: String,
}

impl Signed {
    pub(super) fn make(manifest: &Manifest, signer: &Signer) -> Result<String, BackupError> {
        let unwritable = |error: serde_json::Error| BackupError::refused(error.to_string());
        let manifest = serde_json::to_string(manifest).map_err(unwritable)?;
        let signature = hex(&signer.sign(&[PURPOSE, manifest.as_bytes()].concat()));
        let signed = Self { manifest, signature, key: hex(signer.public()) };
        serde_json::to_string_pretty(&signed).map_err(unwritable)
    }

    pub(super) fn read(id: BackupId, text: &str) -> Result<Self, BackupError> {
        serde_json::from_str(text)
            .map_err(|error| BackupError::damaged(format!("the list of {id} cannot be read ({error})")))
    }

    /// The list as it was written, by whomever.
    pub(super) fn unchecked(&self, id: BackupId) -> Result<Manifest, BackupError> {
        let manifest: Manifest = serde_json::from_str(&self.manifest)
            .map_err(|error| BackupError::damaged(format!("the list of {id} cannot be read ({error})")))?;
        if manifest.id == id {
            Ok(manifest)
        } else {
            Err(BackupError::damaged(format!("{id} has the list of another")))
        }
    }

    /// Whether it says that this key signed it.
    pub(super) fn is_by(&self, public: &[u8; 32]) -> bool {
        same(&unhex(&self.key).unwrap_or_default(), public)
    }

    /// The list, if this key signed it: nothing else of a backup says who made it.
    pub(super) fn manifest(&self, id: BackupId, public: &[u8; 32]) -> Result<Manifest, BackupError> {
        if !self.is_by(public) {
            return Err(BackupError::refused(format!(
                "{id} is signed by another instance's key; use the keyring that was saved with it"
            )));
        }
        let signature = unhex(&self.signature).unwrap_or_default();
        if !signing::holds(public, &[PURPOSE, self.manifest.as_bytes()].concat(), &signature) {
            return Err(BackupError::damaged(format!("the list of {id} is not what was signed")));
        }
        self.unchecked(id)
    }
}
