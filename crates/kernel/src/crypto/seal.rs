//! AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front of the ciphertext.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};

use super::Key;
use crate::error::{Error, Result};

const NONCE: usize = 12;

/// `nonce ‖ ciphertext ‖ tag`. `bound_to` is not in the result but must be the same to open it:
/// it says what the secret belongs to, so that a sealed value cannot be moved to another row.
pub fn seal(key: &Key, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let nonce = super::random::<NONCE>();
    let cipher = Aes256Gcm::new(key.bytes().into());
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: bound_to })
        .map_err(|_| Error::internal("sealing failed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// The inverse of [`seal`]; nothing when the key, the owner or a single bit is not the same.
pub fn open(key: &Key, bound_to: &[u8], sealed: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let (nonce, text) = sealed.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let cipher = Aes256Gcm::new(key.bytes().into());
    cipher
        .decrypt(&Nonce::from(nonce), Payload { msg: text, aad: bound_to })
        .ok()
        .map(zeroize::Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_same_key_owner_and_bytes() {
        let key = Key::random();
        let sealed = seal(&key, b"owner", b"plain").unwrap();
        assert_eq!(open(&key, b"owner", &sealed).unwrap().as_slice(), b"plain");
        assert!(open(&Key::random(), b"owner", &sealed).is_none());
        assert!(open(&key, b"other", &sealed).is_none());
        for place in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[place] ^= 1;
            assert!(open(&key, b"owner", &flipped).is_none(), "byte {place}");
        }
        assert!(open(&key, b"owner", &sealed[..11]).is_none());
    }
}
