//! Which rank of an account is its primary one, in a community: read once, for v1 and for push events. The
//! rule is in the domain.

use std::collections::HashMap;

use rankledger_domain::ids::{CommunityId, DepartmentId, RankId};
use rankledger_domain::primary_rank::{RankUse, UsedRank, by_use};
use rankledger_domain::rank::RankName;
use rankledger_storage::departments::DepartmentRank;
use rankledger_storage::{ReadTx, StorageError};

/// The ranks of a community, with what they may be.
pub(crate) struct RankUses(HashMap<RankId, DepartmentRank>);

/// The primary rank of an account and its secondary ones, each with its department.
pub(crate) struct PlacedRanks {
    primary: Option<(RankId, DepartmentId)>,
    secondary: Vec<(RankId, DepartmentId)>,
    /// Whether another rank may be meant to be the primary one just as well.
    pub(crate) is_doubtful: bool,
}

impl RankUses {
    pub(crate) async fn read(tx: &mut dyn ReadTx, community: CommunityId) -> Result<Self, StorageError> {
        let ranks = tx.department_ranks(community).await?.into_iter();
        Ok(Self(ranks.map(|of| (of.rank.id, of)).collect()))
    }

    /// Returns ranks that are held by what they are.
    pub(crate) fn of(&self, held: &[RankId]) -> PlacedRanks {
        let known = held.iter().filter_map(|rank| self.0.get(rank));
        let used = known.map(|of| UsedRank { rank: of.rank.id, power: of.rank.power, usage: usage(of) });
        let placed = by_use(&used.collect::<Vec<_>>());
        let with_department = |rank: RankId| self.0.get(&rank).map(|of| (rank, of.rank.department));
        PlacedRanks {
            primary: placed.primary.and_then(with_department),
            secondary: placed.secondary.into_iter().filter_map(with_department).collect(),
            is_doubtful: placed.is_doubtful,
        }
    }

    /// Returns what a rank may be that a request names. `None` if there is no such rank.
    pub(crate) fn usage_of(&self, name: &str) -> Option<RankUse> {
        let name = RankName::parse(name);
        self.0.values().find(|of| of.rank.is_called(&name)).map(usage)
    }
}

fn usage(of: &DepartmentRank) -> RankUse {
    match (of.primary_only, of.secondary_only) {
        (true, _) => RankUse::PrimaryOnly,
        (false, true) => RankUse::SecondaryOnly,
        (false, false) => RankUse::Either,
    }
}

impl PlacedRanks {
    pub(crate) fn primary(&self) -> Option<RankId> {
        self.primary.map(|(rank, _)| rank)
    }

    pub(crate) fn primary_department(&self) -> Option<DepartmentId> {
        self.primary.map(|(_, department)| department)
    }

    /// Lists the secondary ranks, in the order in which they are held.
    pub(crate) fn secondary(&self) -> Vec<RankId> {
        self.secondary.iter().map(|(rank, _)| *rank).collect()
    }

    /// Lists the departments of the secondary ranks, each once.
    pub(crate) fn secondary_departments(&self) -> Vec<DepartmentId> {
        let mut departments = Vec::new();
        for (_, department) in &self.secondary {
            if !departments.contains(department) {
                departments.push(*department);
            }
        }
        departments
    }
}
