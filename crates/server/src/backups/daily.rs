//! The daily backup: made, checked, and what is too old taken away.

use std::sync::Arc;
use std::time::Duration;

use store::backup::{self, BackupError, BackupId, Check, Ours, Plan};

use super::due::{self, Next};
use super::places::{Wanted, plan};
use super::watching::Nobody;
use super::{Backups, told};
use crate::failure::Failure;

const ELSEWHERE: &str = "another process is making a backup already; look again when it is done";
const DAY: Duration = Duration::from_secs(24 * 3_600);

impl Backups {
    /// Until somebody wants one at once.
    pub async fn asked(&self) {
        self.wake.notified().await;
    }

    /// Does what is due, or what was asked for. What goes wrong is in the log and in the overview, and is
    /// tried again at the next look.
    pub async fn look(&self, asked: bool) {
        for (place, why) in self.note_erasures().await {
            tracing::warn!(%place, %why, "what was erased cannot be noted beside the backups");
        }
        let outcome = self.work(asked).await;
        let failed = outcome.as_ref().err().map(|failure| (self.store.clock().now(), failure.to_string()));
        if let Err(failure) = outcome {
            tracing::error!(error = %failure, "THE BACKUP FAILED, or is not whole; what failed is tried again within ten minutes");
        }
        let mut state = self.state();
        state.asked = false;
        state.last_error = failed;
    }

    async fn work(&self, asked: bool) -> Result<(), Failure> {
        if !asked && self.next().await? == Next::Nothing {
            return Ok(());
        }
        let plan = plan(Wanted::default(), &self.settings)?;
        let Some(_running) = self.begin() else { return Ok(()) };
        let Some(_alone) = backup::alone(&self.store).await? else {
            return if asked { Err(Failure::Other(ELSEWHERE.into())) } else { Ok(()) };
        };
        // Another process may have been quicker.
        let next = if asked { Next::Make } else { self.next().await? };
        match next {
            Next::Make => {
                // What is over makes room; that it cannot go is no reason to make none.
                if let Err(error) = self.prune(&plan).await {
                    tracing::error!(%error, "old backups could not be deleted");
                }
                let (id, lacking) = self.make(&plan).await?;
                let checked = self.check(&plan, id).await;
                let pruned = self.prune(&plan).await;
                checked.and(pruned)?;
                lacking.map_or(Ok(()), Err)
            }
            Next::Check(id) => self.check(&plan, id).await,
            Next::Nothing => Ok(()),
        }
    }

    async fn next(&self) -> Result<Next, Failure> {
        let damaged = self.state().damaged;
        Ok(due::next(&self.listed().await?, damaged, self.store.clock().now()))
    }

    /// One that lacks a workspace is kept, checked and told of: it holds all others.
    async fn make(&self, plan: &Plan) -> Result<(BackupId, Option<Failure>), Failure> {
        let made = match backup::create(&self.store, plan, Arc::new(Nobody)).await {
            Ok(made) => made,
            Err(error) => {
                let text = error.to_string();
                return match error {
                    BackupError::Incomplete { backup, .. } => Ok((backup, Some(Failure::Other(text)))),
                    _ => Err(Failure::Other(text)),
                };
            }
        };
        tracing::info!(
            backup = %made.id,
            place = plan.to.name(),
            parts = made.parts.len(),
            rows = told::rows(&made),
            bytes = told::bytes(&made),
            milliseconds = made.took_ms,
            keyring_saved = made.keyring_saved,
            "a backup was made"
        );
        Ok((made.id, None))
    }

    /// In full where the keyring opens it, else its ciphertext alone.
    async fn check(&self, plan: &Plan, id: BackupId) -> Result<(), Failure> {
        let check = Check { from: plan.to.clone(), backup: Some(id), identities: None };
        let found = backup::verify(&self.store, &check, Arc::new(Nobody)).await.inspect_err(|error| {
            if matches!(error, BackupError::Damaged(_)) {
                self.state().damaged = Some(id);
            }
        })?;
        tracing::info!(
            backup = %found.backup,
            full = found.full,
            rows = found.rows,
            bytes = found.bytes,
            seconds = found.seconds,
            "the backup was checked"
        );
        Ok(())
    }

    async fn prune(&self, plan: &Plan) -> Result<(), Failure> {
        let Some(ours) = Ours::of(&self.store).await? else { return Ok(()) };
        let (keep, now) = (DAY * self.settings.keep_days, self.store.clock().now());
        if !plan.to.is_there() {
            return Ok(());
        }
        let backups = backup::prune(&plan.to, plan.keyring_to.as_ref(), &ours, keep, now).await?;
        if backups > 0 {
            tracing::info!(backups, "what was kept long enough was deleted");
        }
        Ok(())
    }
}
