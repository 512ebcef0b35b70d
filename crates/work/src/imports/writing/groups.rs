//! Lists become groups.

use kernel::Result;
use store::{TenantTx, params};
use uuid::Uuid;

use super::batch::Batch;
use super::refs::{self, Noun};
use super::{Desk, Standing};
use crate::groups::GroupId;
use crate::imports::trello::{Group, Kind};
use crate::position;

store::statements! {
    tenant TAKEN = "SELECT id FROM board_groups WHERE workspace_id = $1 AND board_id = $2 AND position = $3 ORDER BY id LIMIT $4";
    tenant BEHIND = "SELECT position FROM board_groups
        WHERE workspace_id = $1 AND board_id = $2 AND position > $3 ORDER BY position, id LIMIT $4";
    tenant INSERT = "INSERT INTO board_groups (workspace_id, id, board_id, name, position, archived_at, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7)";
}

pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    groups: &[Group],
    now: &mut Standing,
) -> Result<()> {
    let names: Vec<String> = groups.iter().map(|group| desk.scene.names.of(group.id)).collect();
    let known = refs::known(tx, Noun::List, &names).await?;
    let new: Vec<_> = groups.iter().zip(&names).filter(|(_, name)| !known.contains_key(*name)).collect();
    now.report.created(Kind::Lists, new.len() as u64);
    now.report.skipped(Kind::Lists, known.len() as u64);
    if desk.writes {
        for (group, name) in new {
            let id = make(tx, desk, group, now).await?;
            let mut batch = Batch::new(tx, true);
            batch.keep(Noun::List, name, id);
            batch.run(tx).await?;
        }
    }
    Ok(())
}

/// Makes a group at its place, or behind what stands there.
async fn make(tx: &mut TenantTx, desk: &Desk, group: &Group, now: &Standing) -> Result<Uuid> {
    let (workspace, at, board) = (tx.workspace(), tx.now(), super::found(now.board)?);
    let mut position = position::nth(group.rank);
    let taken: Option<(Uuid,)> = tx.first(&TAKEN, params![workspace, board, &position, 1_i64]).await?;
    if taken.is_some() {
        let behind: Option<(String,)> =
            tx.first(&BEHIND, params![workspace, board, &position, 1_i64]).await?;
        position = position::between(Some(&position), behind.as_ref().map(|(behind,)| behind.as_str()))?;
    }
    let id: GroupId = tx.new_id();
    let archived = group.closed.then_some(desk.scene.stamp);
    tx.exec(&INSERT, params![workspace, id, board, &group.name, &position, archived, at]).await?;
    Ok(id.uuid())
}

/// Makes a group again that somebody deleted, because a card needs it.
pub(super) async fn make_again(
    tx: &mut TenantTx,
    desk: &Desk,
    group: &Group,
    now: &Standing,
) -> Result<Uuid> {
    let id = make(tx, desk, group, now).await?;
    let (workspace, name) = (tx.workspace(), desk.scene.names.of(group.id));
    tx.exec(&refs::POINT_ELSEWHERE, params![workspace, refs::SOURCE, Noun::List.name(), &name, id]).await?;
    Ok(id)
}
