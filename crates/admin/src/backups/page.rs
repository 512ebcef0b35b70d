//! The page of backups.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use kernel::Timestamp;
use kernel::access::Access;
use serde_json::json;
use store::backup::Listed;
use web::page::{Page, Time};
use web::time::shown_in;
use web::{Answer, App, Doc, Html, Route, Routes, Signed, Visit, see_other};

use super::{Backups, Overview, Warning, shown, start};

const URL: &str = "/superadmin/backups";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .with(Route::page_get(URL, Access::Superadmin, show).doc(Doc::new("Show the instance's backups")))
        .with(
            Route::page_post(URL, Access::SudoSuperadmin, begin)
                .doc(Doc::new("Make a backup now").form(json!({})).answers_empty(303)),
        )
}

/// GET /superadmin/backups
#[derive(Template)]
#[template(path = "backups.html")]
struct BackupsPage {
    page: Page,
    overview: Overview,
    last_error: Option<(Time, String)>,
    warnings: Vec<WarningRow>,
    /// Of the newest proven one.
    proof: Option<Proof>,
    backups: Vec<BackupRow>,
}

struct WarningRow {
    grave: bool,
    unread: bool,
    title: &'static str,
    text: &'static str,
}

struct Proof {
    /// What a loss at this moment would cost.
    rpo: String,
    rto: Option<String>,
    at: Time,
    full: bool,
}

struct BackupRow {
    id: String,
    made_at: Time,
    size: String,
    workspaces: usize,
    rows: u64,
    took: String,
    keyring_saved: bool,
    proof: Option<ProofRow>,
}

struct ProofRow {
    full: bool,
    at: Time,
    sha256: String,
    signature: String,
    key: String,
}

async fn show(
    State(app): State<App>,
    Extension(backups): Extension<Backups>,
    visit: Visit,
) -> Answer<Html<BackupsPage>> {
    let overview = backups.overview().await?;
    let page = visit.page(&app, web::words::EN.backups.title, "backups").await?;
    let zone = visit.zone(&page);
    let time = |at: Timestamp| shown_in(at, &zone);
    let warnings = overview.warnings(app.now()).into_iter().map(|warning| row(&page, warning)).collect();
    let proof = overview.proven.as_ref().and_then(|listed| Some((listed, listed.certificate.as_ref()?)));
    let proof = proof.map(|(listed, proof)| Proof {
        rpo: shown::span(app.now().since(listed.manifest.made_at).as_secs()),
        rto: proof.full.then(|| shown::way_back(proof)),
        at: time(proof.checked_at),
        full: proof.full,
    });
    let rows = overview.last.iter().map(|listed| backup(listed, &time)).collect();
    let last_error = overview.last_error.clone().map(|(at, detail)| (time(at), detail));
    Ok(Html(BackupsPage { page, overview, last_error, warnings, proof, backups: rows }))
}

fn row(page: &Page, warning: Warning) -> WarningRow {
    let w = &page.w.backups;
    let (title, text) = match warning {
        Warning::Off => (w.off_title, w.off_text),
        Warning::Unread => (w.unread_title, w.unread_text),
        Warning::None => (w.none_title, w.none_text),
        Warning::Late => (w.late_title, w.late_text),
        Warning::Unproven => (w.unproven_title, w.unproven_text),
        Warning::KeyringNotSaved => (w.keyring_title, w.keyring_text),
        Warning::KeyOnMachine => (w.on_machine_title, w.on_machine_text),
    };
    WarningRow { grave: warning.is_grave(), unread: warning == Warning::Unread, title, text }
}

fn backup(listed: &Listed, time: &impl Fn(Timestamp) -> Time) -> BackupRow {
    let manifest = &listed.manifest;
    BackupRow {
        id: manifest.id.to_string(),
        made_at: time(manifest.made_at),
        size: shown::size(shown::bytes(manifest)),
        workspaces: shown::workspaces(listed),
        rows: shown::rows(manifest),
        took: shown::span(manifest.took_ms.div_ceil(1_000)),
        keyring_saved: manifest.keyring_saved,
        proof: listed.certificate.as_ref().map(|proof| ProofRow {
            full: proof.full,
            at: time(proof.checked_at),
            sha256: proof.sha256.clone(),
            signature: proof.signature.clone(),
            key: proof.key.clone(),
        }),
    }
}

async fn begin(
    State(app): State<App>,
    Extension(backups): Extension<Backups>,
    Signed(caller): Signed,
) -> Answer<Response> {
    start(&app.store, &backups, &caller).await?;
    Ok(see_other(URL))
}
