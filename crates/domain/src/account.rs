//! Accounts, as far as the rules need them.

use jiff::Timestamp;

use crate::ids::{AccountId, RankId};
use crate::rank::{CommunityRanks, Power};

/// A rank that an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldRank {
    /// The rank.
    pub rank: RankId,
    /// End of the grant. `None` if it never ends.
    pub expires_at: Option<Timestamp>,
}

impl HeldRank {
    /// Returns a grant without an end.
    #[must_use]
    pub fn permanent(rank: RankId) -> Self {
        Self { rank, expires_at: None }
    }

    /// Returns whether the grant's end has passed.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Returns whether this grant ends later than the other, or never ends although the other does.
    #[must_use]
    pub fn outlasts(&self, other: Self) -> bool {
        match (self.expires_at, other.expires_at) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(end), Some(other)) => end > other,
        }
    }
}

/// The part of an account that the rules need: its name, identifiers and profile do not matter to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id of the account.
    pub id: AccountId,
    /// Ranks that the account holds, in order, each once.
    pub ranks: Vec<HeldRank>,
    /// Status in the community: `comStatus` on the wire.
    pub com_status: bool,
    /// Whether the account is the owner of the community, who is above every power.
    pub owner: bool,
    /// Whether the account is banned. A banned account gains nothing.
    pub banned: bool,
    /// Whether the account is archived. An archived account gains nothing.
    pub archived: bool,
}

/// Power of an account: that of its highest rank, or the owner's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountPower {
    /// Power of the highest rank that the account holds; 0 without ranks.
    Power(Power),
    /// The owner of the community: above every power.
    Owner,
}

impl Account {
    /// Returns the ids of the ranks held, in order.
    #[must_use]
    pub fn rank_ids(&self) -> Vec<RankId> {
        self.ranks.iter().map(|held| held.rank).collect()
    }

    /// Returns whether the account holds the rank.
    #[must_use]
    pub fn holds(&self, rank: RankId) -> bool {
        self.grant_of(rank).is_some()
    }

    /// Returns whether the account holds the rank by a grant that has not ended at this time.
    #[must_use]
    pub fn holds_at(&self, rank: RankId, now: Timestamp) -> bool {
        self.grant_of(rank).is_some_and(|grant| !grant.has_ended(now))
    }

    /// Returns the grant of the rank. `None` if the account does not hold it.
    #[must_use]
    pub fn grant_of(&self, rank: RankId) -> Option<HeldRank> {
        self.ranks.iter().find(|held| held.rank == rank).copied()
    }

    /// Returns the power of the account. A grant whose end has passed no longer counts, removed or not.
    #[must_use]
    pub fn power(&self, ranks: &CommunityRanks, now: Timestamp) -> AccountPower {
        if self.owner {
            return AccountPower::Owner;
        }
        let powers = self.ranks.iter().filter(|held| !held.has_ended(now)).map(|held| ranks.power(held.rank));
        AccountPower::Power(powers.max().unwrap_or_default())
    }
}
