//! Where backups go, for whom they are sealed, and how long they stay.

use std::path::Path;

use super::keys;
use super::layers::Layer;
use super::place::{ConfigError, Place};
use super::value;

const KEEP_DAYS: u32 = 30;

/// Places are texts here: only who uses one needs what it takes, such as the keys of a bucket.
#[derive(Debug, Clone)]
pub struct Backup {
    /// None where the daily one is off.
    pub to: Option<String>,
    pub keyring_to: Option<String>,
    /// An age recipient; none means sealed for the keyring.
    pub recipient: Option<String>,
    pub keep_days: u32,
}

impl Backup {
    pub(super) fn understand(given: &Layer, data: &Path) -> Result<Self, ConfigError> {
        let to = match given.read(keys::BACKUP_TO, value::place_or_off)? {
            Some(to) => to,
            None => Some(default_place(data)?),
        };
        Ok(Self {
            to,
            keyring_to: given.read(keys::BACKUP_KEYRING_TO, value::place_or_off)?.flatten(),
            recipient: given.read(keys::BACKUP_RECIPIENT, value::recipient)?,
            keep_days: given.read(keys::BACKUP_KEEP_DAYS, value::days)?.unwrap_or(KEEP_DAYS),
        })
    }
}

fn default_place(data: &Path) -> Result<String, ConfigError> {
    let problem = |problem: String| ConfigError::at(&Place::Default(keys::BACKUP_TO.name), problem);
    let folder = data.join("backups");
    value::place(folder.to_str().unwrap_or_default()).map_err(problem)
}
