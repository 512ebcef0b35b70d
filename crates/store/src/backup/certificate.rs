//! What a check of a backup found.

use kernel::Timestamp;
use kernel::crypto::{hex, same, unhex};
use serde::{Deserialize, Serialize};

use super::manifest::BackupId;
use super::signing::{self, Signer};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub backup: BackupId,
    pub checked_at: Timestamp,
    /// Every part was brought back and read; otherwise the sealed files alone were.
    pub full: bool,
    pub parts: usize,
    pub rows: u64,
    /// Of the sealed files.
    pub bytes: u64,
    pub seconds: f64,
    /// The age of the data at the check: what a loss at that moment would have cost.
    pub rpo_seconds: u64,
    /// How long bringing back 10^9 bytes took.
    pub rto_seconds_per_gb: Option<f64>,
    /// Of the list of parts.
    pub sha256: String,
    pub signature: String,
    /// The public key.
    pub key: String,
}

impl Certificate {
    /// Whether this key signed it as it is.
    pub fn holds(&self, public_key: &[u8; 32]) -> bool {
        let (key, signature) =
            (unhex(&self.key).unwrap_or_default(), unhex(&self.signature).unwrap_or_default());
        same(&key, public_key) && signing::holds(public_key, self.text().as_bytes(), &signature)
    }

    pub(super) fn sign(&mut self, signer: &Signer) {
        self.key = hex(signer.public());
        self.signature = hex(&signer.sign(self.text().as_bytes()));
    }

    /// What is signed: a line each, fractions to the thousandth, so that a number read back gives the same text.
    fn text(&self) -> String {
        let Self { backup, checked_at, full, parts, rows, bytes, seconds, rpo_seconds, sha256, .. } = self;
        let rto = self.rto_seconds_per_gb.map_or_else(|| "none".to_owned(), |rto| format!("{rto:.3}"));
        format!(
            "trackhold.certificate.1\n{backup}\n{}\n{full}\n{parts}\n{rows}\n{bytes}\n{seconds:.3}\n{rpo_seconds}\n{rto}\n\
             {sha256}\n",
            checked_at.micros()
        )
    }
}
