//! A promotion flow: a named set of ranks to add and to remove, and the directions in which it may be run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::account::Account;
use crate::change::ChangeRequest;
use crate::grant::Grant;
use crate::ids::RankId;
use crate::name::{Key, Name};
use crate::rank::RankName;

/// A promotion flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromotionFlow {
    /// The id on the wire.
    pub id: Uuid,
    /// A short name that a request may use instead of the id.
    pub key: Option<Key>,
    /// The name of the step before a promotion.
    pub label_from: Name,
    /// The name of the step after a promotion.
    pub label_to: Name,
    /// The ranks that a promotion adds and removes.
    pub ranks: FlowRanks,
    /// Other actions of the flow, as the wire shows them.
    pub actions: Vec<Value>,
    /// The directions in which the flow may be run.
    pub direction: FlowDirection,
    /// Position of the flow among the community's flows.
    pub position: i64,
}

/// The directions in which a flow may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FlowDirection {
    /// Promotes and demotes.
    #[default]
    Both,
    /// Promotes only.
    Promote,
    /// Demotes only.
    Demote,
}

/// The ranks that a promotion adds and removes. No rank is both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowRanks {
    add: Vec<RankId>,
    remove: Vec<RankId>,
}

/// Why a flow is not for an account: a flow moves somebody from one step to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// The account holds none of the ranks that would be taken away. Never empty.
    HoldsNone(Vec<RankId>),
    /// The account holds all the ranks already that would be given. Never empty.
    HoldsAll(Vec<RankId>),
}

/// A flow may not be run in the direction that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the flow does not run in this direction (promote: {promote})")]
pub struct WrongDirection {
    /// The direction that was asked for: forwards, or in reverse.
    pub promote: bool,
}

impl FlowDirection {
    /// Every direction.
    pub const ALL: [Self; 3] = [Self::Both, Self::Promote, Self::Demote];

    /// Returns the word for it in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Promote => "promote",
            Self::Demote => "demote",
        }
    }

    /// Reads the word back. `None` if it is another word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == word)
    }

    /// Returns whether a flow may be run forwards (`promote`), or in reverse.
    #[must_use]
    pub fn allows(self, promote: bool) -> bool {
        match self {
            Self::Both => true,
            Self::Promote => promote,
            Self::Demote => !promote,
        }
    }
}

impl FlowRanks {
    /// Checks that no rank is both added and removed. The error lists the ranks that are, in the order of
    /// `add`; it is never empty.
    pub fn new(add: Vec<RankId>, remove: Vec<RankId>) -> Result<Self, Vec<RankId>> {
        let both: Vec<_> = add.iter().copied().filter(|rank| remove.contains(rank)).collect();
        if both.is_empty() { Ok(Self { add, remove }) } else { Err(both) }
    }

    /// Takes the ranks from the database without a check.
    #[must_use]
    pub fn stored(add: Vec<RankId>, remove: Vec<RankId>) -> Self {
        Self { add, remove }
    }

    /// Returns the ranks that a promotion adds.
    #[must_use]
    pub fn add(&self) -> &[RankId] {
        &self.add
    }

    /// Returns the ranks that a promotion removes.
    #[must_use]
    pub fn remove(&self) -> &[RankId] {
        &self.remove
    }

    /// Returns the ranks that are given, and those that are taken away: forwards (`promote`), or in reverse.
    #[must_use]
    pub fn in_direction(&self, promote: bool) -> (&[RankId], &[RankId]) {
        if promote { (&self.add, &self.remove) } else { (&self.remove, &self.add) }
    }

    /// Returns every rank that the flow adds or removes.
    pub fn all(&self) -> impl Iterator<Item = RankId> {
        self.add.iter().chain(&self.remove).copied()
    }
}

impl PromotionFlow {
    /// Checks that the account stands where the flow begins, forwards (`promote`) or in reverse: it holds one
    /// of the ranks that are taken away, if any are, and not yet all that are given.
    pub fn fits(&self, account: &Account, promote: bool) -> Result<(), Misfit> {
        let (given, taken) = self.ranks.in_direction(promote);
        let holds = |rank: &RankId| account.holds(*rank);
        if !taken.is_empty() && !taken.iter().any(holds) {
            return Err(Misfit::HoldsNone(taken.to_vec()));
        }
        if !given.is_empty() && given.iter().all(holds) {
            return Err(Misfit::HoldsAll(given.to_vec()));
        }
        Ok(())
    }

    /// Returns the change that the flow asks for, forwards (`promote`) or in reverse.
    pub fn request(&self, promote: bool) -> Result<ChangeRequest, WrongDirection> {
        if !self.direction.allows(promote) {
            return Err(WrongDirection { promote });
        }
        let (add, remove) = self.ranks.in_direction(promote);
        let names = |ranks: &[RankId]| -> Vec<_> { ranks.iter().copied().map(RankName::Id).collect() };
        let add = names(add).into_iter().map(Grant::plain).collect();
        Ok(ChangeRequest { set: None, add: Some(add), remove: Some(names(remove)), active: None })
    }
}
