//! Passwords: `bcrypt(cost, base64(HMAC-SHA-384(pepper, password)))`. The HMAC makes 48 bytes of a
//! password of any length, so that bcrypt cuts nothing at its 72 bytes and never meets a NUL; the
//! pepper lies outside the database, so that a stolen table alone cannot be guessed at.

mod pool;
mod weak;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::crypto::{Key, SecretText};
use kernel::{Error, Result};
use sha2::Sha384;
use zeroize::Zeroizing;

use self::pool::Pool;

/// About a quarter of a second on one core in 2025.
pub(crate) const COST: u32 = 12;
const SHORTEST: usize = 12;
const LONGEST: usize = 256;
/// Names the scheme and the pepper, for the day when there is another.
const SCHEME: &str = "1:";

/// A stored hash. Not printed: it is worth guessing at.
#[derive(Clone)]
pub(crate) struct PasswordHash(String);

impl PasswordHash {
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Makes and checks hashes on threads of its own.
pub(crate) struct Passwords {
    pool: Pool,
    pepper: Arc<Key>,
    cost: u32,
}

impl Passwords {
    pub(crate) fn new(pepper: &Key, cost: u32) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self { pool: Pool::start(cores)?, pepper: Arc::new(pepper.clone()), cost })
    }

    /// The hash of a new password, or what is wrong with it. `about` is what a guesser tries first:
    /// the person's address and name.
    pub(crate) async fn accept(
        &self,
        pointer: &'static str,
        password: &SecretText,
        about: Vec<String>,
    ) -> Result<PasswordHash> {
        check_length(pointer, password)?;
        let (password, pepper, cost) = (password.clone(), self.pepper.clone(), self.cost);
        self.pool
            .run(move || {
                if let Some(why) = weak::reason(password.expose(), &about) {
                    return Err(Error::invalid(pointer, why));
                }
                let hash =
                    bcrypt::hash(prepared(&pepper, &password)?.as_bytes(), cost).map_err(Error::internal)?;
                Ok(PasswordHash(format!("{SCHEME}{hash}")))
            })
            .await?
    }

    /// Whether it is the password. Without a hash (no such account, or none set) it takes the same
    /// time and is wrong.
    pub(crate) async fn verify(&self, password: &SecretText, hash: Option<PasswordHash>) -> Result<bool> {
        // A password that nobody can have is checked as well: its length must not show in the time.
        let (password, pepper, cost) = (password.clone(), self.pepper.clone(), self.cost);
        self.pool
            .run(move || {
                let stored = hash.as_ref().and_then(|hash| hash.text().strip_prefix(SCHEME));
                let dummy = nobodys_hash(cost);
                let against = stored.unwrap_or(&dummy);
                let same = bcrypt::verify(prepared(&pepper, &password)?.as_bytes(), against)
                    .map_err(Error::internal)?;
                Ok(same && stored.is_some())
            })
            .await?
    }
}

/// A well-formed hash that no password is known for.
fn nobodys_hash(cost: u32) -> String {
    format!("$2b${cost:02}$TrackholdTrackholdTraONobodyKnowsAPasswordForThisOne.")
}

fn check_length(pointer: &'static str, password: &SecretText) -> Result<()> {
    let length = password.expose().chars().count();
    if password.expose().contains('\0') {
        return Err(Error::invalid(pointer, "must not contain NUL"));
    }
    if length < SHORTEST {
        return Err(Error::invalid(pointer, "must have at least 12 characters"));
    }
    if length > LONGEST {
        return Err(Error::invalid(pointer, "must have at most 256 characters"));
    }
    Ok(())
}

/// 64 characters, whatever the password.
fn prepared(pepper: &Key, password: &SecretText) -> Result<Zeroizing<String>> {
    let mut mac = <Hmac<Sha384> as KeyInit>::new_from_slice(pepper.bytes()).map_err(Error::internal)?;
    mac.update(password.expose().as_bytes());
    let bytes = Zeroizing::new(<[u8; 48]>::from(mac.finalize().into_bytes()));
    Ok(Zeroizing::new(STANDARD.encode(bytes.as_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(&Key::from_bytes([7; 32]), 4).unwrap()
    }

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.into())
    }

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let passwords = passwords();
        let hash = passwords.accept("/password", &secret("correct horse battery"), vec![]).await.unwrap();
        assert!(passwords.verify(&secret("correct horse battery"), Some(hash.clone())).await.unwrap());
        for wrong in ["", "correct horse batterz", "Correct horse battery", "correct horse battery "] {
            assert!(!passwords.verify(&secret(wrong), Some(hash.clone())).await.unwrap(), "{wrong}");
        }
        let other_pepper = Passwords::new(&Key::from_bytes([8; 32]), 4).unwrap();
        assert!(!other_pepper.verify(&secret("correct horse battery"), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nothing_is_cut_at_72_bytes() {
        let passwords = passwords();
        let long = "vexing quartz jockeys ".repeat(4);
        let hash = passwords.accept("/password", &secret(&format!("{long}A")), vec![]).await.unwrap();
        assert!(!passwords.verify(&secret(&format!("{long}B")), Some(hash.clone())).await.unwrap());
        assert!(passwords.verify(&secret(&format!("{long}A")), Some(hash)).await.unwrap());
    }

    /// Made with Python's hmac and bcrypt: `bcrypt(4, base64(HMAC-SHA-384(pepper, password)))`.
    #[tokio::test]
    async fn a_hash_made_elsewhere_is_understood() {
        let hash = "1:$2b$04$WuZW2cBGeXj10Nlqth4vw.Z5nXIZ8MJ2HGZJ9bQPao316qED1v6u6";
        let stored = || Some(PasswordHash::stored(hash.into()));
        let password = "correct horse battery, and a staple: ".repeat(3);
        assert!(passwords().verify(&secret(&password), stored()).await.unwrap());
        assert!(!passwords().verify(&secret(password.trim_end()), stored()).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!passwords().verify(&secret("correct horse battery"), None).await.unwrap());
        // The hash is well-formed: it takes the whole time, and is no error.
        assert!(!bcrypt::verify(b"x", &nobodys_hash(4)).unwrap());
        assert_eq!(nobodys_hash(12).len(), 60);
    }

    #[tokio::test]
    async fn lengths_and_nul_are_refused_before_any_work() {
        for wrong in ["elevenchars", "", &"x".repeat(257), "twelve\0chars!"] {
            assert!(passwords().accept("/password", &secret(wrong), vec![]).await.is_err(), "{wrong:?}");
        }
        let longest = "äöü €𝄞 violin, cello and the old viola; ".repeat(7);
        let longest: String = longest.chars().take(256).collect();
        assert!(passwords().accept("/password", &secret(&longest), vec![]).await.is_ok());
    }

    #[test]
    fn hashes_do_not_print() {
        assert_eq!(format!("{:?}", PasswordHash::stored("1:$2b$…".into())), "PasswordHash(…)");
    }
}
