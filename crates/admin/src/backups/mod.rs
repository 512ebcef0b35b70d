//! Backups as whoever runs the instance sees them: what there is, when it was proven, and what is missing.

pub(crate) mod api;
pub(crate) mod page;
mod shown;

use std::sync::Arc;
use std::time::Duration;

use kernel::access::Caller;
use kernel::audit::Entry;
use kernel::{Error, Result, Timestamp};
use store::Store;
use store::backup::Listed;
use web::BoxFuture;

/// Whoever makes the backups.
pub trait Saving: Send + Sync + 'static {
    fn overview(&self) -> BoxFuture<'_, Result<Overview>>;
    /// Begins one now.
    fn start_now(&self) -> Begun;
}

/// What became of a wish for a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    Yes,
    /// One is under way.
    AlreadyRunning,
    TurnedOff,
}

pub(crate) type Backups = Arc<dyn Saving>;

/// Where they go, and what became of them.
#[derive(Clone, Default)]
pub struct Overview {
    /// None where backups are turned off.
    pub place: Option<String>,
    pub keyring_place: Option<String>,
    /// Sealed for a key that is not on this machine.
    pub off_machine: bool,
    pub keep_days: u32,
    /// The newest of everything.
    pub newest: Option<Listed>,
    /// The newest of everything that was checked.
    pub proven: Option<Listed>,
    /// The newest of any kind, newest first.
    pub last: Vec<Listed>,
    /// Why nobody can say what there is.
    pub unread: Option<String>,
    pub last_error: Option<(Timestamp, String)>,
    pub running: bool,
}

/// Without a backup for so long something is wrong: one is made every day.
const LATE: Duration = Duration::from_secs(26 * 3_600);

/// What an operator has to see to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warning {
    Off,
    Unread,
    None,
    Late,
    Unproven,
    KeyringNotSaved,
    KeyOnMachine,
}

impl Warning {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Off => "backups_off",
            Self::Unread => "backups_unread",
            Self::None => "no_backup",
            Self::Late => "backup_late",
            Self::Unproven => "backup_unproven",
            Self::KeyringNotSaved => "keyring_not_saved",
            Self::KeyOnMachine => "key_on_machine",
        }
    }

    /// Data may be lost, or the chance of it is not small.
    pub(crate) const fn is_grave(self) -> bool {
        !matches!(self, Self::KeyOnMachine)
    }
}

impl Overview {
    pub(crate) fn warnings(&self, now: Timestamp) -> Vec<Warning> {
        if self.place.is_none() {
            return vec![Warning::Off];
        }
        let mut found = Vec::new();
        match &self.newest {
            None if self.unread.is_some() => found.push(Warning::Unread),
            None => found.push(Warning::None),
            Some(newest) if now.since(newest.manifest.made_at) > LATE => found.push(Warning::Late),
            Some(newest) if newest.certificate.is_none() => found.push(Warning::Unproven),
            Some(_) => {}
        }
        if self.keyring_place.is_none() {
            found.push(Warning::KeyringNotSaved);
        }
        if !self.off_machine {
            found.push(Warning::KeyOnMachine);
        }
        found
    }
}

/// Has one made now; on record.
pub(crate) async fn start(store: &Store, saving: &Backups, caller: &Caller) -> Result<()> {
    match saving.start_now() {
        Begun::Yes => {}
        Begun::AlreadyRunning => {
            return Err(Error::conflict("backup_running", "A backup is being made already."));
        }
        Begun::TurnedOff => return Err(Error::conflict("backups_off", "Backups are turned off.")),
    }
    store
        .control()
        .by(caller.actor())
        .write(async |tx| {
            tx.audit(Entry::new("backup.asked_for", "instance"));
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let now = Timestamp::from_seconds(1_760_000_000);
        let mut overview = Overview::default();
        assert_eq!(overview.warnings(now), [Warning::Off]);
        overview.place = Some("/backups".into());
        assert_eq!(overview.warnings(now), [Warning::None, Warning::KeyringNotSaved, Warning::KeyOnMachine]);
        overview.keyring_place = Some("/elsewhere".into());
        overview.off_machine = true;
        assert_eq!(overview.warnings(now), [Warning::None]);
        overview.unread = Some("there is no such bucket".into());
        assert_eq!(overview.warnings(now), [Warning::Unread]);
    }
}
