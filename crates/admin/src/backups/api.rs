//! JSON routes.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::access::Access;
use serde::Serialize;
use store::backup::{Certificate, Listed};
use utoipa::ToSchema;
use web::time::rfc3339;
use web::{Answer, App, Doc, Json, Route, Routes, Signed};

use super::{Backups, Overview, Warning, shown, start};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .with(
            Route::get("/superadmin/backups", Access::Superadmin, overview)
                .doc(Doc::new("Show the instance's backups").tag("superadmin").answers::<BackupsJson>(200)),
        )
        .with(
            Route::post("/superadmin/backups", Access::SudoSuperadmin, begin).doc(
                Doc::new("Make a backup now")
                    .about("It goes on after the answer; the overview says what became of it.")
                    .tag("superadmin")
                    .answers_empty(202)
                    .refuses(409),
            ),
        )
}

/// Where backups go, and the newest thirty.
#[derive(Serialize, ToSchema)]
struct BackupsJson {
    place: Option<String>,
    keyring_place: Option<String>,
    /// Sealed for a key that is not on the server's machine.
    off_machine: bool,
    keep_days: u32,
    running: bool,
    last_error: Option<ErrorJson>,
    /// Why the place cannot be read.
    unread: Option<String>,
    /// `backups_off`, `backups_unread`, `no_backup`, `backup_late`, `backup_unproven`, `keyring_not_saved`, `key_on_machine`
    warnings: Vec<&'static str>,
    backups: Vec<BackupJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BackupErrorJson)]
struct ErrorJson {
    at: String,
    detail: String,
}

#[derive(Serialize, ToSchema)]
struct BackupJson {
    #[schema(example = "bkp_01jd3kq8v7zj4t0m2x5bn00001")]
    id: String,
    /// The moment that it shows.
    made_at: String,
    took_seconds: f64,
    bytes: u64,
    rows: u64,
    workspaces: usize,
    /// `keyring`, or the age recipient.
    sealed_for: String,
    keyring_saved: bool,
    certificate: Option<CertificateJson>,
}

/// The proof of a check, signed by the instance (Ed25519).
#[derive(Serialize, ToSchema)]
struct CertificateJson {
    checked_at: String,
    /// Everything was brought back and compared; else the ciphertext's hashes alone.
    full: bool,
    seconds: f64,
    /// How old the data was at the check: what a loss at that moment would have cost.
    rpo_seconds: u64,
    /// How long bringing back took for each gigabyte.
    rto_seconds_per_gb: Option<f64>,
    sha256: String,
    signature: String,
    key: String,
}

impl From<&Certificate> for CertificateJson {
    fn from(certificate: &Certificate) -> Self {
        Self {
            checked_at: rfc3339(certificate.checked_at),
            full: certificate.full,
            seconds: certificate.seconds,
            rpo_seconds: certificate.rpo_seconds,
            rto_seconds_per_gb: certificate.rto_seconds_per_gb,
            sha256: certificate.sha256.clone(),
            signature: certificate.signature.clone(),
            key: certificate.key.clone(),
        }
    }
}

impl From<&Listed> for BackupJson {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a backup")]
    fn from(listed: &Listed) -> Self {
        let manifest = &listed.manifest;
        Self {
            id: manifest.id.to_string(),
            made_at: rfc3339(manifest.made_at),
            took_seconds: manifest.took_ms as f64 / 1_000.0,
            bytes: shown::bytes(manifest),
            rows: shown::rows(manifest),
            workspaces: shown::workspaces(listed),
            sealed_for: manifest.sealed_for.clone(),
            keyring_saved: manifest.keyring_saved,
            certificate: listed.certificate.as_ref().map(Into::into),
        }
    }
}

async fn overview(
    State(app): State<App>,
    Extension(backups): Extension<Backups>,
) -> Answer<Json<BackupsJson>> {
    let overview = backups.overview().await?;
    let warnings = overview.warnings(app.now()).into_iter().map(Warning::code).collect();
    let Overview { place, keyring_place, off_machine, keep_days, last, unread, last_error, running, .. } =
        overview;
    let last_error = last_error.map(|(at, detail)| ErrorJson { at: rfc3339(at), detail });
    let backups = last.iter().map(Into::into).collect();
    Ok(Json(BackupsJson {
        place,
        keyring_place,
        off_machine,
        keep_days,
        running,
        last_error,
        unread,
        warnings,
        backups,
    }))
}

async fn begin(
    State(app): State<App>,
    Extension(backups): Extension<Backups>,
    Signed(caller): Signed,
) -> Answer<StatusCode> {
    start(&app.store, &backups, &caller).await?;
    Ok(StatusCode::ACCEPTED)
}
