//! Where the master key comes from: the environment, a file that the operator names, or the data
//! directory's own `master.key`, made when the directory is.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use identity::KeyNotice;
use kernel::crypto::{MasterKey, SecretText};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::data_dir;
use crate::environment::MASTER_KEY as VARIABLE;
use crate::failure::Failure;

const FILE: &str = "master.key";
/// 64 digits and whatever an editor leaves behind them.
const LONGEST: u64 = 1_024;

/// Where the master key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Environment,
    /// A file that the operator named.
    Named(PathBuf),
    /// The data directory's own file.
    Own(PathBuf),
}

/// The master key and how it came here.
#[derive(Debug, Clone)]
pub struct Held {
    pub key: MasterKey,
    pub source: Source,
    /// It was made just now: it has to be said, and nobody has saved it yet.
    pub is_new: bool,
}

/// Finds the key where one was given or lies in the data directory, and makes none.
pub fn find(config: &Config, environment: Option<&SecretText>) -> Result<Option<Held>, Failure> {
    if let Some(text) = environment {
        let key =
            MasterKey::from_hex(text.expose()).map_err(|weak| Failure::Use(format!("{VARIABLE}: {weak}")))?;
        return Ok(Some(Held { key, source: Source::Environment, is_new: false }));
    }
    if let Some(path) = &config.master_key_file {
        let missing = || Failure::Use(format!("the master key file {} does not exist", path.display()));
        let key = read(path)?.ok_or_else(missing)?;
        return Ok(Some(Held { key, source: Source::Named(path.clone()), is_new: false }));
    }
    if !config.is_embedded() {
        return Ok(None);
    }
    let path = config.data.join(FILE);
    Ok(read(&path)?.map(|key| Held { key, source: Source::Own(path), is_new: false }))
}

/// Finds the key; a new embedded store gets a new one.
pub fn obtain(config: &Config, environment: Option<&SecretText>) -> Result<Held, Failure> {
    if let Some(held) = find(config, environment)? {
        return Ok(held);
    }
    if !config.is_embedded() {
        let problem = "PostgreSQL needs the master key in TRACKHOLD_MASTER_KEY or by --master-key-file: all nodes \
                       of an instance share it. Make one with: openssl rand -hex 32";
        return Err(Failure::Use(problem.into()));
    }
    let path = config.data.join(FILE);
    if data_dir::has_data(&config.data) {
        return Err(Failure::Other(format!(
            "there is data in {}, but its master key {} is missing; put it back from where you saved it, or give it \
             in TRACKHOLD_MASTER_KEY. Nothing was touched.",
            config.data.display(),
            path.display()
        )));
    }
    let is_new = make(&path).map_err(|error| Failure::Other(format!("{}: {error}", path.display())))?;
    let key = read(&path)?.ok_or_else(|| Failure::Other(format!("{} went away", path.display())))?;
    Ok(Held { key, source: Source::Own(path), is_new })
}

/// Whether anybody but its owner can do something with a file, which none but a key's owner should.
pub fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    metadata.permissions().mode() & 0o077 != 0
}

/// Reads a key file; none where there is no file.
fn read(path: &Path) -> Result<Option<MasterKey>, Failure> {
    let at = |problem: &dyn std::fmt::Display| {
        Failure::Use(format!("the master key file {}: {problem}", path.display()))
    };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(&error)),
    };
    // Of the open file, not of the path: nothing can be changed in between.
    let metadata = file.metadata().map_err(|error| at(&error))?;
    if !metadata.is_file() {
        return Err(at(&"is not a file"));
    }
    if is_open_to_others(&metadata) {
        let path = path.display();
        return Err(Failure::Use(format!(
            "others can read the master key file {path}; run: chmod 600 {path}"
        )));
    }
    let mut text = Zeroizing::new(String::new());
    Read::by_ref(&mut file).take(LONGEST).read_to_string(&mut text).map_err(|error| at(&error))?;
    MasterKey::from_hex(&text).map(Some).map_err(|weak| at(&weak))
}

/// Writes a new key, complete and durable or not at all; false when another process was quicker,
/// whose key then stays.
fn make(path: &Path) -> std::io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let beside = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    let line = Zeroizing::new(format!("{}\n", *MasterKey::random().to_hex()));
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    File::open(folder)?.sync_all()?;
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

impl Held {
    /// What the person who claims the instance is told of the key. Where the operator keeps it, the
    /// page does not show it.
    pub fn notice(&self) -> KeyNotice {
        match &self.source {
            Source::Environment => KeyNotice { source: VARIABLE.into(), reveal: None },
            Source::Named(path) => KeyNotice { source: absolute(path).display().to_string(), reveal: None },
            Source::Own(path) => {
                let key = self.key.clone();
                KeyNotice {
                    source: absolute(path).display().to_string(),
                    reveal: Some(Arc::new(move || key.to_hex())),
                }
            }
        }
    }

    /// Says, as loudly as a terminal can, what depends on a key that was just made.
    pub fn announce(&self, human: bool) {
        let (true, Source::Own(file)) = (self.is_new, &self.source) else { return };
        let file = absolute(file);
        let file = file.display();
        if !human {
            tracing::warn!(%file, "a new master key was made; whoever loses it loses all data: save it elsewhere");
            return;
        }
        let line = "=".repeat(78);
        eprintln!(
            "\n{line}\n  NEW MASTER KEY: {file}\n\n  Everything here is encrypted under it. Lose it and everything is lost: \
             nobody\n  can bring it back. Save a copy elsewhere now, in a password manager or a safe,\n  and never \
             beside the backups.\n{line}\n"
        );
    }
}
