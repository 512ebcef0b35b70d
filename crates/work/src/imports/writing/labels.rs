//! Labels become the project's; one of the same name and colour that it has already is taken.

use kernel::Result;
use store::{TenantTx, params};
use uuid::Uuid;

use super::batch::Batch;
use super::refs::{self, Noun};
use super::{Desk, Standing};
use crate::imports::trello::{Kind, Label};
use crate::labels::LabelId;

store::statements! {
    tenant SAME = "SELECT id FROM labels WHERE workspace_id = $1 AND project_id = $2 AND name = $3 AND color = $4
        ORDER BY id LIMIT $5";
    tenant INSERT = "INSERT INTO labels (workspace_id, id, project_id, name, color) VALUES ($1, $2, $3, $4, $5)";
}

pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    labels: &[Label],
    now: &mut Standing,
) -> Result<()> {
    let workspace = tx.workspace();
    let names: Vec<String> = labels.iter().map(|label| desk.scene.names.of(label.id)).collect();
    let known = refs::known(tx, Noun::Label, &names).await?;
    now.report.skipped(Kind::Labels, known.len() as u64);
    for (label, name) in labels.iter().zip(&names).filter(|(_, name)| !known.contains_key(*name)) {
        let same: Option<(Uuid,)> = match now.project {
            Some(project) => {
                tx.first(&SAME, params![workspace, project, &label.name, label.palette, 1_i64]).await?
            }
            None => None,
        };
        let mut batch = Batch::new(tx, desk.writes);
        match same {
            Some((id,)) => {
                now.report.skipped(Kind::Labels, 1);
                batch.keep(Noun::Label, name, id);
            }
            None => {
                now.report.created(Kind::Labels, 1);
                if desk.writes {
                    let (id, project): (LabelId, Uuid) = (tx.new_id(), super::found(now.project)?);
                    batch.push(&INSERT, params![id, project, &label.name, label.palette]);
                    batch.keep(Noun::Label, name, id.uuid());
                }
            }
        }
        batch.run(tx).await?;
    }
    Ok(())
}
