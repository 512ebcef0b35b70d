//! What the daily job has to do now.

use std::time::Duration;

use kernel::Timestamp;
use store::backup::{self, BackupId, Listed};

/// How old the newest one may become.
pub const DAILY: Duration = Duration::from_secs(24 * 3_600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Make,
    /// It was made, and nobody has looked whether it can be read.
    Check(BackupId),
    Nothing,
}

/// `damaged` was found so by a check.
pub fn next(listed: &[Listed], damaged: Option<BackupId>, now: Timestamp) -> Next {
    match backup::whole(listed, now).next() {
        Some(newest) if damaged == Some(newest.manifest.id) => Next::Make,
        Some(newest) if is_due(Some(newest.manifest.made_at), now) => Next::Make,
        Some(newest) if newest.certificate.is_none() => Next::Check(newest.manifest.id),
        Some(_) => Next::Nothing,
        None => Next::Make,
    }
}

pub fn is_due(newest: Option<Timestamp>, now: Timestamp) -> bool {
    newest.is_none_or(|made_at| now.since(made_at) >= DAILY)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use kernel::WorkspaceId;
    use store::backup::{Manifest, Part};

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const HOUR: Duration = Duration::from_secs(3_600);

    pub(crate) fn listed(made_at: Timestamp, only: Option<WorkspaceId>) -> Listed {
        let part = Part {
            scope: "instance".into(),
            file: "instance.age".into(),
            size: 1,
            sha256: String::new(),
            rows: 1,
            digest: String::new(),
            records: 1,
            head: String::new(),
            tables: BTreeMap::new(),
        };
        let manifest = Manifest {
            id: BackupId::new(made_at),
            made_at,
            took_ms: 1,
            version: String::new(),
            schema: 1,
            only,
            sealed_for: "keyring".into(),
            keyring_saved: false,
            parts: vec![part],
            failed: Vec::new(),
            erased: Vec::new(),
        };
        Listed { manifest, certificate: None }
    }

    #[test]
    fn one_is_due_after_a_day() {
        assert!(is_due(None, NOW));
        assert!(!is_due(Some(NOW), NOW));
        assert!(!is_due(Some(NOW.minus(DAILY).plus(HOUR)), NOW));
        assert!(is_due(Some(NOW.minus(DAILY)), NOW));
    }

    #[test]
    fn what_was_made_is_checked_once() {
        let fresh = listed(NOW.minus(HOUR), None);
        let id = fresh.manifest.id;
        assert_eq!(next(&[], None, NOW), Next::Make);
        assert_eq!(next(std::slice::from_ref(&fresh), None, NOW), Next::Check(id));
        assert_eq!(next(&[listed(NOW.minus(DAILY), None)], None, NOW), Next::Make);
        assert_eq!(next(&[fresh], Some(id), NOW), Next::Make, "what is damaged is replaced, not read again");
    }

    #[test]
    fn one_workspace_or_another_century_does_not_count() {
        let one = listed(NOW, Some(WorkspaceId::new(NOW)));
        let ahead = listed(NOW.plus(DAILY * 36_500), None);
        assert_eq!(next(&[ahead, one], None, NOW), Next::Make);
    }
}
