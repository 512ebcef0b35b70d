//! All secrets that a run makes, and a look for them in whatever the server says.

use std::cell::RefCell;
use std::collections::HashMap;

use kernel::crypto::{hex, sha256};

use crate::client::{Answer, Request};

/// Every password of a run has this in it.
pub const PASSWORD_MARK: &str = "quagga7Vex";

/// Shorter runs of letters are no token, hash or key.
const SHORTEST: usize = 20;

#[derive(Default)]
pub struct Vault {
    known: RefCell<HashMap<String, String>>,
}

impl Vault {
    /// A token, with the forms that its hash may have.
    pub fn add_token(&self, what: &str, token: &str) {
        if token.len() < SHORTEST {
            return;
        }
        let hash = sha256(&[token.as_bytes()]);
        let mut known = self.known.borrow_mut();
        known.insert(token.to_owned(), what.to_owned());
        known.insert(hex(&hash), format!("the hash of {what}"));
        known.insert(base64url(&hash), format!("the hash of {what}"));
    }

    pub fn add_key(&self, what: &str, key: &str) {
        self.known.borrow_mut().insert(key.to_owned(), what.to_owned());
    }

    /// The secrets as they were given out, without the forms that may be kept of them.
    pub fn plain(&self) -> Vec<String> {
        let known = self.known.borrow();
        let given = known.iter().filter(|(_, what)| !what.starts_with("the hash of"));
        given.map(|(text, _)| text.clone()).chain([PASSWORD_MARK.to_owned()]).collect()
    }

    pub fn count(&self) -> usize {
        self.known.borrow().len()
    }

    /// What of it stands in the text.
    pub fn found_in(&self, text: &str) -> Vec<String> {
        let known = self.known.borrow();
        let mut found: Vec<String> = runs(text).filter_map(|run| known.get(run).cloned()).collect();
        for (mark, what) in
            [(PASSWORD_MARK, "a password"), ("$2b$", "a password's hash"), ("$2y$", "a password's hash")]
        {
            if text.contains(mark) {
                found.push(what.to_owned());
            }
        }
        found
    }

    /// What of it an answer gives away. What the client named itself in the address is no news to it.
    pub fn found_in_answer(&self, request: &Request, answer: &Answer) -> Vec<String> {
        let mut said = answer.text();
        for (name, value) in &answer.headers {
            // The one place where a session's token has to stand.
            if name != "set-cookie" {
                said.push('\n');
                said.push_str(value);
            }
        }
        let known = self.known.borrow();
        let told = runs(&request.target).filter(|run| known.contains_key(*run));
        let told: Vec<String> = told.map(str::to_owned).collect();
        drop(known);
        for own in told {
            said = said.replace(&own, "");
        }
        if request.target.contains(PASSWORD_MARK) {
            said = said.replace(PASSWORD_MARK, "");
        }
        self.found_in(&said)
    }
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .filter(|run| run.len() >= SHORTEST)
}

/// RFC 4648 section 5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let number = piece.iter().fold(0u32, |number, byte| (number << 8) | u32::from(*byte))
            << (8 * (3 - piece.len()));
        for place in 0..=piece.len() {
            text.push(ALPHABET[(number >> (18 - 6 * place)) as usize & 63] as char);
        }
    }
    text
}

#[test]
fn a_secret_is_seen_in_every_form() {
    let vault = Vault::default();
    let token = "x3Kf0a_9".repeat(5) + "abc";
    vault.add_token("a session", &token);
    let hash = sha256(&[token.as_bytes()]);
    let answer = |body: &str, header: (&str, &str)| Answer {
        status: 200,
        headers: vec![(header.0.into(), header.1.into())],
        body: body.into(),
    };
    let request = Request::new("GET", "/");
    for text in
        [token.clone(), hex(&hash), base64url(&hash), format!("x{PASSWORD_MARK}y"), "$2b$12$abc".into()]
    {
        assert_eq!(vault.found_in(&format!("{{\"a\":\"{text}\"}}")).len(), 1, "{text}");
        assert_eq!(vault.found_in_answer(&request, &answer("", ("location", &text))).len(), 1, "{text}");
    }
    assert!(
        vault
            .found_in_answer(&request, &answer("", ("set-cookie", &format!("trackhold={token}"))))
            .is_empty()
    );
    let own = Request::new("GET", format!("/invite/{token}"));
    assert!(vault.found_in_answer(&own, &answer(&token, ("x", "y"))).is_empty());
    assert_eq!(base64url(b"\0\x10\x83\xff"), "ABCD_w");
}
