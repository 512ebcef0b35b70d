//! Saving an instance and bringing it back. A backup is one sealed file a scope, each of one moment, read while
//! writing goes on, and a signed list of them that is written last: what has no list is no backup.
//!
//! A scope is saved as an encrypted file of the embedded engine, whichever engine it is on, and so can be brought
//! back into either. The keys are never in a backup: they are saved to a place of their own.

mod alone;
mod certificate;
mod check;
mod create;
mod error;
mod export;
mod keyring;
mod keys;
mod list;
mod manifest;
mod objects;
mod ours;
mod part;
mod place;
mod progress;
mod prune;
mod restore;
mod room;
mod sealing;
mod signing;
mod streams;
mod tombstones;
mod transfer;
mod verify;

pub use alone::{Alone, alone};
pub use certificate::Certificate;
pub use create::{Plan, create};
pub use error::BackupError;
pub use list::{Listed, list, whole};
pub use manifest::{BackupId, BackupKind, Failed, Manifest, Part};
pub use ours::Ours;
pub use place::Place;
pub use progress::{Phase, Progress, Step};
pub use prune::prune;
pub use restore::{Restore, Restored, restore};
pub use sealing::{Identities, Sealing};
pub use tombstones::note_erasures;
pub use verify::{Check, verify};

pub use crate::erasure::Erasure;
