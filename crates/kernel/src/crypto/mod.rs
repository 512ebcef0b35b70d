//! Keys, sealing and random bytes. Every secret here wipes itself and refuses to be printed.

mod master;
mod seal;
mod secret;

pub use master::{MasterKey, WeakKey};
pub use seal::{open, seal};
pub use secret::{Key, SecretText};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// `N` bytes of the operating system's entropy.
///
/// # Panics
/// When the system has no entropy to give: nothing that follows could be safe.
#[expect(clippy::expect_used, reason = "a server without entropy must not go on")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// SHA-256 (FIPS 180-4) of the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// HMAC-SHA-256 (RFC 2104).
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of every length, so this branch never runs.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// HKDF-SHA-256 (RFC 5869): one key per purpose from one secret.
pub(crate) fn derive(secret: &[u8], purpose: &str) -> Key {
    let mut out = [0; 32];
    // 32 bytes are far below the limit of 255 hashes, so this never fails.
    let _ = Hkdf::<Sha256>::new(None, secret).expand(purpose.as_bytes(), &mut out);
    Key::from_bytes(out)
}

/// Compares without telling by its duration where the difference is.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(left, right).into()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)] as char, DIGITS[usize::from(byte & 15)] as char])
        .collect()
}

/// The inverse of [`hex`]; either case, an even number of digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let high = (pair[0] as char).to_digit(16)?;
            let low = (pair[1] as char).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 test case 2.
    #[test]
    fn hmac_of_the_rfc() {
        let mac = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn purposes_give_different_keys() {
        let a = derive(b"secret", "one");
        let b = derive(b"secret", "two");
        assert!(!same(a.bytes(), b.bytes()) && same(a.bytes(), derive(b"secret", "one").bytes()));
    }

    #[test]
    fn hex_is_its_own_inverse() {
        let bytes = random::<32>();
        assert_eq!(unhex(&hex(&bytes)).unwrap(), bytes);
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("012"), None);
    }
}
