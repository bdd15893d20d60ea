//! Making and revoking credentials with a credential: nobody hands out more than they have.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, Scope, Scopes};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use rankledger_domain::time::wire_format;

use super::Command;
use super::OpError;
use super::Work;
use super::credential_uses::CredentialUses;
use crate::wire::problem::{Problem, ProblemType, types};

/// The most credentials in force that a community gets over the API.
const MOST: usize = 200;

/// A request to make a credential.
pub struct CreateCredential {
    /// The credential that makes it.
    pub maker: Credential,
    /// The hash of its key.
    pub hash: KeyHash,
    /// The name of the credential. It has been checked.
    pub name: String,
    /// The scopes of the credential.
    pub scopes: Scopes,
    /// See [`Credential::power_ceiling`].
    pub power_ceiling: Option<Power>,
    /// See [`Credential::expires_at`].
    pub expires_at: Option<Timestamp>,
}

/// A request to revoke a credential.
#[derive(Debug)]
pub struct RevokeCredential {
    /// The credential that revokes it.
    pub revoker: Credential,
    /// The credential.
    pub id: CredentialId,
    /// When credentials were used.
    pub uses: CredentialUses,
}

#[async_trait]
impl Command for CreateCredential {
    type Output = Credential;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::EXCEEDS_CREDENTIAL, &types::TOO_MANY_CREDENTIALS];

    fn community(&self) -> Option<CommunityId> {
        Some(self.maker.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Credential, OpError> {
        let all = work.tx.credentials(self.maker.community).await?;
        refuse_ended(&all, &self.maker, work.now)?;
        let in_force = all.iter().filter(|credential| credential.accepted_at(work.now).is_ok());
        if in_force.count() >= MOST {
            return Err(Problem::too_many_credentials(MOST).into());
        }
        let credential = Credential {
            id: CredentialId(work.uuid()),
            community: self.maker.community,
            name: self.name,
            scopes: self.scopes,
            power_ceiling: self.power_ceiling,
            created_at: work.now,
            made_by: Some(self.maker.id).filter(|id| *id != CredentialId::OPERATOR),
            expires_at: self.expires_at,
            revoked_at: None,
        };
        refuse_excess(&self.maker, &credential)?;
        work.tx.insert_credential(&credential, &self.hash).await?;
        Ok(credential)
    }
}

#[async_trait]
impl Command for RevokeCredential {
    /// The credential afterwards, and when it was last used.
    type Output = (Credential, Option<Timestamp>);

    const REFUSES: &'static [&'static ProblemType] = &[&types::EXCEEDS_CREDENTIAL];

    fn community(&self) -> Option<CommunityId> {
        Some(self.revoker.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Self::Output, OpError> {
        let community = self.revoker.community;
        let all = work.tx.credentials(community).await?;
        refuse_ended(&all, &self.revoker, work.now)?;
        let found = all.into_iter().find(|credential| credential.id == self.id);
        let mut credential = found.ok_or_else(|| Problem::credential_not_found(self.id))?;
        refuse_excess(&self.revoker, &credential)?;
        if work.tx.revoke_credential(community, self.id, work.now).await? {
            credential.revoked_at = Some(work.now);
        }
        let last_used_at = self.uses.of(&mut *work.tx, community).await?.remove(&self.id);
        Ok((credential, last_used_at))
    }
}

/// Refuses a credential that ended while its request waited to be written. Such a credential must not make or
/// revoke others: a credential made by it would outlive it.
fn refuse_ended(all: &[Credential], own: &Credential, now: Timestamp) -> Result<(), OpError> {
    let own = all.iter().find(|credential| credential.id == own.id);
    let accepted = own.map_or(Ok(()), |own| own.accepted_at(now));
    Ok(accepted.map_err(Problem::ended_credential)?)
}

/// A credential makes and revokes none that could do what it cannot, or goes on when it has ended.
fn refuse_excess(own: &Credential, other: &Credential) -> Result<(), OpError> {
    let beyond = Scope::ALL.into_iter().find(|scope| other.scopes.allow(*scope) && !own.scopes.allow(*scope));
    if let Some(scope) = beyond {
        return Err(Problem::exceeds_credential(&format!("it must not have the scope {scope}")).into());
    }
    if let Some(ceiling) = own.power_ceiling
        && other.power_ceiling.is_none_or(|power| power > ceiling)
    {
        return Err(
            Problem::exceeds_credential(&format!("its power ceiling must be at most {ceiling}")).into()
        );
    }
    if let Some(end) = own.expires_at
        && other.expires_at.is_none_or(|expires_at| expires_at > end)
    {
        return Err(Problem::exceeds_credential(&format!("it must end by {}", wire_format(end))).into());
    }
    Ok(())
}
