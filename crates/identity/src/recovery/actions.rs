//! Making a recovery link, and using it.

use kernel::access::{Actor, Credential, Origin};
use kernel::audit::Entry;
use kernel::crypto::SecretText;
use kernel::{Error, Result, UserId};

use super::LIFE;
use crate::identity::Identity;
use crate::links::{self, Kind, Link};
use crate::token::{self, TokenHash};
use crate::users::{self, User};

impl Identity {
    /// A link for the account with this address; an earlier one ends with it.
    pub(crate) async fn recovery_link(&self, email: &str) -> Result<SecretText> {
        let user = users::store::by_email(&self.store, email).await?.ok_or(Error::NotFound)?;
        let (token, hash) = token::issue();
        self.store
            .control()
            .by(&Actor::system())
            .write(async move |tx| {
                links::drop_of(tx, Kind::Recovery, user.id.uuid()).await?;
                let expires_at = tx.now().plus(LIFE);
                let link = Link { workspace: None, subject: Some(user.id.uuid()) };
                links::put(tx, Kind::Recovery, hash, link, expires_at).await?;
                tx.audit(Entry::new("user.recovery_offered", user.id));
                Ok(())
            })
            .await?;
        Ok(SecretText::new(format!("{}/recover/{}", self.settings.public_url, token.expose())))
    }

    /// The account that a link recovers; missing when it is unknown, used or expired.
    pub(crate) async fn recoverable(&self, token: &str) -> Result<User> {
        self.recovering(token).await.map(|(user, _)| user)
    }

    async fn recovering(&self, token: &str) -> Result<(User, TokenHash)> {
        let hash = token::hash_of(token).ok_or(Error::NotFound)?;
        let link = links::find(&self.store, Kind::Recovery, &hash).await?.ok_or(Error::NotFound)?;
        let id = UserId::from_uuid(link.subject.ok_or(Error::NotFound)?);
        let user = users::store::by_id(&self.store, id).await?.ok_or(Error::NotFound)?;
        Ok((user, hash))
    }

    /// Sets a new password and ends all sessions; signs nobody in.
    pub(crate) async fn recover(&self, token: &str, password: &SecretText, origin: Origin) -> Result<()> {
        let link = token::hash_of(token).ok_or(Error::NotFound)?;
        let _turn = self.limits.one_by_one(&link).await?;
        let (user, link) = self.recovering(token).await?;
        let hash = self.passwords.accept("/password", password, user.about()).await?;
        let actor = Actor { user: Some(user.id), credential: Credential::None, origin };
        let cache = self.sessions.clone();
        self.store
            .control()
            .by(&actor)
            .write(async move |tx| {
                if !links::use_up(tx, Kind::Recovery, link).await? {
                    return Err(Error::NotFound);
                }
                crate::sessions::password::set(tx, &user, &hash, None, "user.recovered", cache).await
            })
            .await
    }
}
