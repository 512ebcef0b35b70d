//! `trackhold workspace erase`.

use std::process::ExitCode;

use serde_json::Value;

use crate::admin::Question;
use crate::cli::EraseWorkspace;
use crate::command::{answer, configured, print};
use crate::environment::Environment;
use crate::failure::Failure;

pub fn erase(arguments: &EraseWorkspace, environment: &Environment) -> Result<ExitCode, Failure> {
    let config = configured(&arguments.common, environment)?;
    let workspace = arguments.workspace;
    if !arguments.yes {
        let question = Question::DescribeWorkspace { workspace };
        return Err(Failure::Use(loss(&answer(&config, environment, question, None)?)));
    }
    let erased = answer(&config, environment, Question::EraseWorkspace { workspace }, None)?;
    print(&if arguments.common.json { erased.to_string() } else { done(&erased) });
    let is_noted = erased["not_noted"].as_array().is_none_or(Vec::is_empty);
    Ok(if is_noted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn loss(found: &Value) -> String {
    format!(
        "{} ({}) would be destroyed for ever: {} members, {} projects, {} items and {} records of its audit log, with \
         the key that opens its backups. Nothing was changed. To erase it, run this again with --yes",
        found["workspace"].as_str().unwrap_or_default(),
        found["name"].as_str().unwrap_or_default(),
        found["members"],
        found["projects"],
        found["items"],
        found["audit_records"],
    )
}

fn done(erased: &Value) -> String {
    let workspace = erased["workspace"].as_str().unwrap_or_default();
    let saved = match erased["saved_keys_end_in_days"].as_u64() {
        Some(days) => format!(
            "Keyrings that were saved before still hold its key: they end {days} days after they were saved, and the \
             erasure is complete then."
        ),
        None => "Where its key was saved before, delete it there as well.".into(),
    };
    let mut told = format!("{workspace} was erased, and its key destroyed. {saved}");
    for left in erased["not_noted"].as_array().into_iter().flatten() {
        let part = |name: &str| left[name].as_str().unwrap_or_default().to_owned();
        told += &format!(
            "\nThis could not be noted in {} ({}): until the next backup there, a restore brings the workspace back. \
             Run this again once the place answers.",
            part("place"),
            part("why"),
        );
    }
    told
}
