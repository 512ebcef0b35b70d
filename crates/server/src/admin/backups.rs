//! Backups at the operator's word.

use std::sync::Arc;

use ::admin::Begun;
use kernel::crypto::SecretText;
use serde_json::{Value, json};
use store::backup::{self, BackupId, Check, Progress};

use super::{Operations, identities};
use crate::backups::{Kept, Wanted, plan, source, told};
use crate::failure::Failure;

impl Operations {
    pub(super) async fn create_backup(&self, wanted: Wanted) -> Result<Value, Failure> {
        let plan = plan(wanted, &self.config.backup)?;
        let Some(_running) = self.backups.begin() else { return Err(busy()) };
        let Some(_alone) = backup::alone(&self.store).await? else { return Err(busy()) };
        let (watch, kept) = self.watch();
        let manifest = backup::create(&self.store, &plan, watch).await?;
        let mut last = told::manifest(&manifest);
        last["step"] = json!("finished");
        last["place"] = json!(plan.to.name());
        Ok(json!({ "steps": kept.take(), "last": last }))
    }

    pub(super) async fn list_backups(&self, from: Option<String>) -> Result<Value, Failure> {
        told::list(&source(from, &self.config.backup)?).await
    }

    pub(super) async fn verify_backup(
        &self,
        from: Option<String>,
        backup: Option<BackupId>,
        identities: Option<SecretText>,
    ) -> Result<Value, Failure> {
        let from = source(from, &self.config.backup)?;
        let identities = identities.as_ref().map(identities::read).transpose()?;
        let (watch, kept) = self.watch();
        let check = Check { from, backup, identities };
        let certificate = backup::verify(&self.store, &check, watch).await?;
        self.backups.look_again();
        let mut last = told::certificate(&certificate);
        last["step"] = json!("finished");
        Ok(json!({ "steps": kept.take(), "last": last }))
    }

    pub(super) fn back_up_now(&self) -> Result<Value, Failure> {
        match self.backups.start_now() {
            Begun::Yes => Ok(json!({ "started": true })),
            Begun::AlreadyRunning => Err(busy()),
            Begun::TurnedOff => Err(Failure::Other("backup_to is off; name a place there first".into())),
        }
    }

    /// Who looks on, and what whoever asked over the socket is told of it at the end.
    fn watch(&self) -> (Arc<dyn Progress>, Arc<Kept>) {
        let kept = Arc::new(Kept::default());
        let watch: Arc<dyn Progress> = match &self.shown {
            Some(shown) => shown.clone(),
            None => kept.clone(),
        };
        (watch, kept)
    }
}

fn busy() -> Failure {
    Failure::Other("another backup is being made; look again when it is done".into())
}
