//! Whether every workspace opens, where its audit log ends, and whether the clock agrees.

use std::time::Duration;

use kernel::access::Actor;
use kernel::{Result, Timestamp, WorkspaceId};
use store::Store;
use uuid::Uuid;
use web::time::rfc3339;

use super::finding::Finding;
use crate::admin::explain;

store::statements! {
    control CONTROL_END = "SELECT seq FROM audit_head WHERE workspace_id = $1";
    control CONTROL_NEWEST = "SELECT seq, at FROM audit_records WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1";
    tenant END = "SELECT seq FROM audit_head WHERE workspace_id = $1";
    tenant NEWEST = "SELECT seq, at FROM audit_records WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1";
}

/// Machines that write into one database differ by less.
const SLACK: Duration = Duration::from_secs(120);
/// How many that fail are named.
const NAMED: usize = 5;

/// What was found so far.
#[derive(Default)]
struct Seen {
    workspaces: usize,
    closed: Vec<String>,
    broken: Vec<String>,
    newest: Timestamp,
}

pub(super) async fn examine(store: &Store) -> Vec<Finding> {
    let mut seen = Seen::default();
    let outcome = look(store, &mut seen).await;
    let now = store.clock().now();
    let mut found = vec![opening(&seen), heads(&seen), clock(&seen, now)];
    if let Err(error) = outcome {
        let mend = "The server's log says why; a restart may help, a restore does.";
        found.push(Finding::problem("instance", explain(&error), mend));
    }
    found
}

async fn look(store: &Store, seen: &mut Seen) -> Result<()> {
    let door = store.control();
    let scope = Uuid::nil();
    let end: Option<(i64,)> = door.first(&CONTROL_END, store::params![scope]).await?;
    let newest: Option<(i64, Timestamp)> = door.first(&CONTROL_NEWEST, store::params![scope]).await?;
    seen.note("instance", end, newest);
    for workspace in store.workspaces().await? {
        seen.workspaces += 1;
        match ends(store, workspace).await {
            Ok((end, newest)) => seen.note(&workspace.to_string(), end, newest),
            Err(_) => seen.closed.push(workspace.to_string()),
        }
    }
    Ok(())
}

/// The head first: with somebody at work the records are never behind it.
async fn ends(store: &Store, workspace: WorkspaceId) -> Result<(Option<(i64,)>, Option<(i64, Timestamp)>)> {
    let door = store.system_tenant(workspace, Actor::system());
    let end = door.first(&END, store::params![workspace]).await?;
    Ok((end, door.first(&NEWEST, store::params![workspace]).await?))
}

impl Seen {
    fn note(&mut self, whose: &str, end: Option<(i64,)>, newest: Option<(i64, Timestamp)>) {
        let (last, at) = newest.unwrap_or_default();
        self.newest = self.newest.max(at);
        if end.is_none_or(|(end,)| last < end) {
            self.broken.push(whose.to_owned());
        }
    }
}

fn opening(seen: &Seen) -> Finding {
    const CHECK: &str = "workspaces";
    let all = seen.workspaces;
    match seen.closed.len() {
        0 => Finding::ok(CHECK, format!("all {all} workspaces open")),
        failed => Finding::problem(
            CHECK,
            format!("{failed} of {all} workspaces do not open: {}", few(&seen.closed)),
            "The server's log says why. Bring one back with: trackhold backup restore --workspace ws_… --replace",
        ),
    }
}

fn heads(seen: &Seen) -> Finding {
    const CHECK: &str = "audit_heads";
    match seen.broken.len() {
        0 => Finding::ok(CHECK, "every audit log that opens ends where its head says"),
        failed => Finding::problem(
            CHECK,
            format!("{failed} audit logs do not end where their heads say: {}", few(&seen.broken)),
            "Records are missing. Run: trackhold audit verify",
        ),
    }
}

fn clock(seen: &Seen, now: Timestamp) -> Finding {
    const CHECK: &str = "clock";
    if seen.newest > now.plus(SLACK) {
        return Finding::problem(
            CHECK,
            format!("it is {} here, but the newest record is of {}", rfc3339(now), rfc3339(seen.newest)),
            "Set the clock, best by NTP: sessions, links and backups go by it.",
        );
    }
    Finding::ok(CHECK, "no record is from the future")
}

fn few(names: &[String]) -> String {
    let more = if names.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn records_from_the_future_accuse_the_clock() {
        for (newest, verdict) in [
            (NOW, Verdict::Ok),
            (NOW.plus(SLACK), Verdict::Ok),
            (NOW.plus(Duration::from_secs(3_600)), Verdict::Problem),
        ] {
            assert_eq!(clock(&Seen { newest, ..Seen::default() }, NOW).verdict, verdict);
        }
    }

    #[test]
    fn a_head_without_its_record_is_seen() {
        for (end, newest, fine) in [
            (Some((0,)), None, true),
            (Some((2,)), Some((2, NOW)), true),
            (Some((2,)), Some((3, NOW)), true),
            (Some((2,)), Some((1, NOW)), false),
            (Some((2,)), None, false),
            (None, Some((1, NOW)), false),
        ] {
            let mut seen = Seen::default();
            seen.note("instance", end, newest);
            assert_eq!(heads(&seen).verdict == Verdict::Ok, fine, "{end:?} {newest:?}");
        }
    }
}
