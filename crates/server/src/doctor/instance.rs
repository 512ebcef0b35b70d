//! What is looked at in the process that has the store open.

use std::fs;

use serde_json::Value;
use store::migrations;
use uuid::Uuid;

use super::finding::Finding;
use super::{backups, disk, workspaces};
use crate::admin::{Operations, explain};
use crate::config::Config;
use crate::failure::Failure;
use crate::master_key::{Source, is_open_to_others};

store::statements! {
    control ACTION = "SELECT seq FROM audit_records WHERE workspace_id = $1 AND action = $2 ORDER BY seq LIMIT 1";
}

/// All findings, in JSON: they may go over the socket.
pub async fn findings(operations: &Operations) -> Result<Value, Failure> {
    let mut all = vec![user(), key_file(&operations.key), listening(&operations.config)];
    all.push(saved_key(operations).await);
    all.push(schema());
    all.extend(workspaces::examine(&operations.store).await);
    all.extend(backups::examine(operations).await);
    all.extend(disk::examine(operations).await);
    serde_json::to_value(all).map_err(Failure::other)
}

fn user() -> Finding {
    if rustix::process::geteuid().is_root() {
        let mend = "Run the server as a user of its own, which owns the data directory and nothing else.";
        return Finding::warning("user", "it runs as root", mend);
    }
    Finding::ok("user", "it does not run as root")
}

fn key_file(source: &Source) -> Finding {
    const CHECK: &str = "master_key_file";
    let path = match source {
        Source::Environment => {
            return Finding::ok(CHECK, "the master key comes from the environment, not from a file");
        }
        Source::Named(path) | Source::Own(path) => path,
    };
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if is_open_to_others(&found) => {
            Finding::problem(CHECK, format!("others can read {shown}"), format!("Run: chmod 600 {shown}"))
        }
        Ok(_) => Finding::ok(CHECK, format!("{shown} is closed to others")),
        Err(error) => {
            let mend = "Put it back from where you saved it: the next start needs it.";
            Finding::problem(CHECK, format!("{shown}: {error}"), mend)
        }
    }
}

/// Passwords and sessions in clear stay on this machine, or come through a proxy that does TLS.
fn listening(config: &Config) -> Finding {
    const CHECK: &str = "listen";
    if let Err(error) = config.refuse_plain_http_in_the_open() {
        return Finding::problem(CHECK, error.to_string(), "Change --listen or --behind-proxy.");
    }
    let https = config.public_url.as_ref().is_some_and(web::PublicUrl::is_https);
    match (config.behind_proxy.is_empty(), https) {
        (true, false) => Finding::ok(CHECK, "plain HTTP, on loopback alone"),
        (true, true) => Finding::warning(
            CHECK,
            "the public URL is https, but no proxy is named: everybody seems to come from one address",
            "Name the TLS proxy by --behind-proxy (TRACKHOLD_BEHIND_PROXY).",
        ),
        (false, true) => Finding::ok(CHECK, "behind a TLS proxy"),
        (false, false) => Finding::problem(
            CHECK,
            "behind a proxy, but the public URL is not https: sessions would cross the network in clear",
            "Give the address that people use, https://…, by --public-url (TRACKHOLD_PUBLIC_URL).",
        ),
    }
}

/// Where the operator gave the key, they have it; of one that was made here, whoever claimed the instance says so.
async fn saved_key(operations: &Operations) -> Finding {
    const CHECK: &str = "master_key_saved";
    let Source::Own(path) = &operations.key else {
        return Finding::ok(CHECK, "the master key is kept by whoever runs this server");
    };
    let door = operations.store.control();
    let said = door.first::<(i64,)>(&ACTION, store::params![Uuid::nil(), "master_key.saved"]).await;
    let mend = format!(
        "Save a copy of {} in a password manager or a safe, never beside the backups: without it nobody can read the \
         data or any backup.",
        path.display()
    );
    match said {
        Ok(Some(_)) => {
            Finding::ok(CHECK, "at the first run it was said that the master key is saved elsewhere")
        }
        Ok(None) => Finding::warning(CHECK, "nobody has said that the master key is saved elsewhere", mend),
        Err(error) => {
            Finding::problem(CHECK, explain(&error), "The instance's audit log cannot be read; see the log.")
        }
    }
}

/// A store that is open has been brought to the newest schema, or was found to have it.
fn schema() -> Finding {
    let name = migrations::names().last().unwrap_or_default();
    Finding::ok("schema", format!("the schema is current ({name})"))
}
