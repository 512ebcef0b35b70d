//! Backups: whether there is a new one, who has looked at it, and what would be lost with this machine.

use std::time::Duration;

use kernel::Timestamp;
use store::backup::Listed;
use uuid::Uuid;
use web::time::rfc3339;

use super::finding::Finding;
use crate::admin::Operations;
use crate::backups::Overview;

store::statements! {
    control OLDEST = "SELECT at FROM audit_records WHERE workspace_id = $1 ORDER BY seq LIMIT 1";
}

/// The daily one, and two hours for it.
const OLD: Duration = Duration::from_secs(26 * 3_600);
const NEW_ONE: &str = "Make one and see what it says: trackhold backup create";

pub(super) async fn examine(operations: &Operations) -> Vec<Finding> {
    let overview = operations.backups.overview().await;
    let now = operations.store.clock().now();
    let Some(place) = &overview.place else {
        let mend =
            "Name a place by backup_to, or see to it yourself that there are backups, and that they open.";
        return vec![Finding::warning("backup_age", "the daily backup is off", mend)];
    };
    if let Some(why) = &overview.unread {
        let says = format!("what lies in {place} cannot be read: {why}");
        let mend = "See that the place is there, and that the server may read it.";
        return vec![Finding::problem("backup_age", says, mend)];
    }
    let latest = overview.newest.as_ref();
    let began = oldest_record(operations).await.unwrap_or(now);
    let mut found = vec![age(&overview, place, latest, began, now)];
    if let Some(latest) = latest {
        found.push(checked(&overview, latest));
    }
    found.push(keyring(&overview, latest));
    found.push(sealing(&overview));
    if let Some((at, error)) = &overview.last_error {
        let says = format!("at {} a backup failed or was not whole: {error}", rfc3339(*at));
        found.push(Finding::problem("backup_error", says, NEW_ONE));
    }
    found
}

/// When the instance was begun, as far as its audit log goes back.
async fn oldest_record(operations: &Operations) -> Option<Timestamp> {
    let door = operations.store.control();
    let oldest = door.first::<(Timestamp,)>(&OLDEST, store::params![Uuid::nil()]).await;
    // What cannot be read is told of by another check.
    oldest.unwrap_or_default().map(|(at,)| at)
}

fn age(
    overview: &Overview,
    place: &str,
    latest: Option<&Listed>,
    began: Timestamp,
    now: Timestamp,
) -> Finding {
    const CHECK: &str = "backup_age";
    let running = if overview.running { "; one is being made now" } else { "" };
    let Some(latest) = latest else {
        let says = format!("there is no backup in {place} yet{running}");
        if now.since(began) > OLD {
            return Finding::problem(CHECK, says, NEW_ONE);
        }
        return Finding::warning(CHECK, says, "The server makes the first one a minute after its start.");
    };
    let made_at = latest.manifest.made_at;
    let (hours, days) = (now.since(made_at).as_secs() / 3_600, overview.keep_days);
    let says = format!(
        "the newest one, {} in {place}, is {hours} hours old; they are kept for {days} days{running}",
        latest.manifest.id
    );
    if now.since(made_at) > OLD {
        return Finding::problem(
            CHECK,
            says,
            format!("Is a server running, and what does its log say? {NEW_ONE}"),
        );
    }
    Finding::ok(CHECK, says)
}

fn checked(overview: &Overview, latest: &Listed) -> Finding {
    const CHECK: &str = "backup_checked";
    let id = latest.manifest.id;
    match &latest.certificate {
        Some(certificate) if certificate.full => {
            let says =
                format!("{id} was restored for a check and found whole {}", rfc3339(certificate.checked_at));
            Finding::ok(CHECK, says)
        }
        Some(certificate) => {
            let says =
                format!("of {id} the ciphertext alone was checked, {}", rfc3339(certificate.checked_at));
            let identity = if overview.off_machine { " --identity FILE" } else { "" };
            Finding::warning(CHECK, says, format!("Now and then run: trackhold backup verify{identity}"))
        }
        None => Finding::warning(
            CHECK,
            format!("nobody has checked {id} yet"),
            "A running server does so within ten minutes; or run: trackhold backup verify",
        ),
    }
}

fn keyring(overview: &Overview, latest: Option<&Listed>) -> Finding {
    const CHECK: &str = "keyring_saved";
    let Some(place) = &overview.keyring_place else {
        return Finding::warning(
            CHECK,
            "the keyring is not saved: if this machine is lost, no backup can be read",
            "Name another place than that of the backups by backup_keyring_to.",
        );
    };
    if latest.is_some_and(|latest| !latest.manifest.keyring_saved) {
        let says = format!("the newest backup was made without saving the keyring to {place}");
        return Finding::warning(CHECK, says, NEW_ONE);
    }
    Finding::ok(CHECK, format!("the keyring is saved to {place}"))
}

fn sealing(overview: &Overview) -> Finding {
    const CHECK: &str = "backup_sealing";
    if overview.off_machine {
        return Finding::ok(CHECK, "backups are sealed for a key that is not on this machine");
    }
    Finding::warning(
        CHECK,
        "the key that opens the backups is on this machine: who takes it over reads old backups too",
        "Make a key elsewhere with age-keygen and give its age1… here as backup_recipient.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;
    use crate::backups::listed;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const HOUR: Duration = Duration::from_secs(3_600);

    fn overview(keyring_place: Option<&str>) -> Overview {
        Overview {
            place: Some("/b".into()),
            keyring_place: keyring_place.map(str::to_owned),
            keep_days: 30,
            ..Overview::default()
        }
    }

    #[test]
    fn an_old_backup_or_none_for_long_is_a_problem() {
        let verdict = |made: Option<Duration>, began: Duration| {
            let made = made.map(|ago| listed(NOW.minus(ago), None));
            age(&overview(None), "/b", made.as_ref(), NOW.minus(began), NOW).verdict
        };
        assert_eq!(verdict(Some(HOUR * 25), HOUR * 900), Verdict::Ok);
        assert_eq!(verdict(Some(HOUR * 27), HOUR * 900), Verdict::Problem);
        assert_eq!(verdict(None, HOUR), Verdict::Warning);
        assert_eq!(verdict(None, HOUR * 27), Verdict::Problem);
    }

    #[test]
    fn what_nobody_checked_or_saved_is_said() {
        let made = listed(NOW, None);
        assert_eq!(checked(&overview(None), &made).verdict, Verdict::Warning);
        assert_eq!(keyring(&overview(None), Some(&made)).verdict, Verdict::Warning);
        assert_eq!(keyring(&overview(Some("/k")), Some(&made)).verdict, Verdict::Warning);
        assert_eq!(keyring(&overview(Some("/k")), None).verdict, Verdict::Ok);
    }
}
