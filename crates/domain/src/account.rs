//! An account, as far as the rules see it.

use jiff::Timestamp;

use crate::ids::{AccountId, RankId};
use crate::rank::{CommunityRanks, Power};

/// A rank that an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldRank {
    /// The rank.
    pub rank: RankId,
    /// When the grant ends; never, if absent.
    pub expires_at: Option<Timestamp>,
}

impl HeldRank {
    /// A grant without an end.
    #[must_use]
    pub fn permanent(rank: RankId) -> Self {
        Self { rank, expires_at: None }
    }

    /// Whether the grant's end has passed.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether the grant ends later than the other, or does not end where the other does.
    #[must_use]
    pub fn outlasts(&self, other: Self) -> bool {
        match (self.expires_at, other.expires_at) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(end), Some(other)) => end > other,
        }
    }
}

/// What the rules need to know of an account; its name, identifiers and profile are none of their business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Names it.
    pub id: AccountId,
    /// The ranks it holds, in order, each once.
    pub ranks: Vec<HeldRank>,
    /// Its status in the community: `comStatus` on the wire.
    pub com_status: bool,
    /// Whether it is the owner of the community, who stands above every rank.
    pub owner: bool,
    /// A banned account is given nothing.
    pub banned: bool,
    /// An archived account is given nothing.
    pub archived: bool,
}

/// How high an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountPower {
    /// As high as the highest rank it holds; 0 without ranks.
    Power(Power),
    /// The owner of the community: above every power.
    Owner,
}

impl Account {
    /// Whether the account holds the rank.
    #[must_use]
    pub fn holds(&self, rank: RankId) -> bool {
        self.grant_of(rank).is_some()
    }

    /// The grant of the rank, if the account holds it.
    #[must_use]
    pub fn grant_of(&self, rank: RankId) -> Option<HeldRank> {
        self.ranks.iter().find(|held| held.rank == rank).copied()
    }

    /// How high the account stands. A grant whose end has passed counts no longer, removed or not.
    #[must_use]
    pub fn power(&self, ranks: &CommunityRanks, now: Timestamp) -> AccountPower {
        if self.owner {
            return AccountPower::Owner;
        }
        let powers = self.ranks.iter().filter(|held| !held.has_ended(now)).map(|held| ranks.power(held.rank));
        AccountPower::Power(powers.max().unwrap_or_default())
    }
}
