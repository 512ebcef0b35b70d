//! From what was asked for and what the settings say to places and keys that can be used.

use std::path::{Path, PathBuf};

use kernel::WorkspaceId;
use serde::{Deserialize, Serialize};
use store::backup::{Place, Plan, Sealing};

use crate::config::Backup;
use crate::failure::Failure;

/// A backup as somebody asks for it; what is left out stands in the settings.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub to: Option<String>,
    pub keyring_to: Option<String>,
    pub recipient: Option<String>,
    pub workspace: Option<WorkspaceId>,
}

pub fn plan(wanted: Wanted, settings: &Backup) -> Result<Plan, Failure> {
    let nowhere =
        || Failure::Use("say where to by --to DIR or --to s3://BUCKET/PREFIX: backup_to is off".into());
    let to = parse(&wanted.to.or_else(|| settings.to.clone()).ok_or_else(nowhere)?)?;
    let keyring_to = wanted.keyring_to.or_else(|| settings.keyring_to.clone());
    let keyring_to = keyring_to.map(|place| parse(&place)).transpose()?;
    if keyring_to.as_ref().is_some_and(|place| place.overlaps(&to)) {
        return Err(Failure::Use(format!(
            "the keyring would lie beside the backups in {}, and whoever takes them would take their keys too; name \
             another place in --keyring-to (backup_keyring_to), best on another machine",
            to.name()
        )));
    }
    let sealing = match wanted.recipient.or_else(|| settings.recipient.clone()) {
        Some(recipient) => Sealing::recipient(&recipient).map_err(wrong)?,
        None => Sealing::Keyring,
    };
    Ok(Plan { to, keyring_to, sealing, only: wanted.workspace })
}

/// Where backups are taken from.
pub fn source(from: Option<String>, settings: &Backup) -> Result<Place, Failure> {
    let from = from.or_else(|| settings.to.clone()).ok_or_else(|| nowhere("--from"))?;
    if let Some(directory) = directory(&from).filter(|directory| !directory.is_dir()) {
        return Err(Failure::Other(format!(
            "there are no backups in {}: it is not a directory; name another by --from",
            directory.display()
        )));
    }
    parse(&from)
}

pub fn parse(place: &str) -> Result<Place, Failure> {
    Place::parse(place).map_err(wrong)
}

fn nowhere(flag: &str) -> Failure {
    Failure::Use(format!("name a place by {flag} DIR or {flag} s3://BUCKET/PREFIX: backup_to is off"))
}

fn wrong(error: store::backup::BackupError) -> Failure {
    Failure::Use(error.to_string())
}

/// The path of a place, where it is a directory.
pub fn directory(place: &str) -> Option<PathBuf> {
    let path = match place.split_once("://") {
        None => place,
        Some(("file", path)) => path,
        Some(_) => return None,
    };
    Some(Path::new(path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Backup {
        Backup { to: Some("/b/data".into()), keyring_to: None, recipient: None, keep_days: 30 }
    }

    #[test]
    fn a_keyring_never_lies_beside_what_it_opens() {
        for (to, keyring_to, fine) in [
            (None, None, true),
            (None, Some("/b/keys"), true),
            (None, Some("/b/data"), false),
            (None, Some("/b/data/keys"), false),
            (Some("/b/data/2"), Some("/b/data"), false),
        ] {
            let text = |place: Option<&str>| place.map(str::to_owned);
            let wanted = Wanted { to: text(to), keyring_to: text(keyring_to), ..Wanted::default() };
            let planned = plan(wanted, &settings());
            assert_eq!(planned.is_ok(), fine, "{to:?} {keyring_to:?}");
        }
        let off = Backup { to: None, ..settings() };
        assert!(matches!(plan(Wanted::default(), &off), Err(Failure::Use(why)) if why.contains("--to")));
    }

    #[test]
    fn directories_are_told_from_buckets() {
        assert_eq!(directory("/a/b"), Some("/a/b".into()));
        assert_eq!(directory("file:///a/b"), Some("/a/b".into()));
        assert_eq!(directory("s3://a/b"), None);
    }
}
