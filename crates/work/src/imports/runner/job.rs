//! One import, from the line to its end.

use std::sync::Arc;
use std::time::Duration;

use kernel::access::{Actor, Credential, Origin};
use kernel::audit::Entry;
use kernel::{Error, WorkspaceId};
use serde_json::json;
use store::{Store, TenantDoor, TenantTx, params};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::imports::ImportId;
use crate::imports::LARGEST_UPLOAD;
use crate::imports::report::{Problem, Report};
use crate::imports::spool::{Spool, Spools};
use crate::imports::store::{self as rows, BEGIN, End, ImportRow};
use crate::imports::trello::{Checked, ImportError, Limits, validate};
use crate::imports::writing::{self, Desk, Phase, Scene, Standing};

/// An import that was checked and is being written.
pub(in super::super) struct Job {
    door: TenantDoor,
    spools: Spools,
    row: ImportRow,
    spool: Arc<Spool>,
    checked: Arc<Checked>,
    scene: Arc<Scene>,
    /// What the scene shows may have changed.
    stale: bool,
    order: Arc<Vec<u32>>,
    standing: Standing,
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Step {
    Went,
    Over,
}

/// Why an import does not go on.
enum Trouble {
    /// It failed, and says why.
    Failed(Problem),
    /// The store did not take it, this time.
    Store(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        Self::Failed(Problem::from(&error))
    }
}

/// Waits between tries while the store is not there; then the import fails.
const PATIENCE: [u64; 8] = [100, 300, 1_000, 3_000, 10_000, 30_000, 60_000, 120_000];

impl Job {
    /// Runs to the end, or until the server stops.
    pub(super) async fn run(
        store: Store,
        spools: Spools,
        workspace: WorkspaceId,
        id: ImportId,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut job: Option<Self> = None;
        let mut waits = PATIENCE.into_iter();
        while !*stopping.borrow() {
            let outcome = match &mut job {
                Some(job) => job.step().await,
                None => match Self::open(&store, &spools, workspace, id).await {
                    Ok(Some(opened)) => {
                        job = Some(opened);
                        Ok(Step::Went)
                    }
                    Ok(None) => Ok(Step::Over),
                    Err(error) => Err(error),
                },
            };
            match outcome {
                Ok(Step::Over) => return,
                Ok(Step::Went) => waits = PATIENCE.into_iter(),
                Err(error) => {
                    let Some(wait) = waits.next() else {
                        give_up(&store, &spools, workspace, id, &error).await;
                        return;
                    };
                    tracing::warn!(import = %id, %error, "an import waits for the store");
                    let _ = tokio::time::timeout(Duration::from_millis(wait), stopping.changed()).await;
                }
            }
        }
    }

    /// Checks the upload as a whole. None when there is nothing (more) to do: it is over, or has
    /// just failed.
    ///
    /// # Errors
    /// When the store does not answer; nothing has happened then.
    pub async fn open(
        store: &Store,
        spools: &Spools,
        workspace: WorkspaceId,
        id: ImportId,
    ) -> Result<Option<Self>, Error> {
        let door = store.system_tenant(workspace, Actor::system());
        let row = match door.read(async move |tx: &mut TenantTx| rows::find(tx, id).await).await {
            Err(Error::NotFound) => return Ok(None),
            found => found?,
        };
        if row.is_over() {
            return Ok(None);
        }
        // In the name of whoever asked for it.
        let actor = Actor { user: row.created_by, credential: Credential::System, origin: Origin::default() };
        let door = store.system_tenant(workspace, actor);
        match Self::check(&door, spools, &row).await {
            Ok(job) => Ok(Some(job)),
            Err(Trouble::Store(error)) => Err(error),
            Err(Trouble::Failed(problem)) => {
                let report = Report::parse(&row.report)?;
                fail(&door, spools, &row, report, row.done, problem).await?;
                Ok(None)
            }
        }
    }

    async fn check(door: &TenantDoor, spools: &Spools, row: &ImportRow) -> Result<Self, Trouble> {
        let lost = || {
            Trouble::Failed(Problem::new("upload_lost", "The upload is not there any more; send it again."))
        };
        let ticket = row.ticket().ok_or_else(lost)?;
        let spool = Arc::new(spools.find(door.workspace(), ticket).map_err(|_| lost())?);
        let source = spool.clone();
        let limits = Limits { file_bytes: LARGEST_UPLOAD, ..Limits::default() };
        let checking = spawn_blocking(move || validate(&*source, &limits));
        let checked = Arc::new(checking.await.map_err(Error::internal)??);
        let total = i64::try_from(writing::total(&checked)).map_err(Error::internal)?;
        let report = if row.done == 0 { Report::of(checked.summary()) } else { Report::parse(&row.report)? };
        let zone = writing::zone(&row.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let scene = Scene::empty(&checked, zone, row.created_at);
        let standing = Standing { done: row.done, report, project: row.project_id, board: row.board_id };
        let (id, begun, first) = (row.id, standing.clone(), row.status == "queued");
        let dry_run = row.dry_run;
        door.write(async move |tx: &mut TenantTx| begin(tx, id, begun, total, first, dry_run).await).await?;
        Ok(Self {
            door: door.clone(),
            spools: spools.clone(),
            row: row.clone(),
            spool,
            checked,
            scene: Arc::new(scene),
            stale: true,
            order: Arc::default(),
            standing,
        })
    }

    /// Writes the next chunk, or ends the import when there is none.
    ///
    /// # Errors
    /// When the store does not answer; the same step can be tried again.
    pub async fn step(&mut self) -> Result<Step, Error> {
        match self.try_step().await {
            Ok(step) => Ok(step),
            Err(Trouble::Store(Error::Conflict { code: "import_stopped", .. })) => {
                // Whoever stopped it has taken the key away; nobody can read the upload any more.
                if let Some(id) = self.row.spool_id {
                    self.spools.remove(self.door.workspace(), id);
                }
                Ok(Step::Over)
            }
            // Somebody took away what the chunk refers to: it is looked at again.
            Err(Trouble::Store(
                error @ Error::Conflict { code: "missing_reference" | "already_exists", .. },
            )) => {
                self.stale = true;
                Err(error)
            }
            Err(Trouble::Store(Error::Conflict { code, detail } | Error::Forbidden { code, detail })) => {
                self.fail(Problem::new(code, detail)).await
            }
            Err(Trouble::Store(error)) => Err(error),
            Err(Trouble::Failed(problem)) => self.fail(problem).await,
        }
    }

    async fn fail(&self, problem: Problem) -> Result<Step, Error> {
        let report = self.standing.report.clone();
        fail(&self.door, &self.spools, &self.row, report, self.standing.done, problem).await?;
        Ok(Step::Over)
    }

    async fn try_step(&mut self) -> Result<Step, Trouble> {
        let writes = !self.row.dry_run;
        let done = usize::try_from(self.standing.done).map_err(Error::internal)?;
        let fresh = self.standing.report.course.fresh;
        let (checked, spool) = (self.checked.clone(), self.spool.clone());
        let reading = spawn_blocking(move || writing::read(&checked, &*spool, done, fresh && !writes));
        let Some(chunk) = reading.await.map_err(Error::internal)?? else { return self.finish().await };
        if self.stale && chunk.phase != Phase::Board {
            let (scene, standing) = (self.scene.clone(), self.standing.clone());
            let looked =
                self.door.read(async move |tx: &mut TenantTx| scene.look(tx, &standing).await).await?;
            (self.scene, self.stale) = (Arc::new(looked), false);
        }
        if chunk.phase == Phase::Cards && fresh && writes && self.order.is_empty() {
            let (checked, spool) = (self.checked.clone(), self.spool.clone());
            let ordering = spawn_blocking(move || writing::order(&checked, &*spool));
            self.order = Arc::new(ordering.await.map_err(Error::internal)??);
        }
        let desk = Desk {
            import: self.row.id,
            writes,
            scene: self.scene.clone(),
            checked: self.checked.clone(),
            order: self.order.clone(),
        };
        let standing = self.standing.clone();
        let written = self
            .door
            .write(async move |tx: &mut TenantTx| writing::write(tx, desk, chunk, standing).await)
            .await?;
        self.standing = written.0;
        self.stale |= written.1;
        Ok(Step::Went)
    }

    /// The counts have to add up, or the import says that they do not.
    async fn finish(&mut self) -> Result<Step, Trouble> {
        let unreconciled = self.standing.report.unreconciled();
        if !unreconciled.is_empty() {
            tracing::error!(import = %self.row.id, kinds = ?unreconciled, "the counts of an import do not add up");
            let detail = format!(
                "The counts of {} do not add up; this is a fault of the server.",
                unreconciled.join(", ")
            );
            return Err(Trouble::Failed(Problem::new("counts_differ", detail)));
        }
        let (id, dry_run, standing) = (self.row.id, self.row.dry_run, self.standing.clone());
        self.door.write(async move |tx: &mut TenantTx| succeed(tx, id, dry_run, standing).await).await?;
        if let (Some(spool), false) = (self.row.spool_id, dry_run) {
            self.spools.remove(self.door.workspace(), spool);
        }
        Ok(Step::Over)
    }
}

async fn begin(
    tx: &mut TenantTx,
    id: ImportId,
    standing: Standing,
    total: i64,
    first: bool,
    dry_run: bool,
) -> kernel::Result<()> {
    let (workspace, text) = (tx.workspace(), standing.report.text()?);
    let phase = Phase::Board.name();
    if tx.exec(&BEGIN, params![workspace, id, phase, total, &text]).await? == 0 {
        return Err(Error::conflict("import_stopped", "This import was stopped."));
    }
    if first {
        tx.audit(Entry::new("import.started", id).details(json!({"total": total, "dry_run": dry_run})));
    }
    Ok(())
}

async fn succeed(tx: &mut TenantTx, id: ImportId, dry_run: bool, standing: Standing) -> kernel::Result<()> {
    let report = &standing.report;
    if !rows::finish(tx, id, End { status: "done", done: standing.done, report }).await? {
        return Ok(());
    }
    if !dry_run {
        rows::forget_upload(tx, id).await?;
    }
    let board = standing.board.map(crate::boards::BoardId::from_uuid);
    let details = json!({
        "status": "done",
        "dry_run": dry_run,
        "board": board,
        "counts": report.counts,
        "left_out": report.left_out.iter().map(|left| left.count).sum::<u64>(),
    });
    tx.audit(Entry::new("import.finished", id).details(details));
    tx.event("import.finished", id, json!({"status": "done", "board": board}));
    Ok(())
}

async fn fail(
    door: &TenantDoor,
    spools: &Spools,
    row: &ImportRow,
    mut report: Report,
    done: i64,
    problem: Problem,
) -> Result<(), Error> {
    let (id, code) = (row.id, problem.code.clone());
    report.errors.push(problem);
    door.write(async move |tx: &mut TenantTx| {
        if rows::finish(tx, id, End { status: "failed", done, report: &report }).await? {
            rows::forget_upload(tx, id).await?;
            tx.audit(Entry::new("import.finished", id).details(json!({"status": "failed", "code": code})));
            tx.event("import.finished", id, json!({"status": "failed"}));
        }
        Ok(())
    })
    .await?;
    if let Some(spool) = row.spool_id {
        spools.remove(door.workspace(), spool);
    }
    Ok(())
}

/// The store refuses for minutes: the import fails, if even that can be written. What it wrote stays.
async fn give_up(store: &Store, spools: &Spools, workspace: WorkspaceId, id: ImportId, error: &Error) {
    tracing::error!(import = %id, %error, "an import was given up");
    let door = store.system_tenant(workspace, Actor::system());
    let given_up = async {
        let row = door.read(async move |tx: &mut TenantTx| rows::find(tx, id).await).await?;
        let report = Report::parse(&row.report)?;
        let problem = Problem::new(
            "internal",
            "It could not go on; what was imported stays. The server's log says why.",
        );
        fail(&door, spools, &row, report, row.done, problem).await
    };
    if let Err(error) = given_up.await {
        tracing::error!(import = %id, %error, "nor could that be written down; it goes on at the next start");
    }
}
