//! Making and revoking credentials with a credential: nobody hands out more than they have.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, Scope, Scopes};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::rank::Power;

use super::error::Noun;
use super::{Command, OpError, Work};

/// A request to make a credential.
pub struct CreateCredential {
    /// The credential that makes it.
    pub maker: Credential,
    /// The hash of its key.
    pub hash: KeyHash,
    /// What it is called, which has been checked.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// See [`Credential::power_ceiling`].
    pub power_ceiling: Option<Power>,
    /// See [`Credential::expires_at`].
    pub expires_at: Option<Timestamp>,
}

/// A request to revoke a credential.
#[derive(Debug, Clone)]
pub struct RevokeCredential {
    /// The credential that revokes it.
    pub revoker: Credential,
    /// The credential.
    pub id: CredentialId,
}

#[async_trait]
impl Command for CreateCredential {
    type Answer = Credential;

    async fn run(self, work: &mut Work<'_>) -> Result<Credential, OpError> {
        self.refuse_excess()?;
        let credential = Credential {
            id: CredentialId(work.uuid()),
            community: self.maker.community,
            name: self.name,
            scopes: self.scopes,
            power_ceiling: self.power_ceiling,
            created_at: work.now,
            expires_at: self.expires_at,
            revoked_at: None,
        };
        work.tx.insert_credential(&credential, &self.hash).await?;
        Ok(credential)
    }
}

impl CreateCredential {
    /// A credential makes none that could do what it cannot, or go on when it has ended.
    fn refuse_excess(&self) -> Result<(), OpError> {
        let beyond = Scope::ALL
            .into_iter()
            .find(|scope| self.scopes.allow(*scope) && !self.maker.scopes.allow(*scope));
        if let Some(scope) = beyond {
            return Err(OpError::ExceedsMaker(format!("it would have the scope {scope}")));
        }
        if let Some(ceiling) = self.maker.power_ceiling
            && self.power_ceiling.is_none_or(|power| power > ceiling)
        {
            return Err(OpError::ExceedsMaker(format!("its power ceiling must be at most {ceiling}")));
        }
        if let Some(end) = self.maker.expires_at
            && self.expires_at.is_none_or(|expires_at| expires_at > end)
        {
            return Err(OpError::ExceedsMaker(format!("it must end by {end}")));
        }
        Ok(())
    }
}

#[async_trait]
impl Command for RevokeCredential {
    /// The credential afterwards.
    type Answer = Credential;

    async fn run(self, work: &mut Work<'_>) -> Result<Credential, OpError> {
        let community = self.revoker.community;
        let all = work.tx.credentials(community).await?;
        let found = all.into_iter().find(|credential| credential.id == self.id);
        let mut credential =
            found.ok_or_else(|| OpError::NotFound { what: Noun::Credential, name: self.id.to_string() })?;
        if let Some(ceiling) = self.revoker.power_ceiling
            && credential.power_ceiling.is_none_or(|power| power > ceiling)
        {
            let detail = format!("it may revoke credentials with a power ceiling of at most {ceiling}");
            return Err(OpError::ExceedsMaker(detail));
        }
        if work.tx.revoke_credential(community, self.id, work.now).await? {
            credential.revoked_at = Some(work.now);
        }
        Ok(credential)
    }
}
