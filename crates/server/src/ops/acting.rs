//! Somebody who acts, as far as a command has settled it: with what authority, and in whose name changes are recorded.

use std::sync::Arc;

use rankledger_domain::account::Account;
use rankledger_domain::authority::{Authority, PowerRefusal};
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::credential::Scopes;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_domain::rank::{CommunityRanks, Rank};
use rankledger_domain::rank_change::{ChangeKind, Source};
use rankledger_domain::refusal::Refusal;
use rankledger_domain::transition::Transition;

use super::OpError;
use super::Work;
use super::actor::Actor;
use super::record::Entry;
use super::record::Recorded;

/// Somebody who acts within a command.
pub struct Acting {
    /// The ranks of the community.
    pub ranks: Arc<CommunityRanks>,
    /// How far they reach.
    pub authority: Authority,
    pub(super) community: CommunityId,
    pub(super) person: Option<Account>,
    pub(super) credential: CredentialId,
    pub(super) scopes: Scopes,
}

impl Acting {
    /// Finds the person, if one is named, and what they may do.
    pub async fn of(actor: &Actor, work: &mut Work<'_>) -> Result<Self, OpError> {
        let community = actor.credential.community;
        let ranks = work.ranks(community).await?;
        let person = actor.person(work.tx.as_mut()).await?;
        let ceiling = actor.credential.power_ceiling;
        let authority = Authority::new(ceiling, person.as_ref(), &ranks, work.now);
        let (credential, scopes) = (actor.credential.id, actor.credential.scopes.clone());
        Ok(Self { ranks, authority, community, person, credential, scopes })
    }

    /// Plans a change of an account's ranks and records it. None if nothing would change.
    pub async fn change(
        &self,
        work: &mut Work<'_>,
        account: &Account,
        request: &ChangeRequest,
        source: Source,
        reason: Option<String>,
    ) -> Result<Option<Recorded>, OpError> {
        let plan = plan_change(account, &self.ranks, &self.authority, request, work.now)?;
        let Some(transition) = plan else { return Ok(None) };
        self.guard_change(work, &transition).await?;
        let entry = self.entry(work, account.id, transition, source, reason);
        Ok(Some(work.record(self.community, entry).await?))
    }

    /// What is recorded of a transition: a change of its own.
    pub fn entry(
        &self,
        work: &Work<'_>,
        account: AccountId,
        transition: Transition,
        source: Source,
        reason: Option<String>,
    ) -> Entry {
        Entry {
            account,
            transition,
            kind: ChangeKind::Change,
            source,
            actor: self.person.as_ref().map(|person| person.id),
            credential: Some(self.credential).filter(|id| *id != CredentialId::OPERATOR),
            reason,
            batch: None,
            reverses: None,
            at: work.now,
            undo_id: None,
        }
    }

    /// Refuses what is more than a change of ranks for an account that stands too high.
    pub fn check_account(&self, account: &Account, work: &Work<'_>) -> Result<(), OpError> {
        let checked = self.authority.check_account(account, &self.ranks, work.now);
        checked.map_err(|why| Refusal::InsufficientPower(why).into())
    }

    /// Refuses to make or change a rank that stands too high.
    pub fn check_rank(&self, rank: &Rank) -> Result<(), OpError> {
        self.authority.check_rank(rank).map_err(|why| Refusal::InsufficientPower(why).into())
    }

    /// Refuses somebody who is banned or archived, where no account or rank is looked at.
    pub fn refuse_barred(&self) -> Result<(), OpError> {
        match &self.person {
            Some(person) if person.banned || person.archived => {
                Err(Refusal::InsufficientPower(PowerRefusal::ActorBarred).into())
            }
            _ => Ok(()),
        }
    }
}
