//! `trackhold doctor`: what an operator should know. What needs the store is looked at by the server
//! that owns it, where one runs.

mod backups;
mod disk;
mod finding;
mod instance;
mod workspaces;

use std::fs;
use std::io::ErrorKind;
use std::process::ExitCode;

use serde_json::{Value, json};

pub use self::instance::findings;

use self::finding::{Finding, Verdict};
use crate::admin::Question;
use crate::cli::Doctor;
use crate::command::{ask, print};
use crate::config::Config;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::instance::Instance;
use crate::{data_dir, log, master_key};

const STORE: &str = "store";

pub fn run(arguments: &Doctor, environment: &Environment) -> Result<ExitCode, Failure> {
    let common = &arguments.common;
    let loaded = Config::load(common.settings(), environment.settings.clone(), common.config.as_deref());
    let findings = match loaded {
        Ok(config) => {
            log::start(&config, tracing::Level::ERROR);
            examine(&config, environment)
        }
        Err(error) => {
            vec![Finding::problem(
                "configuration",
                error.to_string(),
                "Correct this setting; no server starts with it.",
            )]
        }
    };
    let count = |verdict: Verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (problems, warnings) = (count(Verdict::Problem), count(Verdict::Warning));
    if common.json {
        print(&json!({ "problems": problems, "warnings": warnings, "checks": findings }).to_string());
    } else {
        findings.iter().for_each(|finding| print(&finding.in_words()));
        print(&format!("{problems} problems, {warnings} warnings"));
    }
    Ok(if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn examine(config: &Config, environment: &Environment) -> Vec<Finding> {
    let mut all = vec![Finding::ok("configuration", "every setting is understood"), folder(config)];
    match over_store(config, environment) {
        Ok(found) => all.extend(found),
        Err(failure) => {
            let mend = "Do what it says, then run this again: the other checks need the store.";
            all.push(Finding::problem(STORE, failure.to_string(), mend));
        }
    }
    all
}

/// The mode of the data directory, which on PostgreSQL holds uploads and nothing else.
fn folder(config: &Config) -> Finding {
    const CHECK: &str = "data_directory";
    let data = config.data.display();
    match fs::metadata(&config.data) {
        Ok(found) if master_key::is_open_to_others(&found) => {
            let says = format!("others can look into {data}");
            Finding::problem(CHECK, says, format!("Run: chmod 700 {data}"))
        }
        Ok(_) => Finding::ok(CHECK, format!("{data} is closed to others")),
        Err(error) if error.kind() == ErrorKind::NotFound && !config.is_embedded() => {
            Finding::ok(CHECK, format!("{data} is not made yet"))
        }
        Err(error) => Finding::problem(
            CHECK,
            format!("{data}: {error}"),
            "Name the right one by --data or TRACKHOLD_DATA.",
        ),
    }
}

fn over_store(config: &Config, environment: &Environment) -> Result<Vec<Finding>, Failure> {
    if let Some(answer) = ask(config, &Question::Doctor)? {
        return read(answer.into_value()?);
    }
    if config.is_embedded() && !data_dir::has_data(&config.data) {
        return Err(Failure::Other(format!("there is no Trackhold data in {}", config.data.display())));
    }
    let missing =
        || Failure::Other("no master key was given, and there is none in the data directory".into());
    let held = master_key::find(config, environment.master_key.as_ref())?.ok_or_else(missing)?;
    let mut config = config.clone();
    if let Some(database) = &mut config.database {
        // To look is not to migrate.
        database.migrate = None;
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
    let found = runtime.block_on(async {
        let instance = Instance::open(&config, &held, config.listen.port()).await?;
        findings(&instance.operations()).await
    });
    read(found?)
}

fn read(found: Value) -> Result<Vec<Finding>, Failure> {
    serde_json::from_value(found).map_err(Failure::other)
}
