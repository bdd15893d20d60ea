//! Primary and secondary ranks, as v1 knows them: an account has at most one primary rank, and any number
//! of secondary ones. The primary rank is the first held that is for primary use only, else the first that
//! is not for secondary use only.

use std::collections::HashMap;

use rankledger_domain::ids::{AccountId, CommunityId, DepartmentId, RankId};
use rankledger_storage::ReadTx;
use rankledger_storage::departments::DepartmentRank;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::v2::accounts::ranks::read_standing;
use crate::http::body::from_value;
use crate::wire::problem::Problem;
use crate::wire::sent::Sent;

/// The ranks of a community, as far as their places are concerned.
pub(super) struct Places(HashMap<RankId, Place>);

#[derive(Clone, Copy)]
struct Place {
    department: DepartmentId,
    primary_only: bool,
    secondary_only: bool,
}

/// The ranks of an account by their places.
pub(super) struct Placed {
    pub(super) primary: Option<RankId>,
    pub(super) secondary: Vec<RankId>,
}

impl Places {
    pub(super) async fn read(tx: &mut dyn ReadTx, community: CommunityId) -> Result<Self, Problem> {
        let ranks = tx.department_ranks(community).await?.into_iter();
        let place = |of: DepartmentRank| {
            let DepartmentRank { rank, primary_only, secondary_only, .. } = of;
            (rank.id, Place { department: rank.department, primary_only, secondary_only })
        };
        Ok(Self(ranks.map(place).collect()))
    }

    /// Returns ranks that are held by their places.
    pub(super) fn of(&self, held: &[RankId]) -> Placed {
        let is = |rank: &RankId, fits: fn(&Place) -> bool| self.0.get(rank).is_some_and(fits);
        let for_primary_use = || held.iter().find(|rank| is(rank, |place| place.primary_only));
        let not_for_secondary_use = || held.iter().find(|rank| !is(rank, |place| place.secondary_only));
        let primary = for_primary_use().or_else(not_for_secondary_use).copied();
        let secondary = held.iter().copied().filter(|rank| Some(*rank) != primary).collect();
        Placed { primary, secondary }
    }

    /// Returns the department of a rank.
    pub(super) fn department(&self, rank: RankId) -> Option<DepartmentId> {
        self.0.get(&rank).map(|place| place.department)
    }
}

/// `set` of older clients.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetByPlace {
    #[serde(default)]
    primary: Sent<Value>,
    secondary: Option<Vec<Value>>,
}

/// Turns `set: {primary, secondary}` of a request object into the list that it stands for. What it leaves out
/// stays as the account has it; a primary rank of null is taken away. Any other `set` stays as it is. Returns
/// the version of the account that the list was made of, too.
pub(super) async fn set_by_place(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    account: AccountId,
    mut object: Value,
) -> Result<(Value, Option<i64>), Problem> {
    if !object["set"].is_object() {
        return Ok((object, None));
    }
    let SetByPlace { primary, secondary } = from_value("/data/0/set", object["set"].take())?;
    let standing = read_standing(tx, community, account).await?;
    let held = standing.account.rank_ids();
    let now = Places::read(tx, community).await?.of(&held);
    let primary = primary.over(now.primary.map(|rank| json!(rank)));
    let secondary = secondary.unwrap_or_else(|| now.secondary.iter().map(|rank| json!(rank)).collect());
    object["set"] = primary.into_iter().chain(secondary).collect();
    Ok((object, Some(standing.version)))
}
