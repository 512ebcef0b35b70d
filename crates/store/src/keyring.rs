//! Keys of workspaces, of the control file and the pepper, each wrapped by the master key. One
//! small file a key (`keyring/<purpose>`), so that erasing a workspace is deleting one file, and
//! so that a backup of data never contains a key.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use kernel::WorkspaceId;
use kernel::crypto::{Key, MasterKey, hex, unhex};

use crate::StartError;

/// The keyring of an embedded store.
#[derive(Debug)]
pub(crate) struct Keyring {
    folder: PathBuf,
    master: MasterKey,
}

const FINGERPRINT: &str = "master-fingerprint";

impl Keyring {
    /// Opens or makes the keyring. A master key other than the one that it was made with is
    /// refused before anything is touched.
    pub(crate) fn open(data: &Path, master: MasterKey) -> Result<Self, StartError> {
        let folder = data.join("keyring");
        let mark = folder.join(FINGERPRINT);
        match fs::read_to_string(&mark) {
            Ok(known) if known.trim() == master.fingerprint() => {}
            Ok(known) => {
                return Err(StartError::WrongMasterKey {
                    folder,
                    expected: known.trim().into(),
                    given: master.fingerprint(),
                });
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if data.join("control.db").exists() {
                    return Err(StartError::KeyringMissing { folder });
                }
                make_folder(&folder)?;
                write_once(&mark, master.fingerprint().as_bytes())?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(Self { folder, master })
    }

    /// The key of one workspace's file, if it has one.
    pub(crate) fn workspace(&self, id: WorkspaceId) -> Result<Option<Key>, StartError> {
        self.read(&id.to_string())
    }

    pub(crate) fn create_workspace(&self, id: WorkspaceId) -> Result<Key, StartError> {
        self.read_or_create(&id.to_string())
    }

    /// A key that must be there by now.
    pub(crate) fn existing(&self, purpose: &str) -> Result<Key, StartError> {
        let missing = || StartError::KeyringMissing { folder: self.folder.join(purpose) };
        self.read(purpose)?.ok_or_else(missing)
    }

    /// A key of the instance (`control`, `pepper`), made the first time it is asked for.
    pub(crate) fn read_or_create(&self, purpose: &str) -> Result<Key, StartError> {
        if let Some(key) = self.read(purpose)? {
            return Ok(key);
        }
        let key = Key::random();
        let wrapped = self.master.wrap(purpose, &key).map_err(StartError::other)?;
        write_once(&self.folder.join(purpose), hex(&wrapped).as_bytes())?;
        Ok(key)
    }

    pub(crate) fn read(&self, purpose: &str) -> Result<Option<Key>, StartError> {
        let path = self.folder.join(purpose);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        unhex(text.trim())
            .and_then(|wrapped| self.master.unwrap(purpose, &wrapped))
            .map(Some)
            .ok_or(StartError::DamagedKey { path })
    }

    pub(crate) fn fingerprint(&self) -> String {
        self.master.fingerprint()
    }

    /// Every key as it is kept, by its purpose. One that does not open keeps no other from being saved.
    pub(crate) fn wrapped(&self) -> Result<Vec<(String, Vec<u8>)>, StartError> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let Some(purpose) = path.file_name().and_then(|name| name.to_str()) else { continue };
            // A dot is in the name of one that was not finished.
            if purpose == FINGERPRINT || purpose.contains('.') {
                continue;
            }
            let wrapped = fs::read_to_string(&path).ok().and_then(|text| unhex(text.trim()));
            match wrapped.filter(|wrapped| self.master.unwrap(purpose, wrapped).is_some()) {
                Some(wrapped) => all.push((purpose.to_owned(), wrapped)),
                None => tracing::error!(key = %path.display(), "a damaged key is not saved"),
            }
        }
        all.sort_unstable();
        Ok(all)
    }

    /// Takes in a key that was wrapped by the same master key, over another one of this purpose.
    pub(crate) fn put(&self, purpose: &str, wrapped: &[u8]) -> Result<(), StartError> {
        let path = self.folder.join(purpose);
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
        if !purpose.bytes().all(is_name) || self.master.unwrap(purpose, wrapped).is_none() {
            return Err(StartError::DamagedKey { path });
        }
        Ok(write_once(&path, hex(wrapped).as_bytes())?)
    }

    /// For ever: what it opened is closed. One that is gone already is fine.
    pub(crate) fn destroy(&self, purpose: &str) -> Result<(), StartError> {
        let path = self.folder.join(purpose);
        // And what a crash left of its being written.
        for path in [path.with_extension("new"), path] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(fs::File::open(&self.folder)?.sync_all()?)
    }
}

pub(crate) fn make_folder(path: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Complete and durable, or not there: written beside, synced, renamed, the folder synced.
pub(crate) fn write_once(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let beside = path.with_extension("new");
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_only_under_the_same_master_key() {
        let data = tempfile::tempdir().unwrap();
        let master = MasterKey::random();
        let keyring = Keyring::open(data.path(), master.clone()).unwrap();
        let key = keyring.read_or_create("control").unwrap();
        drop(keyring);
        let again = Keyring::open(data.path(), master).unwrap();
        assert_eq!(again.read_or_create("control").unwrap().bytes(), key.bytes());
        let wrong = Keyring::open(data.path(), MasterKey::random()).unwrap_err();
        assert!(matches!(wrong, StartError::WrongMasterKey { .. }), "{wrong}");
        assert!(wrong.to_string().contains("master key"));
    }

    #[test]
    fn a_key_moved_to_another_place_does_not_open() {
        let data = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(data.path(), MasterKey::random()).unwrap();
        keyring.read_or_create("control").unwrap();
        let folder = data.path().join("keyring");
        fs::copy(folder.join("control"), folder.join("pepper")).unwrap();
        assert!(matches!(keyring.read_or_create("pepper"), Err(StartError::DamagedKey { .. })));
    }
}
