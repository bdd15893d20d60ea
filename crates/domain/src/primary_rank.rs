//! Primary and secondary ranks, as game servers and older programs know them: an account has at most one
//! primary rank, and any number of secondary ones. No account says which is which; it follows from the ranks.

use crate::ids::RankId;
use crate::rank::Power;

/// What a rank may be for those who hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankUse {
    /// A primary or a secondary rank.
    Either,
    /// A primary rank only.
    PrimaryOnly,
    /// A secondary rank only.
    SecondaryOnly,
}

/// A rank that an account holds, as far as this rule needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedRank {
    /// The rank.
    pub rank: RankId,
    /// Its power.
    pub power: Power,
    /// What it may be.
    pub usage: RankUse,
}

/// The ranks of an account by what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RanksByUse {
    /// The primary rank. `None` if the account holds no rank that may be one.
    pub primary: Option<RankId>,
    /// The others, in order.
    pub secondary: Vec<RankId>,
    /// Whether another rank than `primary` may be meant to be the primary one just as well.
    pub is_doubtful: bool,
}

/// Tells the primary rank from the secondary ones, of the ranks that an account holds, in order.
///
/// The primary rank is one for primary use only, else one that is not for secondary use only: of several the
/// one of the highest power, of equals the first that is held.
#[must_use]
pub fn by_use(held: &[UsedRank]) -> RanksByUse {
    let of_use = |usage| held.iter().filter(move |rank| rank.usage == usage);
    let mut candidates: Vec<_> = of_use(RankUse::PrimaryOnly).collect();
    if candidates.is_empty() {
        candidates = of_use(RankUse::Either).collect();
    }
    let is_doubtful = candidates.len() > 1;
    // Of equals `max_by_key` takes the last.
    let primary = candidates.into_iter().rev().max_by_key(|rank| rank.power).map(|rank| rank.rank);
    let secondary = held.iter().map(|rank| rank.rank).filter(|rank| Some(*rank) != primary);
    RanksByUse { primary, secondary: secondary.collect(), is_doubtful }
}
