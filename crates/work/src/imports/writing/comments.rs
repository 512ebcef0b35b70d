//! Comments become updates, by whom and when they were written.

use std::collections::BTreeMap;

use kernel::Result;
use store::{TenantTx, params};
use uuid::Uuid;

use super::batch::Batch;
use super::refs::{self, Noun};
use super::{Desk, Standing};
use crate::imports::trello::{Comment, Kind};
use crate::updates::UpdateId;
use crate::updates::store::{COUNT, INSERT};

store::statements! {
    tenant STIRRED = "UPDATE items SET updated_at = $3 WHERE workspace_id = $1 AND id = $2 AND updated_at < $3";
}

pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    comments: &[Comment],
    now: &mut Standing,
) -> Result<()> {
    let names: Vec<String> = comments.iter().map(|comment| desk.scene.names.of(comment.id)).collect();
    let cards: Vec<String> = comments.iter().map(|comment| desk.scene.names.of(comment.card)).collect();
    let known = refs::known(tx, Noun::Comment, &names).await?;
    let items = refs::items(tx, &cards).await?;
    let people = refs::people(tx, comments.iter().filter_map(|comment| comment.author)).await?;
    let mut batch = Batch::new(tx, desk.writes);
    let mut stirred: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    for ((comment, name), card) in comments.iter().zip(&names).zip(&cards) {
        let item = match items.get(card) {
            _ if known.contains_key(name) => {
                now.report.skipped(Kind::Comments, 1);
                continue;
            }
            Some(None) => {
                now.report.orphaned(Kind::Comments, 1);
                continue;
            }
            Some(Some(item)) => *item,
            // Its card is new to a dry run.
            None => Uuid::nil(),
        };
        now.report.created(Kind::Comments, 1);
        let id: UpdateId = tx.new_id();
        let author = comment.author.and_then(|person| people.get(&person).copied());
        batch.push(&INSERT, params![id, item, author, &comment.text, comment.at, comment.edited]);
        batch.keep(Noun::Comment, name, id.uuid());
        let (count, latest) = stirred.entry(item).or_default();
        (*count, *latest) = (*count + 1, comment.at.max(*latest));
    }
    for (item, (count, latest)) in &stirred {
        batch.push(&COUNT, params![*item, *count]);
        batch.push(&STIRRED, params![*item, *latest]);
    }
    batch.run(tx).await
}
