//! The daily backup's clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::backups::Backups;

/// Whether one is due is looked at this often, so that one which failed is tried again soon.
const LOOK: Duration = Duration::from_secs(600);
/// At the start others have the machine.
const FIRST: Duration = Duration::from_secs(60);

pub(super) async fn back_up(backups: Arc<Backups>, stop: CancellationToken) {
    let settings = backups.settings();
    if settings.to.is_none() {
        return;
    }
    if settings.keyring_to.is_none() {
        tracing::warn!(
            "backups are made without the keyring that opens them; save it to another place: backup_keyring_to"
        );
    }
    let mut clock = tokio::time::interval_at(Instant::now() + FIRST, LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let working = async {
        loop {
            let asked = tokio::select! {
                _ = clock.tick() => false,
                () = backups.asked() => true,
            };
            backups.look(asked).await;
        }
    };
    // One that is cut off here has no list, so that nobody takes it for one; the next start makes another.
    tokio::select! {
        () = working => {}
        () = stop.cancelled() => {}
    }
}
