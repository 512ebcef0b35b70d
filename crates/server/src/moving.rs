//! `trackhold move`: an instance from its data directory into PostgreSQL.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};
use store::moving::{self, Phase, Report, State, Step, Watch};

use crate::cli::Move;
use crate::command::print;
use crate::config::Config;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::progress::{ROWS, Shown};
use crate::{data_dir, log, master_key};

pub fn run(arguments: &Move, environment: &Environment) -> Result<ExitCode, Failure> {
    let config =
        Config::load(arguments.settings(), environment.settings.clone(), arguments.config.as_deref())?;
    log::start(&config, tracing::Level::WARN);
    let Some(database) = &config.database else {
        return Err(Failure::Use(
            "say where to move: give the application role's address in TRACKHOLD_DATABASE_URL or by --to"
                .into(),
        ));
    };
    if !data_dir::has_data(&config.data) {
        return Err(Failure::Other(format!("there is no Trackhold data in {}", config.data.display())));
    }
    // The source's key, which the target keeps: as a server on the data directory would find it.
    let source = Config { database: None, ..config.clone() };
    let held = master_key::obtain(&source, environment.master_key.as_ref())?;
    let work = moving::Move {
        from: config.data.clone(),
        serve: database.serve.expose().to_owned(),
        migrate: database.migrate.as_ref().map(|url| url.expose().to_owned()),
        master_key: held.key,
        dry_run: arguments.dry_run,
    };
    let progress = Arc::new(Shown::new(arguments.json, ROWS));
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
    let outcome = runtime.block_on(work.run(progress.clone()));
    progress.finish();
    let report = outcome?;
    print(&if arguments.json { last_line(&report).to_string() } else { in_words(&report, &config.data) });
    Ok(ExitCode::SUCCESS)
}

impl Watch for Shown {
    fn phase(&self, phase: Phase, rows: Option<u64>) {
        let what = match phase {
            Phase::Checking => "Checking ",
            Phase::Moving => "Moving   ",
            Phase::Verifying => "Verifying",
        };
        self.part(what, rows);
    }

    fn rows(&self, rows: u64) {
        self.advance(rows);
    }

    fn step(&self, step: &Step) {
        self.say(step, || said(step));
    }
}

fn said(step: &Step) -> String {
    let what_became = |state: &State| match state {
        State::Moved => "moved",
        State::ThereAlready => "there already, and equal",
    };
    match step {
        Step::Checked { workspaces, rows, bytes, migrates, resumes } => {
            let schema = if *migrates { "; the schema has to be made first" } else { "" };
            let resumes = if *resumes { "; an earlier move is gone on with" } else { "" };
            format!("To be moved: {workspaces} workspaces, {rows} rows, {bytes} bytes{schema}{resumes}")
        }
        Step::Workspace { id, rows, state, .. } => format!("{id}: {rows} rows, {}", what_became(state)),
        Step::Instance { rows, state, .. } => format!("instance: {rows} rows, {}", what_became(state)),
        Step::Verified { rows } => format!("Read again and found equal: {rows} rows"),
    }
}

fn last_line(report: &Report) -> Value {
    let mut line = json!({ "step": "finished" });
    if let (Value::Object(line), Ok(Value::Object(report))) = (&mut line, serde_json::to_value(report)) {
        line.extend(report);
    }
    line
}

fn in_words(report: &Report, from: &Path) -> String {
    let Report { workspaces, rows, bytes, seconds, sha256, .. } = report;
    if !report.moved {
        return format!("It can be moved (looked at in {seconds:.1} seconds). Nothing was changed.");
    }
    format!(
        "Moved {workspaces} workspaces, {rows} rows, {bytes} bytes in {seconds:.1} seconds; both sides have the digest \
         {sha256}.\nKeep {} until the new server is in use, and start no server on it again: what is written there \
         would be missing here.",
        from.display()
    )
}
