//! Sealing with age (<https://age-encryption.org/v1>): so that whoever has the identity can open a part without
//! this program as well.

use std::fs::OpenOptions;
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use age::x25519::{Identity, Recipient};
use bech32::{Bech32, Hrp};
use kernel::crypto::Key;
use zeroize::Zeroizing;

use super::error::BackupError;
use super::keys::{BACKUP, Keys};
use super::manifest::{KEYRING, Manifest};
use super::streams::{CHUNK, Outlet, Passed};
use crate::start::StartError;

/// Who can open a backup.
#[derive(Clone)]
pub enum Sealing {
    /// A key of the instance's keyring: whoever has the keyring and the master key.
    Keyring,
    /// An age recipient (`age1…`) whose identity is not on this machine.
    Recipient(Recipient),
}

impl Sealing {
    pub fn recipient(text: &str) -> Result<Self, BackupError> {
        text.trim().parse().map(Self::Recipient).map_err(|why: &str| {
            BackupError::refused(format!(
                "a recipient is the line that begins with age1, as age-keygen prints it ({why})"
            ))
        })
    }

    /// As the list of parts names it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Keyring => KEYRING.to_owned(),
            Self::Recipient(recipient) => recipient.to_string(),
        }
    }

    pub(super) async fn key(&self, keys: &Keys) -> Result<Recipient, BackupError> {
        match self {
            Self::Keyring => Ok(identity(&keys.read_or_create(BACKUP).await?)?.to_public()),
            Self::Recipient(recipient) => Ok(recipient.clone()),
        }
    }
}

/// The identity that a key of the keyring stands for.
fn identity(key: &Key) -> Result<Identity, StartError> {
    let prefix = Hrp::parse("AGE-SECRET-KEY-").map_err(StartError::other)?;
    let text =
        Zeroizing::new(bech32::encode_upper::<Bech32>(prefix, key.bytes()).map_err(StartError::other)?);
    text.parse().map_err(StartError::other)
}

type Opens = Box<dyn age::Identity + Send + Sync>;

/// Identities that open age files, read from a file as `age-keygen` writes it.
#[derive(Clone)]
pub struct Identities(Arc<Vec<Opens>>);

impl Identities {
    pub fn read(path: &Path) -> Result<Self, BackupError> {
        let name = path.display();
        let unreadable =
            |why: String| BackupError::refused(format!("the identities in {name} cannot be read: {why}"));
        let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let read = age::IdentityFile::from_buffer(BufReader::new(file))
            .map_err(|error| unreadable(error.to_string()))?;
        let all = read.into_identities().map_err(|error| unreadable(error.to_string()))?;
        if all.is_empty() {
            return Err(unreadable("there is none".to_owned()));
        }
        Ok(Self(Arc::new(all)))
    }

    /// Those that were named; else the keyring's, where the backup is sealed for it. None: it cannot be opened here.
    pub(super) async fn of(
        named: Option<&Self>,
        manifest: &Manifest,
        keys: &Keys,
    ) -> Result<Option<Self>, BackupError> {
        if let Some(named) = named {
            return Ok(Some(named.clone()));
        }
        if manifest.sealed_for != KEYRING {
            return Ok(None);
        }
        let key = keys.existing(BACKUP).await?.ok_or_else(|| {
            BackupError::refused(
                "the keyring has no key that backups are sealed with; use the one that was saved with it",
            )
        })?;
        let one: Opens = Box::new(identity(&key)?);
        Ok(Some(Self(Arc::new(vec![one]))))
    }
}

/// Seals a file on its way out. Blocks.
pub(super) fn seal(file: &Path, recipient: &Recipient, out: Outlet) -> Result<Passed, BackupError> {
    let mut file = std::fs::File::open(file)?;
    let sealing = age::Encryptor::with_recipients(std::iter::once::<&dyn age::Recipient>(recipient))
        .map_err(StartError::other)?;
    let mut sealed = sealing.wrap_output(out)?;
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => sealed.write_all(&buffer[..length])?,
        }
    }
    Ok(sealed.finish()?.end()?)
}

/// Opens what is sealed into a file that only this user reads. What went wrong is said in words. Blocks.
pub(super) fn unseal(sealed: impl Read, identities: &Identities, to: &Path) -> Result<(), String> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(to)
        .map_err(|error| error.to_string())?;
    let opened = age::Decryptor::new_buffered(BufReader::with_capacity(CHUNK, sealed));
    let all = identities.0.iter().map(|one| &**one as &dyn age::Identity);
    let mut opened = opened.and_then(|opened| opened.decrypt(all)).map_err(|error| error.to_string())?;
    std::io::copy(&mut opened, &mut file).map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_of_the_keyring_is_an_identity_of_its_own() {
        let key = Key::random();
        let (one, again) = (identity(&key).unwrap(), identity(&key).unwrap());
        assert_eq!(one.to_string().expose_secret(), again.to_string().expose_secret());
        assert_ne!(one.to_public().to_string(), identity(&Key::random()).unwrap().to_public().to_string());
        assert!(Sealing::recipient(&one.to_public().to_string()).is_ok());
        assert!(Sealing::recipient("age1nothing").is_err());
    }
}
