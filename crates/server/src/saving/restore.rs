//! `trackhold backup restore`: into a data directory or a database that nobody serves.

use std::sync::Arc;

use serde_json::{Value, json};
use store::backup::{self, Place, Restore, Restored};

use super::{place, readable, words};
use crate::backups::{parse, source};
use crate::cli::RestoreBackup;
use crate::command::{configured, print};
use crate::config::Config;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::instance::engine;
use crate::progress::{BYTES, Shown};
use crate::{data_dir, master_key};

pub(super) fn run(arguments: &RestoreBackup, environment: &Environment) -> Result<(), Failure> {
    let config = configured(&arguments.common, environment)?;
    let from = source(place(arguments.from.as_deref(), "--from")?, &config.backup)?;
    let keyring_from = keyring(arguments, &config)?;
    let identities = arguments.identity.as_deref().map(readable).transpose()?;
    refuse_while_served(&config)?;
    let held = master_key::find(&config, environment.master_key.as_ref())?;
    let master_key = held.ok_or_else(|| no_key(&config))?.key;
    if config.is_embedded() {
        data_dir::prepare(&config.data)?;
    }
    let restore = Restore {
        from,
        backup: arguments.backup,
        identities,
        keyring_from,
        only: arguments.workspace,
        replace: arguments.replace,
        into: engine(&config),
        master_key,
        receiver: Arc::new(identity::Inbox),
    };
    let shown = Arc::new(Shown::new(arguments.common.json, BYTES));
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
    let outcome = runtime.block_on(backup::restore(restore, shown.clone()));
    shown.finish();
    let last = last_line(&outcome?, &config);
    print(&if arguments.common.json { last.to_string() } else { words::restored(&last) });
    Ok(())
}

/// Where keys come from: the place that was named; else those that are there; else where they are usually saved.
fn keyring(arguments: &RestoreBackup, config: &Config) -> Result<Option<Place>, Failure> {
    if let Some(named) = place(arguments.keyring_from.as_deref(), "--keyring-from")? {
        return parse(&named).map(Some);
    }
    let is_there = config.is_embedded() && config.data.join("keyring").exists();
    let usual = config.backup.keyring_to.as_ref().filter(|_| !is_there && arguments.workspace.is_none());
    usual.map(|usual| parse(usual)).transpose()
}

/// A server would go on with what it has in memory, over files that are no longer the same.
fn refuse_while_served(config: &Config) -> Result<(), Failure> {
    if config.is_embedded() && data_dir::is_in_use(&config.data)? {
        return Err(Failure::Other(format!(
            "another server is using {}; stop it first, or restore into another directory (--data)",
            config.data.display()
        )));
    }
    Ok(())
}

fn no_key(config: &Config) -> Failure {
    let file = if config.is_embedded() {
        format!(", or as {}", config.data.join("master.key").display())
    } else {
        String::new()
    };
    Failure::Use(format!(
        "give the master key that the backed up instance had: in TRACKHOLD_MASTER_KEY, by --master-key-file{file}"
    ))
}

fn last_line(restored: &Restored, config: &Config) -> Value {
    let into = if config.is_embedded() { config.data.display().to_string() } else { "PostgreSQL".into() };
    json!({
        "step": "finished",
        "into": into,
        "backup": restored.backup,
        "workspaces": restored.workspaces,
        "rows": restored.rows,
        "bytes": restored.bytes,
        "seconds": restored.seconds,
        "erased_again": restored.erased_again,
        "sha256": restored.sha256,
    })
}
