//! Authority: which accounts and ranks a request may change.
//!
//! A credential acts up to its power ceiling. When a person is named, the person's power counts too, and the
//! lower of the two is the limit: only accounts and ranks strictly below it can be changed. The owner of the
//! community is above every power, and a credential without ceiling has no limit.

use jiff::Timestamp;

use crate::account::{Account, AccountPower};
use crate::ids::{AccountId, RankId};
use crate::rank::{CommunityRanks, Power, Rank};
use crate::transition::Transition;

/// Reach of an authority: the powers over which it extends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everything whose power is strictly below this.
    Below(Power),
    /// Everything, the owner included.
    All,
}

impl Reach {
    fn covers(self, power: AccountPower) -> bool {
        match (self, power) {
            (Self::All, _) => true,
            (Self::Below(limit), AccountPower::Power(power)) => power < limit,
            (Self::Below(_), AccountPower::Owner) => false,
        }
    }

    fn lower_of(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, reach) | (reach, Self::All) => reach,
            (Self::Below(a), Self::Below(b)) => Self::Below(a.min(b)),
        }
    }
}

/// The authority behind one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    ceiling: Reach,
    person: Option<Person>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    id: AccountId,
    reach: Reach,
    barred: bool,
}

/// Why an authority was not sufficient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PowerRefusal {
    /// The account to be changed is not strictly below `limit`.
    Account {
        /// Power of the account.
        power: AccountPower,
        /// Limit of the authority.
        limit: Power,
    },
    /// A rank to be given or taken is not strictly below `limit`.
    Rank {
        /// The rank.
        rank: RankId,
        /// Label of the rank.
        label: String,
        /// Power of the rank.
        power: Power,
        /// Limit of the authority.
        limit: Power,
    },
    /// The person named would gain by their own change.
    Oneself,
    /// The person named is banned or archived.
    ActorBarred,
}

impl Authority {
    /// Returns the authority of the operator, which extends over everything.
    #[must_use]
    pub fn operator() -> Self {
        Self { ceiling: Reach::All, person: None }
    }

    /// Returns the authority of a credential with this power ceiling (`None`: over everything), acting for
    /// `person` if one is named.
    #[must_use]
    pub fn new(
        ceiling: Option<Power>,
        person: Option<&Account>,
        ranks: &CommunityRanks,
        now: Timestamp,
    ) -> Self {
        let person = person.map(|account| Person {
            id: account.id,
            reach: match account.power(ranks, now) {
                AccountPower::Power(power) => Reach::Below(power),
                AccountPower::Owner => Reach::All,
            },
            barred: account.banned || account.archived,
        });
        Self { ceiling: ceiling.map_or(Reach::All, Reach::Below), person }
    }

    /// Checks that this authority may make `transition` on `account`. Of the ranks, only those that actually
    /// change are checked.
    pub fn check(
        &self,
        account: &Account,
        transition: &Transition,
        ranks: &CommunityRanks,
        now: Timestamp,
    ) -> Result<(), PowerRefusal> {
        let reach = self.reach_for(account, transition)?;
        let Reach::Below(limit) = reach else { return Ok(()) };
        let power = account.power(ranks, now);
        if !reach.covers(power) {
            return Err(PowerRefusal::Account { power, limit });
        }
        for held in transition.added().chain(transition.removed()) {
            let power = ranks.power(held.rank);
            if !reach.covers(AccountPower::Power(power)) {
                let label = ranks.label(held.rank);
                return Err(PowerRefusal::Rank { rank: held.rank, label, power, limit });
            }
        }
        Ok(())
    }

    /// Checks that this authority may change more of `account` than its ranks: ban it, archive it, bring it
    /// back.
    pub fn check_account(
        &self,
        account: &Account,
        ranks: &CommunityRanks,
        now: Timestamp,
    ) -> Result<(), PowerRefusal> {
        let Reach::Below(limit) = self.reach()? else { return Ok(()) };
        let power = account.power(ranks, now);
        if Reach::Below(limit).covers(power) {
            return Ok(());
        }
        Err(PowerRefusal::Account { power, limit })
    }

    /// Checks that this authority may make, change or retire a rank of this power. A change of power needs
    /// two checks: one with the rank before and one with the rank after.
    pub fn check_rank(&self, rank: &Rank) -> Result<(), PowerRefusal> {
        let Reach::Below(limit) = self.reach()? else { return Ok(()) };
        if rank.power < limit {
            return Ok(());
        }
        Err(PowerRefusal::Rank { rank: rank.id, label: rank.label.clone(), power: rank.power, limit })
    }

    /// Returns the reach of the authority, whichever account is to be changed. The error says that the person
    /// is barred.
    fn reach(&self) -> Result<Reach, PowerRefusal> {
        match &self.person {
            None => Ok(self.ceiling),
            Some(person) if person.barred => Err(PowerRefusal::ActorBarred),
            Some(person) => Ok(self.ceiling.lower_of(person.reach)),
        }
    }

    /// Returns whether a change by this authority may make the account active only if the request asks for
    /// it, and so is checked for it: a banned or archived account does not become active by losing a rank,
    /// and nobody but the owner becomes active by a change of their own.
    pub(crate) fn keeps_inactive(&self, account: &Account) -> bool {
        let is_oneself =
            self.person.as_ref().is_some_and(|person| person.id == account.id && person.reach != Reach::All);
        account.banned || account.archived || is_oneself
    }

    /// Returns the reach of the authority for this account. A person needs no power to give up ranks of their
    /// own account, but the credential's ceiling applies all the same: naming a person must not allow more
    /// than the credential may do.
    fn reach_for(&self, account: &Account, transition: &Transition) -> Result<Reach, PowerRefusal> {
        let Some(person) = &self.person else { return Ok(self.ceiling) };
        if person.barred {
            return Err(PowerRefusal::ActorBarred);
        }
        if person.id != account.id || person.reach == Reach::All {
            return Ok(self.ceiling.lower_of(person.reach));
        }
        if transition.raises() { Err(PowerRefusal::Oneself) } else { Ok(self.ceiling) }
    }
}
