//! The master key: the one secret an operator keeps. It only ever wraps other keys.

use std::collections::HashSet;
use std::fmt;

use super::{Key, derive, hex, open, seal, sha256};
use crate::error::Result;

/// Wraps the keys of workspaces, the control file and the pepper.
#[derive(Clone, Debug)]
pub struct MasterKey {
    key: Key,
    wrapping: Key,
}

/// Why a key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakKey {
    NotHex,
    Length,
    Pattern,
}

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotHex => "the master key must be hexadecimal digits",
            Self::Length => "the master key must be exactly 64 hexadecimal digits (256 bits)",
            Self::Pattern => "the master key is a pattern, not random; make one with: openssl rand -hex 32",
        })
    }
}

impl std::error::Error for WeakKey {}

impl MasterKey {
    pub fn random() -> Self {
        Self::from_key(Key::random())
    }

    fn from_key(key: Key) -> Self {
        let wrapping = derive(key.bytes(), "trackhold/wrapping/1");
        Self { key, wrapping }
    }

    /// Takes 64 hexadecimal digits; refuses what no random source would give.
    pub fn from_hex(text: &str) -> Result<Self, WeakKey> {
        let text = text.trim();
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(WeakKey::NotHex);
        }
        if text.len() != 64 {
            return Err(WeakKey::Length);
        }
        let bytes = zeroize::Zeroizing::new(super::unhex(text).ok_or(WeakKey::NotHex)?);
        if is_pattern(&bytes) {
            return Err(WeakKey::Pattern);
        }
        Key::from_slice(&bytes).map(Self::from_key).ok_or(WeakKey::Length)
    }

    /// For the key file and for the person who saves it elsewhere; nothing else may ask.
    pub fn to_hex(&self) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(hex(self.key.bytes()))
    }

    /// Tells one master key from another without telling anything of either.
    pub fn fingerprint(&self) -> String {
        let key = derive(self.key.bytes(), "trackhold/fingerprint/1");
        hex(&sha256(&[key.bytes()])[..8])
    }

    pub fn wrap(&self, purpose: &str, key: &Key) -> Result<Vec<u8>> {
        seal(&self.wrapping, purpose.as_bytes(), key.bytes())
    }

    pub fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Option<Key> {
        Key::from_slice(&open(&self.wrapping, purpose.as_bytes(), wrapped)?)
    }
}

/// 32 random bytes have fewer than 20 different values once in a million million; all but no
/// random key repeats a block or counts up or down by a fixed step.
fn is_pattern(bytes: &[u8]) -> bool {
    let distinct = bytes.iter().collect::<HashSet<_>>().len();
    let repeats = (1..=bytes.len() / 2).any(|block| bytes.iter().zip(&bytes[block..]).all(|(a, b)| a == b));
    let step = bytes[1].wrapping_sub(bytes[0]);
    let counts = bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    let text = bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    distinct < 20 || repeats || counts || text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_keys_are_refused() {
        let counting: String = (0..32).map(|i| format!("{i:02x}")).collect();
        let steps: String = (0..32u8).map(|i| format!("{:02x}", i.wrapping_mul(7))).collect();
        for (key, why) in [
            ("00".repeat(32), WeakKey::Pattern),
            ("deadbeef".repeat(8), WeakKey::Pattern),
            (counting, WeakKey::Pattern),
            (steps, WeakKey::Pattern),
            (hex(b"correct horse battery staple !!!"), WeakKey::Pattern),
            ("ab".repeat(31), WeakKey::Length),
            ("zz".repeat(32), WeakKey::NotHex),
            (String::new(), WeakKey::Length),
        ] {
            assert_eq!(MasterKey::from_hex(&key).unwrap_err(), why, "{key}");
        }
    }

    #[test]
    fn random_keys_are_taken_and_wrap() {
        for _ in 0..1_000 {
            let master = MasterKey::random();
            assert!(MasterKey::from_hex(&master.to_hex()).is_ok(), "{}", *master.to_hex());
        }
        let master = MasterKey::random();
        let key = Key::random();
        let wrapped = master.wrap("control", &key).unwrap();
        let again = MasterKey::from_hex(&master.to_hex()).unwrap();
        assert_eq!(again.unwrap("control", &wrapped).unwrap().bytes(), key.bytes());
        assert!(master.unwrap("pepper", &wrapped).is_none());
        assert!(MasterKey::random().unwrap("control", &wrapped).is_none());
        assert_eq!(again.fingerprint(), master.fingerprint());
        assert_ne!(MasterKey::random().fingerprint(), master.fingerprint());
    }
}
