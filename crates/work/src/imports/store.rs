//! Rows of imports.

use kernel::crypto::Key;
use kernel::{Error, Result, Timestamp, UserId};
use store::{TenantTx, params};
use uuid::Uuid;

use super::ImportId;
use super::report::Report;
use super::spool::{SpoolId, Ticket};

store::statements! {
    tenant INSERT = "INSERT INTO imports
        (workspace_id, id, source, file_name, file_hash, dry_run, status, phase, done, total, created, skipped, report,
         time_zone, project_id, spool_id, spool_key, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'queued', '', 0, 0, 0, 0, $7, $8, $9, $10, $11, $12, $13)";
    tenant FIND = "SELECT id, source, file_name, file_hash, dry_run, status, phase, done, total, created, skipped, report,
        time_zone, project_id, board_id, spool_id, spool_key, created_by, created_at, finished_at
        FROM imports WHERE workspace_id = $1 AND id = $2";
    tenant LIST = "SELECT id, source, file_name, file_hash, dry_run, status, phase, done, total, created, skipped, report,
        time_zone, project_id, board_id, spool_id, spool_key, created_by, created_at, finished_at
        FROM imports WHERE workspace_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
        ORDER BY created_at DESC, id DESC LIMIT $4";
    tenant BY_SPOOL = "SELECT id, status, dry_run, finished_at FROM imports WHERE workspace_id = $1 AND spool_id = $2";
    tenant UNFINISHED = "SELECT id, spool_id FROM imports
        WHERE workspace_id = $1 AND (status = 'queued' OR status = 'running') ORDER BY id LIMIT $2";
    tenant BEGIN = "UPDATE imports SET status = 'running', phase = $3, total = $4, report = $5
        WHERE workspace_id = $1 AND id = $2 AND (status = 'queued' OR status = 'running')";
    tenant ADVANCE = "UPDATE imports
        SET phase = $4, done = $5, created = $6, skipped = $7, report = $8, project_id = $9, board_id = $10
        WHERE workspace_id = $1 AND id = $2 AND done = $3 AND status = 'running'";
    tenant FINISH = "UPDATE imports
        SET status = $3, phase = '', done = $4, report = $5, created = $6, skipped = $7, finished_at = $8
        WHERE workspace_id = $1 AND id = $2 AND (status = 'queued' OR status = 'running')";
    tenant FORGET_UPLOAD = "UPDATE imports SET spool_id = NULL, spool_key = NULL WHERE workspace_id = $1 AND id = $2";
}

/// An import as it is stored; not `Debug`, for the key's sake.
#[derive(Clone)]
pub(super) struct ImportRow {
    pub id: ImportId,
    pub source: String,
    pub file_name: String,
    pub file_hash: Vec<u8>,
    pub dry_run: bool,
    pub status: String,
    pub phase: String,
    pub done: i64,
    pub total: i64,
    pub created: i64,
    pub skipped: i64,
    pub report: String,
    pub time_zone: String,
    pub project_id: Option<Uuid>,
    pub board_id: Option<Uuid>,
    pub spool_id: Option<SpoolId>,
    spool_key: Option<Vec<u8>>,
    pub created_by: Option<UserId>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

store::row!(ImportRow {
    id,
    source,
    file_name,
    file_hash,
    dry_run,
    status,
    phase,
    done,
    total,
    created,
    skipped,
    report,
    time_zone,
    project_id,
    board_id,
    spool_id,
    spool_key,
    created_by,
    created_at,
    finished_at,
});

impl ImportRow {
    /// What opens the upload, for as long as it is kept.
    pub fn ticket(&self) -> Option<Ticket> {
        let key = self.spool_key.as_deref().and_then(Key::from_slice);
        self.spool_id.zip(key).map(|(id, key)| Ticket { id, key })
    }

    pub fn is_over(&self) -> bool {
        !matches!(self.status.as_str(), "queued" | "running")
    }
}

/// Who was found by an upload's id.
pub(super) type BySpool = (ImportId, String, bool, Option<Timestamp>);

/// What a new row says.
pub(super) struct NewRow<'a> {
    pub id: ImportId,
    pub source: &'a str,
    pub file_name: &'a str,
    pub file_hash: &'a [u8],
    pub dry_run: bool,
    pub time_zone: &'a str,
    pub project_id: Option<Uuid>,
    pub ticket: &'a Ticket,
}

pub(super) async fn insert(tx: &mut TenantTx, row: NewRow<'_>) -> Result<()> {
    let (workspace, user, now) = (tx.workspace(), tx.user(), tx.now());
    let report = Report::default().text()?;
    let key = row.ticket.key.bytes();
    tx.exec(
        &INSERT,
        params![
            workspace,
            row.id,
            row.source,
            row.file_name,
            row.file_hash,
            row.dry_run,
            &report,
            row.time_zone,
            row.project_id,
            row.ticket.id,
            key,
            user,
            now
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn find(tx: &mut TenantTx, id: ImportId) -> Result<ImportRow> {
    let workspace = tx.workspace();
    tx.one(&FIND, params![workspace, id]).await
}

/// How an import ends.
pub(super) struct End<'a> {
    pub status: &'static str,
    pub done: i64,
    pub report: &'a Report,
}

/// Gives false when it had ended already.
pub(super) async fn finish(tx: &mut TenantTx, id: ImportId, end: End<'_>) -> Result<bool> {
    let (workspace, now, text) = (tx.workspace(), tx.now(), end.report.text()?);
    let (created, skipped) = totals(end.report)?;
    let ended =
        tx.exec(&FINISH, params![workspace, id, end.status, end.done, &text, created, skipped, now]).await?;
    Ok(ended == 1)
}

/// Takes the key away: what the upload's file holds is noise from then on.
pub(super) async fn forget_upload(tx: &mut TenantTx, id: ImportId) -> Result<()> {
    let workspace = tx.workspace();
    tx.exec(&FORGET_UPLOAD, params![workspace, id]).await.map(drop)
}

pub(super) fn totals(report: &Report) -> Result<(i64, i64)> {
    let signed = |count: u64| i64::try_from(count).map_err(Error::internal);
    Ok((signed(report.total_created())?, signed(report.total_skipped())?))
}
