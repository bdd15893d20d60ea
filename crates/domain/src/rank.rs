//! Ranks, and how a request names them.

use std::collections::HashMap;
use std::fmt;

use uuid::Uuid;

use crate::ids::{DepartmentId, RankId};
use crate::name::normalized;
use crate::refusal::NamedEntry;

/// Power of a rank: 0 is the lowest. Comparing powers decides who may change which ranks and accounts, see
/// [`crate::authority`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Power(pub u32);

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A rank of a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    /// Id of the rank on the wire.
    pub id: RankId,
    /// A short name that a request may use instead of the id. Unique in the community, never a UUID.
    pub key: Option<String>,
    /// Label of the rank, which people read.
    pub label: String,
    /// Department that the rank belongs to.
    pub department: DepartmentId,
    /// Power of the rank.
    pub power: Power,
    /// Whether the rank is retired: it may still be held and taken away, but no longer given.
    pub retired: bool,
}

impl Rank {
    /// Returns whether a request means this rank by `name`.
    #[must_use]
    pub fn is_called(&self, name: &RankName) -> bool {
        match name {
            RankName::Id(id) => self.id == *id,
            RankName::Key(key) => self.key.as_ref() == Some(key),
        }
    }
}

/// A rank as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RankName {
    /// By its UUID.
    Id(RankId),
    /// By its short key.
    Key(String),
}

impl RankName {
    /// Reads a name: a UUID in any of its usual spellings is an id, everything else is a key, in normal form
    /// C.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match Uuid::parse_str(name) {
            Ok(uuid) => Self::Id(RankId(uuid)),
            Err(_) => Self::Key(normalized(name)),
        }
    }
}

impl fmt::Display for RankName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Key(key) => f.write_str(key),
        }
    }
}

/// All ranks of one community, retired ones included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommunityRanks {
    by_id: HashMap<RankId, Rank>,
    by_key: HashMap<String, RankId>,
}

impl CommunityRanks {
    /// Returns the rank with this id. `None` if this community has no such rank.
    #[must_use]
    pub fn get(&self, id: RankId) -> Option<&Rank> {
        self.by_id.get(&id)
    }

    /// Returns all ranks, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Rank> {
        self.by_id.values()
    }

    /// Returns the rank that a request means by `name`. `None` if this community has no such rank.
    #[must_use]
    pub fn resolve(&self, name: &RankName) -> Option<&Rank> {
        match name {
            RankName::Id(id) => self.get(*id),
            RankName::Key(key) => self.by_key.get(key).and_then(|id| self.get(*id)),
        }
    }

    /// Returns the ranks that a list of a request names, in its order, repeated where the list repeats them.
    /// Every entry that is no rank of this community is added to `unknown`, with its position in the list at
    /// the JSON pointer `list`.
    #[must_use]
    pub fn resolve_all(&self, names: &[RankName], list: &str, unknown: &mut Vec<NamedEntry>) -> Vec<RankId> {
        let mut known = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            if let Some(rank) = self.resolve(name) {
                known.push(rank.id);
            } else {
                unknown.push(NamedEntry { pointer: format!("{list}/{index}"), name: name.to_string() });
            }
        }
        known
    }

    /// Returns the power of a rank. A rank that the community does not have counts as the highest, so that an
    /// unknown rank is not given away.
    #[must_use]
    pub fn power(&self, id: RankId) -> Power {
        self.get(id).map_or(Power(u32::MAX), |rank| rank.power)
    }

    /// Returns the power ceiling that is proposed for a new key: the power of the highest rank in use, so
    /// that the key reaches every rank but the highest ones. `None` if no rank in use is below another: with
    /// that ceiling the key would reach none.
    #[must_use]
    pub fn proposed_ceiling(&self) -> Option<Power> {
        let powers = || self.in_use().map(|rank| rank.power);
        let highest = powers().max()?;
        powers().any(|power| power < highest).then_some(highest)
    }

    /// Returns the ranks in use that a credential with this power ceiling does not reach, the highest first.
    #[must_use]
    pub fn beyond(&self, ceiling: Power) -> Vec<&Rank> {
        let mut beyond: Vec<_> = self.in_use().filter(|rank| rank.power >= ceiling).collect();
        beyond.sort_by(|a, b| {
            b.power.cmp(&a.power).then_with(|| a.label.cmp(&b.label)).then_with(|| a.id.0.cmp(&b.id.0))
        });
        beyond
    }

    fn in_use(&self) -> impl Iterator<Item = &Rank> {
        self.by_id.values().filter(|rank| !rank.retired)
    }

    /// Returns whether the rank may no longer be given.
    #[must_use]
    pub fn is_retired(&self, id: RankId) -> bool {
        self.get(id).is_none_or(|rank| rank.retired)
    }

    /// Returns the label of the rank; its id if the rank no longer exists.
    #[must_use]
    pub fn label(&self, id: RankId) -> String {
        self.get(id).map_or_else(|| id.to_string(), |rank| rank.label.clone())
    }
}

impl FromIterator<Rank> for CommunityRanks {
    fn from_iter<I: IntoIterator<Item = Rank>>(ranks: I) -> Self {
        let mut all = Self::default();
        for rank in ranks {
            if let Some(key) = &rank.key {
                all.by_key.insert(normalized(key), rank.id);
            }
            all.by_id.insert(rank.id, rank);
        }
        all
    }
}
