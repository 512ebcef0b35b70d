//! Inviting, and taking an invitation back.

use kernel::access::{Area, Caller, Level, Members, Permit, Role};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, UserId, WorkspaceId};
use serde_json::json;
use store::TenantTx;
use web::idempotency::{self, Key};

use super::{Invitation, InvitationId, LIFE, MOST_OPEN, store as invitations};
use crate::field;
use crate::identity::Identity;
use crate::links::{self, Kind, Link};
use crate::members::{outranked, store as members};
use crate::token;

/// Who is asked in, and as what.
pub(crate) struct NewInvitation {
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) placeholder: Option<UserId>,
}

impl Identity {
    /// Makes an invitation; the token is shown once and kept as a hash in control. The same request
    /// again gets the same invitation, without it.
    pub(crate) async fn invite(
        &self,
        caller: &Caller,
        permit: Permit<Members>,
        given: NewInvitation,
        key: Option<Key>,
    ) -> Result<(Invitation, Option<SecretText>)> {
        let email = field::email("/email", &given.email)?;
        let given = NewInvitation { email, ..given };
        let made = async move |tx: &mut TenantTx| {
            if let Some(id) = idempotency::seen(tx, key.as_ref()).await? {
                return Ok((invitations::open(tx, id).await?.ok_or(Error::NotFound)?, false));
            }
            let invitation = create(tx, permit, given).await?;
            idempotency::keep(tx, key.as_ref(), invitation.id).await?;
            Ok((invitation, true))
        };
        let (invitation, is_new) = self.store.tenant(caller).write(made).await?;
        if !is_new {
            return Ok((invitation, None));
        }
        let (token, hash) = token::issue();
        let link = Link { workspace: Some(caller.workspace()), subject: Some(invitation.id.uuid()) };
        let expires_at = invitation.expires_at;
        // Until this is written nobody can accept; if it never is, the invitation can be taken back.
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| links::put(tx, Kind::Invitation, hash, link, expires_at).await)
            .await?;
        Ok((invitation, Some(token)))
    }

    /// Takes an invitation back: its link first, so that nobody comes in meanwhile.
    pub(crate) async fn revoke(
        &self,
        caller: &Caller,
        permit: Permit<Members>,
        id: InvitationId,
    ) -> Result<()> {
        let door = self.store.tenant(caller);
        door.read(async move |tx| revocable(tx, permit, id).await.map(drop)).await?;
        self.store
            .control()
            .by(caller.actor())
            .write(async move |tx| links::drop_of(tx, Kind::Invitation, id.uuid()).await.map(drop))
            .await?;
        door.write(async move |tx| {
            let invitation = revocable(tx, permit, id).await?;
            invitations::delete(tx, id).await?;
            tx.audit(Entry::new("invitation.revoked", id).details(json!({ "role": invitation.role })));
            tx.event("invitation.revoked", id, serde_json::Value::Null);
            Ok(())
        })
        .await
    }

    /// The address that an invitation's link leads to.
    pub(crate) fn invitation_url(&self, token: &SecretText) -> String {
        format!("{}/invite/{}", self.settings.public_url, token.expose())
    }
}

/// What the acting person is now; they need all of members.
async fn inviting_role(tx: &mut TenantTx, permit: Permit<Members>) -> Result<Role> {
    permit.require(Level::Full)?;
    let own = members::own_role(tx).await?;
    if own.level(Area::Members) < Level::Full { Err(outranked()) } else { Ok(own) }
}

async fn create(tx: &mut TenantTx, permit: Permit<Members>, given: NewInvitation) -> Result<Invitation> {
    let own = inviting_role(tx, permit).await?;
    if !own.governs(given.role) {
        return Err(outranked());
    }
    if let Some(placeholder) = given.placeholder {
        let known = members::find(tx, placeholder).await?;
        known.filter(|member| member.status == "placeholder").ok_or(Error::NotFound)?;
    }
    if members::is_active(tx, &given.email).await? {
        return Err(Error::conflict("already_member", "Somebody with this address is a member already."));
    }
    if invitations::is_invited(tx, &given.email).await? {
        return Err(Error::conflict(
            "already_invited",
            "There is an invitation for this address; take it back first.",
        ));
    }
    if invitations::page(tx, None, MOST_OPEN).await?.len() as i64 >= MOST_OPEN {
        return Err(Error::conflict("too_many_invitations", "There are too many open invitations."));
    }
    let now = tx.now();
    let invitation = Invitation {
        id: tx.new_id(),
        email: given.email,
        role: given.role.name().into(),
        placeholder: given.placeholder,
        invited_by: tx.user(),
        created_at: now,
        expires_at: now.plus(LIFE),
    };
    invitations::insert(tx, &invitation).await?;
    let details = json!({ "role": given.role, "placeholder": given.placeholder });
    let entry = Entry::new("invitation.created", invitation.id).details(details);
    // Nobody yet: the invitation's id stands for the person until they come.
    let about = given.placeholder.unwrap_or(UserId::from_uuid(invitation.id.uuid()));
    tx.audit(entry.personal("email", &invitation.email, Some(about)));
    tx.event("invitation.created", invitation.id, serde_json::Value::Null);
    Ok(invitation)
}

/// An open invitation that the acting person could have made.
async fn revocable(tx: &mut TenantTx, permit: Permit<Members>, id: InvitationId) -> Result<Invitation> {
    let invitation = invitations::open(tx, id).await?.ok_or(Error::NotFound)?;
    if inviting_role(tx, permit).await?.governs(invitation.role()?) {
        Ok(invitation)
    } else {
        Err(outranked())
    }
}

/// Whether whoever invited could still do so; with their role their invitations go.
pub(super) async fn is_still_given(tx: &mut TenantTx, invitation: &Invitation) -> Result<bool> {
    let Some(inviter) = invitation.invited_by else { return Ok(true) };
    let role = members::find(tx, inviter).await?.and_then(|member| member.active_role().ok());
    let given = invitation.role()?;
    Ok(role.is_some_and(|role| role.level(Area::Members) == Level::Full && role.governs(given)))
}

/// Whether an invitation that was accepted may still let its person in: it waits, not taken back, and whoever
/// invited could do so again. That it ran out meanwhile does not matter.
pub(crate) async fn still_stands(tx: &mut TenantTx, id: InvitationId) -> Result<bool> {
    match invitations::waiting(tx, id).await? {
        Some(invitation) => is_still_given(tx, &invitation).await,
        None => Ok(false),
    }
}

/// Where an invitation's link leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) workspace: WorkspaceId,
    pub(super) invitation: InvitationId,
}

impl Place {
    pub(super) fn of(link: Link) -> Option<Self> {
        let invitation = InvitationId::from_uuid(link.subject?);
        Some(Self { workspace: link.workspace?, invitation })
    }
}
