//! Making, changing and revoking credentials with a credential: nobody hands out more than they have.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, RateFactor, Scope, Scopes, in_force_made_by};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::log::ActKind;
use rankledger_domain::rank::Power;
use rankledger_domain::time::wire_format;

use super::Command;
use super::OpError;
use super::Work;
use super::actor::Actor;
use super::acts::NewAct;
use super::authorized::Authorized;
use super::credential_uses::CredentialUses;
use super::guards::check::PlannedRemovals;
use super::logged;
use crate::wire::problem::{Problem, ProblemType, types};

/// The most credentials in force that a community gets over the API.
const MOST: usize = 200;

/// A request to make a credential.
#[derive(Clone)]
pub struct CreateCredential {
    /// The actor of the request: the credential that makes it.
    pub actor: Actor,
    /// The hash of its key.
    pub hash: KeyHash,
    /// The name of the credential. It has been checked.
    pub name: String,
    /// The scopes of the credential.
    pub scopes: Scopes,
    /// See [`Credential::power_ceiling`].
    pub power_ceiling: Option<Power>,
    /// See [`Credential::rate_factor`].
    pub rate_factor: RateFactor,
    /// See [`Credential::expires_at`].
    pub expires_at: Option<Timestamp>,
}

/// A request to set the rate factor of a credential that is not revoked.
#[derive(Debug, Clone)]
pub struct EditCredential {
    /// The actor of the request: the credential that changes it.
    pub actor: Actor,
    /// The credential.
    pub id: CredentialId,
    /// See [`Credential::rate_factor`].
    pub rate_factor: RateFactor,
}

/// A request to revoke a credential.
#[derive(Debug, Clone)]
pub struct RevokeCredential {
    /// The actor of the request: the credential that revokes it.
    pub actor: Actor,
    /// The credential.
    pub id: CredentialId,
    /// Whether to revoke all that it made as well, directly or through others.
    pub cascade: bool,
    /// When credentials were used.
    pub uses: CredentialUses,
}

/// A credential that was revoked.
pub struct Revoked {
    /// The credential afterwards.
    pub credential: Credential,
    /// When it was last used, as far as that is known.
    pub last_used_at: Option<Timestamp>,
    /// Those that it made, directly or through others, and that are accepted still, oldest first.
    pub still_in_force: Vec<CredentialId>,
    /// Those that it made and that were revoked with it, oldest first.
    pub also_revoked: Vec<CredentialId>,
}

#[async_trait]
impl Command for CreateCredential {
    type Output = Credential;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::EXCEEDS_CREDENTIAL, &types::TOO_MANY_CREDENTIALS, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Credential, OpError> {
        let all = work.tx.credentials(self.actor.community()).await?;
        refuse_ended(&all, &self.actor.credential, work.now)?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        let in_force = all.iter().filter(|credential| credential.accepted_at(work.now).is_ok());
        if in_force.count() >= MOST {
            return Err(Problem::too_many_credentials(MOST).into());
        }
        let credential = Credential {
            id: CredentialId(work.uuid()),
            community: self.actor.community(),
            name: self.name,
            scopes: self.scopes,
            power_ceiling: self.power_ceiling,
            rate_factor: self.rate_factor,
            created_at: work.now,
            made_by: Some(self.actor.credential.id).filter(|id| *id != CredentialId::OPERATOR),
            expires_at: self.expires_at,
            revoked_at: None,
        };
        if let Some(limit) = excess(&self.actor.credential, &credential) {
            return Err(Problem::exceeds_credential(&limit).into());
        }
        work.tx.insert_credential(&credential, &self.hash).await?;
        let act = NewAct::of(ActKind::KeyCreated).after(&logged::credential(&credential));
        work.log(self.actor.origin(), act).await?;
        Ok(credential)
    }
}

#[async_trait]
impl Command for EditCredential {
    /// The credential afterwards.
    type Output = Credential;

    const REFUSES: &'static [&'static ProblemType] = &[&types::EXCEEDS_CREDENTIAL, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Credential, OpError> {
        let Self { actor, id, rate_factor } = self;
        let all = work.tx.credentials(actor.community()).await?;
        refuse_ended(&all, &actor.credential, work.now)?;
        actor.refuse_frozen(&mut work.view()).await?;
        let found = all.into_iter().find(|credential| credential.id == id);
        let before = found.ok_or_else(|| Problem::credential_not_found(id))?;
        if before.revoked_at.is_some() {
            return Err(Problem::credential_revoked(id).into());
        }
        let after = Credential { rate_factor, ..before.clone() };
        if let Some(limit) = excess(&actor.credential, &after) {
            return Err(Problem::exceeds_credential(&limit).into());
        }
        if after != before {
            work.tx.set_rate_factor(actor.community(), id, rate_factor).await?;
            let act = NewAct::of(ActKind::KeyUpdated).before(&logged::credential(&before));
            work.log(actor.origin(), act.after(&logged::credential(&after))).await?;
        }
        Ok(after)
    }
}

#[async_trait]
impl Command for RevokeCredential {
    type Output = Revoked;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::EXCEEDS_CREDENTIAL, &types::COMMUNITY_FROZEN, &types::ABNORMAL_USAGE];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Revoked, OpError> {
        let community = self.actor.community();
        let all = work.tx.credentials(community).await?;
        refuse_ended(&all, &self.actor.credential, work.now)?;
        let found = all.iter().find(|credential| credential.id == self.id);
        let mut credential = found.cloned().ok_or_else(|| Problem::credential_not_found(self.id))?;
        if let Some(limit) = excess(&self.actor.credential, &credential) {
            return Err(Problem::exceeds_credential(&limit).into());
        }
        let made = in_force_made_by(self.id, &all, work.now);
        let with_it: &[_] = if self.cascade { &made } else { &[] };
        self.refuse_excess_of_any(with_it)?;
        self.guard(work, with_it.iter().copied().chain([&credential])).await?;
        for one in with_it {
            self.revoke(one, work).await?;
        }
        if self.revoke(&credential, work).await? {
            credential.revoked_at = Some(work.now);
        }
        let last_used_at = self.uses.of(&mut *work.tx, community).await?.remove(&self.id);
        let made = made.iter().map(|one| one.id).collect();
        let (still_in_force, also_revoked) =
            if self.cascade { (Vec::new(), made) } else { (made, Vec::new()) };
        Ok(Revoked { credential, last_used_at, still_in_force, also_revoked })
    }
}

impl RevokeCredential {
    /// Refuses the request in a frozen community, or if it revokes more keys than the guard allows.
    async fn guard(
        &self,
        work: &mut Work<'_>,
        revoked: impl Iterator<Item = &Credential> + Send,
    ) -> Result<(), OpError> {
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        let removals = revoked.filter(|credential| credential.accepted_at(work.now).is_ok()).count();
        let mut planned = PlannedRemovals::default();
        authorized.guard(&mut work.view(), &mut planned, u32::try_from(removals).unwrap_or(u32::MAX)).await?;
        Ok(planned.count(work, self.actor.community()).await?)
    }

    /// Revokes a credential. Returns whether it was not revoked before.
    async fn revoke(&self, credential: &Credential, work: &mut Work<'_>) -> Result<bool, OpError> {
        if !work.tx.revoke_credential(credential.community, credential.id, work.now).await? {
            return Ok(false);
        }
        let act = NewAct::of(ActKind::KeyRevoked).before(&logged::credential(credential));
        work.log(self.actor.origin(), act).await?;
        Ok(true)
    }

    /// Refuses to revoke any of these that could do more than the revoker, by name.
    fn refuse_excess_of_any(&self, made: &[&Credential]) -> Result<(), OpError> {
        let beyond =
            made.iter().find_map(|one| excess(&self.actor.credential, one).map(|limit| (one, limit)));
        let Some((Credential { name, id, .. }, limit)) = beyond else { return Ok(()) };
        let limit =
            format!("the credential \"{name}\" ({id}), which it made, would be revoked as well, and {limit}");
        Err(Problem::exceeds_credential(&limit).into())
    }
}

/// Refuses a credential that ended while its request waited to be written. Such a credential must not make or
/// revoke others: a credential made by it would outlive it.
fn refuse_ended(all: &[Credential], own: &Credential, now: Timestamp) -> Result<(), OpError> {
    let own = all.iter().find(|credential| credential.id == own.id);
    let accepted = own.map_or(Ok(()), |own| own.accepted_at(now));
    Ok(accepted.map_err(Problem::ended_credential)?)
}

/// Returns the bound that `other` would have to keep to, as the end of a sentence, if it could do what `own`
/// cannot, or goes on when `own` has ended. A credential makes, changes and revokes no such credential.
fn excess(own: &Credential, other: &Credential) -> Option<String> {
    let beyond = Scope::ALL.into_iter().find(|scope| other.scopes.allow(*scope) && !own.scopes.allow(*scope));
    if let Some(scope) = beyond {
        return Some(format!("it must not have the scope {scope}"));
    }
    if let Some(ceiling) = own.power_ceiling
        && other.power_ceiling.is_none_or(|power| power > ceiling)
    {
        return Some(format!("its power ceiling must be at most {ceiling}"));
    }
    if other.rate_factor > own.rate_factor && !own.is_unlimited_admin() {
        return Some(format!("its rate factor must be at most {}", own.rate_factor));
    }
    if let Some(end) = own.expires_at
        && other.expires_at.is_none_or(|expires_at| expires_at > end)
    {
        return Some(format!("it must end by {}", wire_format(end)));
    }
    None
}
