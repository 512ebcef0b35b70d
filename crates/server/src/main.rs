//! `trackhold`: the server, and the commands of whoever runs it.

mod admin;
mod backups;
mod cli;
mod command;
mod config;
mod data_dir;
mod doctor;
mod document;
mod environment;
mod failure;
mod instance;
mod jobs;
mod log;
mod master_key;
mod moving;
mod progress;
mod ready;
mod routes;
mod saving;
mod serve;
mod signals;
mod workspace;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rustix::fs::Mode;

use crate::cli::{Cli, Command, Workspace};
use crate::environment::Environment;
use crate::failure::Failure;

/// A file is closed within milliseconds, once what was being written is.
const TO_CLOSE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    // First of all, while there is one thread.
    let environment = Environment::take();
    // What is made here is for this user alone, whatever makes it.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    // Keys are in this memory: no core dump, and no look into it by other processes of this user.
    #[cfg(not(debug_assertions))]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let cli = Cli::parse();
    let json = cli.wants_json();
    let ended = environment.map_err(Failure::from).and_then(|environment| run(cli, environment));
    let code = ended.unwrap_or_else(|failure| {
        failure.report(json);
        failure.code()
    });
    store::wait_for_threads(TO_CLOSE);
    code
}

fn run(cli: Cli, environment: Environment) -> Result<ExitCode, Failure> {
    match cli.command {
        None => serve::serve(&cli.serve, environment),
        Some(Command::Serve(serve)) => serve::serve(&serve, environment),
        Some(Command::User(user)) => command::user(user, environment),
        Some(Command::Audit(audit)) => command::audit(audit, environment),
        Some(Command::Move(arguments)) => moving::run(&arguments, &environment),
        Some(Command::Backup(backup)) => saving::run(backup, &environment),
        Some(Command::Workspace(Workspace::Erase(erase))) => workspace::erase(&erase, &environment),
        Some(Command::Doctor(arguments)) => doctor::run(&arguments, &environment),
        Some(Command::Openapi) => document::openapi(),
        Some(Command::AccessMatrix) => document::access_matrix(),
        Some(Command::Routes { json }) => document::routes(json),
    }
}
