//! `trackhold backup`: by the server that owns the data where one runs, else by this process.

mod restore;
mod words;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use kernel::crypto::SecretText;
use serde_json::Value;
use store::backup::{Identities, Phase, Progress, Step};

use crate::admin::Question;
use crate::backups::{Wanted, source, told};
use crate::cli::{Backup, Common, CreateBackup, ListBackups, VerifyBackup};
use crate::command::{answer, ask, configured, print};
use crate::config::value;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::progress::{BYTES, Shown};

/// Bytes of a file of identities; each is a line of 74.
const LONGEST_IDENTITIES: u64 = 8 * 1024;

pub fn run(command: Backup, environment: &Environment) -> Result<ExitCode, Failure> {
    let done = match command {
        Backup::Create(arguments) => create(&arguments, environment),
        Backup::List(arguments) => list(&arguments, environment),
        Backup::Verify(arguments) => verify(&arguments, environment),
        Backup::Restore(arguments) => restore::run(&arguments, environment),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn create(arguments: &CreateBackup, environment: &Environment) -> Result<(), Failure> {
    let wanted = Wanted {
        to: place(arguments.to.as_deref(), "--to")?,
        keyring_to: place(arguments.keyring_to.as_deref(), "--keyring-to")?,
        recipient: match &arguments.recipient {
            Some(text) => Some(value::recipient(text).map_err(|why| wrong("--recipient", &why))?),
            None => None,
        },
        workspace: arguments.workspace,
    };
    let done = shown(&arguments.common, environment, Question::CreateBackup(wanted))?;
    say(&arguments.common, &done, words::created);
    Ok(())
}

/// It needs no data, so that a new machine can look what there is to restore.
fn list(arguments: &ListBackups, environment: &Environment) -> Result<(), Failure> {
    let config = configured(&arguments.common, environment)?;
    let from = place(arguments.from.as_deref(), "--from")?;
    let question = Question::ListBackups { from: from.clone() };
    let found = match ask(&config, &question)? {
        Some(answer) => answer.into_value()?,
        None => {
            let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
            runtime.block_on(async { told::list(&source(from, &config.backup)?).await })?
        }
    };
    say(&arguments.common, &found, words::listed);
    Ok(())
}

fn verify(arguments: &VerifyBackup, environment: &Environment) -> Result<(), Failure> {
    let question = Question::VerifyBackup {
        from: place(arguments.from.as_deref(), "--from")?,
        backup: arguments.backup,
        identities: arguments.identity.as_deref().map(identities).transpose()?,
    };
    let done = shown(&arguments.common, environment, question)?;
    say(&arguments.common, &done, words::verified);
    Ok(())
}

/// Has it done with a bar on the terminal, where this process does it.
fn shown(common: &Common, environment: &Environment, question: Question) -> Result<Value, Failure> {
    let config = configured(common, environment)?;
    let shown = Arc::new(Shown::new(common.json, BYTES));
    let done = answer(&config, environment, question, Some(shown.clone()));
    shown.finish();
    done
}

/// The steps that a server has kept, then how it ended.
fn say(common: &Common, done: &Value, last: fn(&Value) -> String) {
    for step in done["steps"].as_array().into_iter().flatten() {
        print(&if common.json { step.to_string() } else { words::step(step) });
    }
    print(&if common.json { done["last"].to_string() } else { last(&done["last"]) });
}

/// A place as a server understands it, which stands in another directory.
fn place(text: Option<&str>, flag: &str) -> Result<Option<String>, Failure> {
    text.map(value::place).transpose().map_err(|why| wrong(flag, &why))
}

fn wrong(flag: &str, why: &str) -> Failure {
    Failure::Use(format!("{flag}: {why}"))
}

/// The text of a file that holds identities, and nothing else.
fn identities(path: &Path) -> Result<SecretText, Failure> {
    readable(path)?;
    let at = |error: std::io::Error| Failure::Use(format!("{}: {error}", path.display()));
    let mut text = zeroize::Zeroizing::new(String::new());
    File::open(path).map_err(at)?.take(LONGEST_IDENTITIES).read_to_string(&mut text).map_err(at)?;
    Ok(SecretText::new(std::mem::take(&mut *text)))
}

fn readable(path: &Path) -> Result<Identities, Failure> {
    Identities::read(path).map_err(|error| Failure::Use(format!("--identity {}: {error}", path.display())))
}

impl Progress for Shown {
    fn begin(&self, what: Phase, bytes: Option<u64>) {
        let what = match what {
            Phase::Reading => "Reading  ",
            Phase::Sealing => "Sealing  ",
            Phase::Checking => "Checking ",
            Phase::Restoring => "Restoring",
        };
        self.part(what, bytes);
    }

    fn bytes(&self, bytes: u64) {
        self.advance(bytes);
    }

    fn step(&self, step: &Step) {
        self.say(step, || words::step(&serde_json::to_value(step).unwrap_or_default()));
    }
}
