//! Moving an instance from its embedded files into PostgreSQL. The source is read and stays as it is; the target
//! holds each workspace whole or not at all, and is served only when everything was found equal.

pub(crate) mod marker;
mod report;
mod source;
mod survey;
mod target;

pub use report::{Phase, Report, State, Step, Watch};
pub(crate) use target::taken_table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use kernel::crypto::MasterKey;

use self::source::Source;
use self::survey::{Found, Survey};
use self::target::Target;
use crate::copy::CopyError;

/// What is moved, and where to.
#[derive(Clone)]
pub struct Move {
    /// A data directory that no server uses.
    pub from: PathBuf,
    /// PostgreSQL as the application role.
    pub serve: String,
    /// PostgreSQL as the owner, to migrate it first.
    pub migrate: Option<String>,
    pub master_key: MasterKey,
    /// Only looks whether it could be done.
    pub dry_run: bool,
}

impl Move {
    /// Moves everything, or goes on where an earlier move of the same source ended.
    pub async fn run(&self, watch: Arc<dyn Watch>) -> Result<Report, CopyError> {
        let begun = Instant::now();
        watch.phase(Phase::Checking, None);
        let (source, survey) = self.look_at_source(&watch).await?;
        let mut target = Target::connect(&self.serve).await?;
        let looked = target.look(&source, &survey.instance).await?;
        if !looked.is_current && self.migrate.is_none() {
            return Err(target::not_migrated());
        }
        watch.step(&Step::Checked {
            workspaces: survey.workspaces.len(),
            rows: survey.rows(),
            bytes: survey.bytes(),
            migrates: !looked.is_current,
            resumes: looked.is_unfinished,
        });
        if self.dry_run {
            return Ok(survey.report(begun, false));
        }
        if let Some(migrate) = &self.migrate {
            target.migrate(&self.serve, migrate).await?;
        }
        target.lock().await?;
        // Another move may have begun in between.
        let looked = target.look(&source, &survey.instance).await?;
        target.begin(&source, looked.is_unfinished).await?;
        write_all(&source, &survey, &mut target, &watch).await?;
        watch.phase(Phase::Verifying, Some(survey.rows()));
        for found in survey.all() {
            target.verify(found, &watch).await?;
        }
        target.finish(&source, &survey.ids()).await?;
        let report = survey.report(begun, true);
        watch.step(&Step::Verified { rows: report.rows });
        Ok(report)
    }

    async fn look_at_source(&self, watch: &Arc<dyn Watch>) -> Result<(Arc<Source>, Survey), CopyError> {
        let (from, master, watch) = (self.from.clone(), self.master_key.clone(), watch.clone());
        let looking = move || -> Result<_, CopyError> {
            let source = Source::open(from, master)?;
            let survey = Survey::make(&source, &*watch)?;
            Ok((Arc::new(source), survey))
        };
        tokio::task::spawn_blocking(looking).await?
    }
}

/// Each workspace in a transaction of its own, and the instance last: until then nobody can sign in there.
async fn write_all(
    source: &Arc<Source>,
    survey: &Survey,
    target: &mut Target,
    watch: &Arc<dyn Watch>,
) -> Result<(), CopyError> {
    watch.phase(Phase::Moving, Some(survey.rows()));
    for found in &survey.workspaces {
        let state = target.write(source, found, &[], watch).await?;
        watch.step(&step(found, state));
    }
    let keys = source.wrapped(&survey.ids())?;
    let state = target.write(source, &survey.instance, &keys, watch).await?;
    watch.step(&step(&survey.instance, state));
    Ok(())
}

fn step(found: &Found, state: State) -> Step {
    let (rows, sha256) = (found.inspection.digest.rows(), found.inspection.digest.text());
    match found.scope.workspace() {
        Some(id) => Step::Workspace { id, rows, sha256, state },
        None => Step::Instance { rows, sha256, state },
    }
}
