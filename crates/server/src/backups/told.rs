//! Backups as commands tell of them, in JSON.

use serde_json::{Value, json};
use store::backup::{self, Certificate, Listed, Manifest, Place};
use web::time::rfc3339;

use crate::failure::Failure;

/// Of all parts, without naming each: there is one for every workspace.
pub fn manifest(manifest: &Manifest) -> Value {
    json!({
        "backup": manifest.id,
        "made_at": rfc3339(manifest.made_at),
        "took_ms": manifest.took_ms,
        "version": manifest.version,
        "schema": manifest.schema,
        "workspace": manifest.only,
        "sealed_for": manifest.sealed_for,
        "keyring_saved": manifest.keyring_saved,
        "parts": manifest.parts.len(),
        "rows": rows(manifest),
        "bytes": bytes(manifest),
        "lacks": manifest.failed.iter().map(|failed| &failed.scope).collect::<Vec<_>>(),
    })
}

pub fn certificate(certificate: &Certificate) -> Value {
    json!({
        "backup": certificate.backup,
        "checked_at": rfc3339(certificate.checked_at),
        "full": certificate.full,
        "parts": certificate.parts,
        "rows": certificate.rows,
        "bytes": certificate.bytes,
        "seconds": certificate.seconds,
        "rpo_seconds": certificate.rpo_seconds,
        "rto_seconds_per_gb": certificate.rto_seconds_per_gb,
        "sha256": certificate.sha256,
        "signature": certificate.signature,
        "key": certificate.key,
    })
}

/// Every backup of a place, the newest first.
pub async fn list(place: &Place) -> Result<Value, Failure> {
    let found = backup::list(place).await?;
    let steps: Vec<Value> = found.iter().map(line).collect();
    Ok(json!({
        "last": { "step": "finished", "place": place.name(), "backups": steps.len() },
        "steps": steps,
    }))
}

fn line(listed: &Listed) -> Value {
    let mut line = manifest(&listed.manifest);
    line["step"] = json!("backup");
    line["checked"] = listed.certificate.as_ref().map_or(Value::Null, certificate);
    line
}

/// The workspaces that could not be saved, each with the reason.
pub fn lacks(manifest: &Manifest) -> String {
    let named = manifest.failed.iter().map(|failed| format!("{} ({})", failed.scope, failed.why));
    named.collect::<Vec<_>>().join(", ")
}

pub fn rows(manifest: &Manifest) -> u64 {
    manifest.parts.iter().map(|part| part.rows).sum()
}

/// Of the ciphertext: what the place holds of it.
pub fn bytes(manifest: &Manifest) -> u64 {
    manifest.parts.iter().map(|part| part.size).sum()
}
