//! People become placeholders: members without an account or a role, one for each Trello account,
//! whatever board names it. An invitation turns one into a real member later; nobody is guessed.

use kernel::{Result, UserId};
use store::{TenantTx, params};

use super::batch::Batch;
use super::refs::{self, Noun};
use super::{Desk, Standing};
use crate::imports::trello::{Kind, Person};

store::statements! {
    tenant INSERT = "INSERT INTO members (workspace_id, user_id, name, status, joined_at) VALUES ($1, $2, $3, 'placeholder', $4)";
}

pub(super) async fn write(
    tx: &mut TenantTx,
    desk: &Desk,
    people: &[Person],
    now: &mut Standing,
) -> Result<()> {
    let at = tx.now();
    let names: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    let known = refs::known(tx, Noun::Person, &names).await?;
    let mut batch = Batch::new(tx, desk.writes);
    for (person, name) in people.iter().zip(&names) {
        let kind = if person.on_board { Kind::Members } else { Kind::FormerMembers };
        if known.contains_key(name) {
            now.report.skipped(kind, 1);
            continue;
        }
        now.report.created(kind, 1);
        let id: UserId = tx.new_id();
        batch.push(&INSERT, params![id, &person.full_name, at]);
        batch.keep(Noun::Person, name, id.uuid());
        now.report.would_invite(&person.full_name);
    }
    batch.run(tx).await
}
