//! Who may change what.
//!
//! A credential acts up to its power ceiling. When a person is named, the person's power counts too, and the lower of
//! the two decides: only what stands strictly below it can be changed. The owner of the community and a credential
//! without ceiling stand above all.

use jiff::Timestamp;

use crate::account::{Account, AccountPower};
use crate::ids::{AccountId, RankId};
use crate::rank::{CommunityRanks, Power, Rank};
use crate::transition::Transition;

/// How far somebody's authority reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over everything whose power is strictly below this.
    Below(Power),
    /// Over everything, the owner included.
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

/// Why authority was not enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PowerRefusal {
    /// The account to be changed does not stand strictly below `limit`.
    Account {
        /// How high the account stands.
        power: AccountPower,
        /// How far the authority reaches.
        limit: Power,
    },
    /// A rank to be given or taken does not stand strictly below `limit`.
    Rank {
        /// The rank.
        rank: RankId,
        /// What people call it.
        label: String,
        /// Its power.
        power: Power,
        /// How far the authority reaches.
        limit: Power,
    },
    /// The person named would gain by their own change.
    Oneself,
    /// The person named is banned or archived.
    ActorBarred,
}

impl Authority {
    /// The authority of whoever runs the server: over everything.
    #[must_use]
    pub fn operator() -> Self {
        Self { ceiling: Reach::All, person: None }
    }

    /// The authority of a credential with this power ceiling (none: over everything), acting for `person` if one is
    /// named.
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

    /// Whether this authority may make `transition` on `account`. Only the ranks that actually change are looked at.
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

    /// Whether this authority may do to `account` what is more than a change of ranks: ban it, archive it, bring it back.
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

    /// Whether this authority may make, change or retire a rank of this power. A change of power is checked for the rank
    /// as it is and as it is to be.
    pub fn check_rank(&self, rank: &Rank) -> Result<(), PowerRefusal> {
        let Reach::Below(limit) = self.reach()? else { return Ok(()) };
        if rank.power < limit {
            return Ok(());
        }
        Err(PowerRefusal::Rank { rank: rank.id, label: rank.label.clone(), power: rank.power, limit })
    }

    /// How far the authority reaches, whomever it is about.
    fn reach(&self) -> Result<Reach, PowerRefusal> {
        match &self.person {
            None => Ok(self.ceiling),
            Some(person) if person.barred => Err(PowerRefusal::ActorBarred),
            Some(person) => Ok(self.ceiling.lower_of(person.reach)),
        }
    }

    /// Whether a change by this authority may make the account active only where that is asked for, and so checked: a
    /// banned or archived account is not made active by losing a rank, nor does anybody but the owner make themselves so.
    pub(crate) fn holds_status_down(&self, account: &Account) -> bool {
        let is_oneself =
            self.person.as_ref().is_some_and(|person| person.id == account.id && person.reach != Reach::All);
        account.banned || account.archived || is_oneself
    }

    /// How far the authority reaches for this account. For their own account a person needs no power to give ranks up,
    /// but the credential's ceiling holds all the same: naming somebody must not open what the credential may not do.
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
