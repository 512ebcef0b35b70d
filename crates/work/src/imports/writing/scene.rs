//! What chunks refer to: what the board's lists and labels became here.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use kernel::{Error, Result, Timestamp};
use store::{TenantTx, params};
use uuid::Uuid;

use super::refs::{self, Names};
use super::{Standing, board};
use crate::imports::trello::{Checked, SourceId};

/// Small things only; made anew when they have changed, or when a chunk found that they have.
#[derive(Debug)]
pub(in super::super) struct Scene {
    pub(super) names: Names,
    pub(super) groups: HashMap<SourceId, Uuid>,
    pub(super) labels: HashMap<SourceId, Uuid>,
    /// Where due dates become days.
    pub(super) zone: TimeZone,
    /// When the import was asked for: what the file has no time for happened then.
    pub(super) stamp: Timestamp,
}

impl Scene {
    /// Before anything of the import is there.
    pub fn empty(checked: &Checked, zone: TimeZone, stamp: Timestamp) -> Self {
        Self { names: Names(checked.board().id), groups: HashMap::new(), labels: HashMap::new(), zone, stamp }
    }

    /// As things stand now.
    ///
    /// # Errors
    /// `409 board_gone` when somebody deleted the board while it was being written.
    pub async fn look(&self, tx: &mut TenantTx, standing: &Standing) -> Result<Self> {
        if let Some(board) = standing.board {
            let workspace = tx.workspace();
            let there: Option<(Uuid,)> = tx.first(&board::PROJECT_OF, params![workspace, board]).await?;
            if there.is_none() {
                return Err(Error::conflict(
                    "board_gone",
                    "The board was deleted while it was being imported.",
                ));
            }
        }
        Ok(Self {
            names: self.names,
            groups: refs::groups(tx, self.names).await?,
            labels: refs::labels(tx, self.names).await?,
            zone: self.zone.clone(),
            stamp: self.stamp,
        })
    }
}
