//! What a workspace takes in of what happened in control: who joined, and who has another name.

use std::future::Future;
use std::pin::Pin;

use kernel::access::Role;
use kernel::audit::Entry;
use kernel::{Error, Result, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Message, Receive, TenantTx};

use crate::invitations::{self, InvitationId};
use crate::members::{self, placeholder};
use crate::users::User;

pub(crate) const JOINED: &str = "member.joined";
pub(crate) const RENAMED: &str = "member.renamed";

/// Somebody came into a workspace.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Joined {
    user: UserId,
    name: String,
    email: String,
    role: Role,
    invitation: Option<InvitationId>,
}

#[derive(Debug, Deserialize)]
struct Renamed {
    user: UserId,
    name: String,
}

impl Joined {
    /// Made the workspace, or was put into it by the operator.
    pub(crate) fn founder(user: &User, role: Role) -> Self {
        Self { user: user.id, name: user.name.clone(), email: user.email.clone(), role, invitation: None }
    }

    pub(crate) fn invited(user: &User, role: Role, invitation: InvitationId) -> Self {
        Self { invitation: Some(invitation), ..Self::founder(user, role) }
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }
}

/// Takes in what control tells a workspace; given to `Store::open`.
#[derive(Debug, Default, Clone, Copy)]
pub struct Inbox;

impl Receive for Inbox {
    fn receive<'a>(
        &'a self,
        tx: &'a mut TenantTx,
        message: Message,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            match message.kind.as_str() {
                JOINED => join(tx, serde_json::from_value(message.body).map_err(Error::internal)?).await,
                RENAMED => rename(tx, serde_json::from_value(message.body).map_err(Error::internal)?).await,
                other => Err(Error::internal(format!("nobody takes in messages of kind {other}"))),
            }
        })
    }
}

async fn join(tx: &mut TenantTx, joined: Joined) -> Result<()> {
    let Joined { user, name, email, role, invitation } = joined;
    if let Some(invitation) = invitation
        && !invitations::actions::still_stands(tx, invitation).await?
    {
        // Control let them accept; since then it was taken back, or its inviter lost the right to give it.
        let entry = Entry::new("invitation.refused", invitation).details(json!({ "role": role }));
        tx.audit(entry.personal("email", email, Some(user)));
        return Ok(());
    }
    let role = members::store::enter(tx, user, &name, &email, role).await?;
    let taken_over = match invitation {
        Some(invitation) => {
            let stood_for = invitations::store::accepted(tx, invitation).await?;
            match stood_for {
                Some(stood_for) => {
                    placeholder::become_person(tx, stood_for, user).await?.then_some(stood_for)
                }
                None => None,
            }
        }
        None => None,
    };
    let details = json!({ "role": role, "invitation": invitation, "placeholder": taken_over });
    let entry = Entry::new(JOINED, user).details(details);
    tx.audit(entry.personal("name", name, Some(user)).personal("email", email, Some(user)));
    tx.event(JOINED, user, json!({ "placeholder": taken_over }));
    Ok(())
}

async fn rename(tx: &mut TenantTx, renamed: Renamed) -> Result<()> {
    let Renamed { user, name } = renamed;
    members::store::rename(tx, user, &name).await?;
    tx.audit(Entry::new(RENAMED, user).personal("name", name, Some(user)));
    tx.event(RENAMED, user, Value::Null);
    Ok(())
}
