//! Ed25519 (RFC 8032): who made a backup, and who checked it.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::error::BackupError;
use super::keys::{Keys, SIGNING};
use crate::start::StartError;

pub(super) struct Signer {
    pair: Ed25519KeyPair,
    public: [u8; 32],
}

impl Signer {
    /// Of the keyring, made the first time.
    pub(super) async fn of(keys: &Keys) -> Result<Self, BackupError> {
        Self::from_seed(keys.read_or_create(SIGNING).await?.bytes())
    }

    /// Of the keyring, where backups have been made already.
    pub(super) async fn existing(keys: &Keys) -> Result<Self, BackupError> {
        let key = keys.existing(SIGNING).await?.ok_or_else(|| {
            BackupError::refused(
                "the keyring has no key that backups are signed with, so that none can be told from a forged one; \
                 name the place where the keyring was saved",
            )
        })?;
        Self::from_seed(key.bytes())
    }

    fn from_seed(seed: &[u8; 32]) -> Result<Self, BackupError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(StartError::other)?;
        let public: &[u8] = pair.public_key().as_ref();
        let public = public.try_into().map_err(StartError::other)?;
        Ok(Self { pair, public })
    }

    pub(super) const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// Whether this key signed this message.
pub(super) fn holds(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use kernel::crypto::{hex, unhex};

    use super::*;

    /// RFC 8032 section 7.1, test 2.
    #[test]
    fn signatures_are_those_of_the_rfc() {
        let seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let signer = Signer::from_seed(seed.as_slice().try_into().unwrap()).unwrap();
        assert_eq!(hex(signer.public()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature = signer.sign(&[0x72]);
        assert!(hex(&signature).starts_with("92a009a9f0d4cab8720e820b5f642540"));
        assert!(holds(signer.public(), &[0x72], &signature));
        assert!(!holds(signer.public(), &[0x73], &signature) && !holds(&[7; 32], &[0x72], &signature));
    }
}
