//! Recovery codes: ten of 128 random bits, shown once and stored as hashes.

use kernel::crypto::{SecretText, random, sha256};
use totp_rs::Secret;
use zeroize::Zeroizing;

use crate::token::TokenHash;

pub(crate) const COUNT: usize = 10;
/// 128 bits in base32, five bits a letter.
const LETTERS: usize = 26;
const GROUP: usize = 5;

pub(crate) struct Code {
    /// `k3vfa-…`, in groups of five.
    pub(crate) text: SecretText,
    pub(crate) hash: TokenHash,
}

pub(crate) fn new_codes() -> Vec<Code> {
    (0..COUNT).map(|_| new_code()).collect()
}

fn new_code() -> Code {
    let bytes = Zeroizing::new(random::<16>());
    let letters = Zeroizing::new(Secret::from(bytes.as_slice()).to_base32().to_ascii_lowercase());
    let mut text = String::with_capacity(LETTERS + LETTERS / GROUP);
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % GROUP == 0 && place + 1 < LETTERS {
            text.push('-');
        }
        text.push(letter);
    }
    Code { text: SecretText::new(text), hash: hash(&letters) }
}

/// The hash of a code as somebody typed it; none when it can be none of ours.
pub(crate) fn hash_of(typed: &str) -> Option<TokenHash> {
    // Base32 has no 0 and no 1: whoever reads them read other letters.
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        '0' => 'o',
        '1' => 'l',
        other => other,
    };
    let letters: Zeroizing<String> = Zeroizing::new(
        typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').map(letter).collect(),
    );
    let is_ours =
        letters.len() == LETTERS && letters.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    is_ours.then(|| hash(&letters))
}

/// A fast hash is enough: nobody guesses 128 random bits.
fn hash(letters: &str) -> TokenHash {
    sha256(&[b"recovery:", letters.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let codes = new_codes();
        assert_eq!(codes.len(), COUNT);
        for code in &codes {
            let text = code.text.expose();
            assert_eq!(text.len(), 30, "{text}");
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5, 6]);
            for typed in [text.to_owned(), text.to_uppercase(), text.replace('-', ""), text.replace('-', " ")]
            {
                assert_eq!(hash_of(&typed), Some(code.hash), "{typed}");
            }
            assert_eq!(hash_of(&text.replace('o', "0").replace('l', "1")), Some(code.hash));
        }
        assert!(codes.iter().skip(1).all(|code| code.hash != codes[0].hash));
    }

    #[test]
    fn what_is_no_code_has_no_hash() {
        for wrong in ["", "287082", &"a".repeat(25), &"a".repeat(27), &"8".repeat(26), &"ä".repeat(13)] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
    }
}
