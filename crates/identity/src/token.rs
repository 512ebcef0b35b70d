//! Random tokens: 256 bits, shown once, stored as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::crypto::{SecretText, random, sha256};

/// Characters of 32 bytes in base64url without padding (RFC 4648 section 5).
const LENGTH: usize = 43;

/// What is stored of a token. A fast hash is enough: nobody guesses 256 random bits.
pub(crate) type TokenHash = [u8; 32];

/// A new token: what its holder gets, and what is stored.
pub(crate) fn issue() -> (SecretText, TokenHash) {
    let bytes = zeroize::Zeroizing::new(random::<32>());
    let text = URL_SAFE_NO_PAD.encode(bytes.as_slice());
    let hash = sha256(&[text.as_bytes()]);
    (SecretText::new(text), hash)
}

/// The hash of a token that somebody brought; none when it cannot be one of ours.
pub(crate) fn hash_of(text: &str) -> Option<TokenHash> {
    (text.len() == LENGTH).then(|| sha256(&[text.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_by_its_own_text_only() {
        let (token, hash) = issue();
        assert_eq!(token.expose().len(), LENGTH);
        assert_eq!(hash_of(token.expose()), Some(hash));
        assert_ne!(issue().1, hash);
        assert_eq!(hash_of(&token.expose()[1..]), None);
        assert_eq!(hash_of(&format!("{} ", token.expose())), None);
        // The last character carries two bits that decode to nothing: they are part of the text.
        let mut text = token.expose().to_owned();
        let last = text.pop().unwrap();
        text.push(if last == 'A' { 'B' } else { 'A' });
        assert_ne!(hash_of(&text), Some(hash));
    }
}
