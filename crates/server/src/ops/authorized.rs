//! The actor after a command has loaded it on its view: with its authority, and the names under which
//! changes are recorded.

use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::authority::{Authority, PowerRefusal};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_domain::rank::{CommunityRanks, Rank};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::refusal::Refusal;
use rankledger_domain::transition::Transition;

use super::actor::Actor;
use super::acts::Origin;
use super::record::NewRankChange;
use super::{OpError, View};

/// Somebody who acts: a credential, and the person it names, with their authority on one view.
pub struct Authorized {
    /// The community they act in.
    pub community: CommunityId,
    /// The ranks of the community.
    pub ranks: Arc<CommunityRanks>,
    /// The changes that they may make.
    pub authority: Authority,
    pub(super) person: Option<Account>,
    pub(super) credential: CredentialId,
    origin: Origin,
    /// See [`rankledger_domain::credential::Credential::is_unlimited_admin`].
    pub(super) is_unlimited_admin: bool,
}

impl Authorized {
    /// Loads the person, if one is named, and their authority. Refuses a name that does not belong to exactly
    /// one account.
    pub async fn of(actor: &Actor, view: &mut View<'_>) -> Result<Self, OpError> {
        let community = actor.community();
        let ranks = view.tx.ranks(community).await?;
        let person = actor.person(view).await?;
        let authority = Authority::new(actor.credential.power_ceiling, person.as_ref(), &ranks, view.now);
        let (credential, is_unlimited_admin) = (actor.credential.id, actor.credential.is_unlimited_admin());
        let origin = actor.origin().by(person.as_ref().map(|person| person.id));
        Ok(Self { community, ranks, authority, person, credential, origin, is_unlimited_admin })
    }

    /// The account of the named person; `None` if the credential acts by itself.
    #[must_use]
    pub fn person(&self) -> Option<AccountId> {
        self.person.as_ref().map(|person| person.id)
    }

    /// Returns who acts, as the log has it.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Returns the change that records `transition` in the name of whoever acts.
    #[must_use]
    pub fn new_change(
        &self,
        account: AccountId,
        transition: Transition,
        source: Source,
        at: Timestamp,
    ) -> NewRankChange {
        let credential = Some(self.credential).filter(|id| *id != CredentialId::OPERATOR);
        NewRankChange::by_server(account, transition, source, at).acted(self.person(), credential)
    }

    /// Whether they made this change: the person who is named, or the credential if no person made it.
    pub(super) fn made(&self, change: &RankChange) -> bool {
        self.did(change.actor, change.credential)
    }

    /// Whether they did what this person did, or this credential if no person is named.
    pub(super) fn did(&self, actor: Option<AccountId>, credential: Option<CredentialId>) -> bool {
        match actor {
            Some(actor) => Some(actor) == self.person(),
            None => credential == Some(self.credential),
        }
    }

    /// Refuses an act on an account whose power is not below that of whoever acts.
    pub fn check_account(&self, account: &Account, now: Timestamp) -> Result<(), OpError> {
        let checked = self.authority.check_account(account, &self.ranks, now);
        checked.map_err(|why| Refusal::InsufficientPower(why).into())
    }

    /// Refuses to make or change a rank whose power is not below that of whoever acts.
    pub fn check_rank(&self, rank: &Rank) -> Result<(), OpError> {
        self.authority.check_rank(rank).map_err(|why| Refusal::InsufficientPower(why).into())
    }

    /// Refuses a person who is banned or archived, where no account or rank is checked.
    pub fn refuse_barred(&self) -> Result<(), OpError> {
        match &self.person {
            Some(person) if person.banned || person.archived => {
                Err(Refusal::InsufficientPower(PowerRefusal::ActorBarred).into())
            }
            _ => Ok(()),
        }
    }
}
