//! `set: {primary, secondary}` of older clients: what it leaves out stays as the account has it.

use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::primary_rank::RankUse;
use rankledger_storage::ReadTx;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::v2::accounts::ranks::read_standing;
use crate::http::body::from_value;
use crate::ops::primary_rank::RankUses;
use crate::wire::problem::Problem;
use crate::wire::sent::Sent;

/// The place of the member in a call.
const SET: &str = "/data/0/set";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetByPlace {
    #[serde(default)]
    primary: Sent<Value>,
    secondary: Option<Vec<Value>>,
}

/// Turns `set: {primary, secondary}` of a request object into the list that it stands for. What it leaves out
/// stays as the account has it; a primary rank of null, or an empty text, is taken away. Any other `set`
/// stays as it is. Returns the version of the account that the list was made of, too.
///
/// Refuses one that leaves out a part of which nobody can say what it is: a secondary rank would be taken for
/// the primary one and go.
pub(super) async fn set_by_place(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    account: AccountId,
    mut object: Value,
) -> Result<(Value, Option<i64>), Problem> {
    if !object["set"].is_object() {
        return Ok((object, None));
    }
    let set: SetByPlace = from_value(SET, object["set"].take())?;
    let uses = RankUses::read(tx, community).await?;
    set.refuse_misplaced(&uses)?;
    let standing = read_standing(tx, community, account).await?;
    let now = uses.of(&standing.account.rank_ids());
    if now.is_doubtful && set.leaves_a_part_out() {
        let what = "the account holds several ranks that may be its primary one: send both `primary` and \
                    `secondary`, or mark the ranks as for primary or secondary use only";
        return Err(Problem::invalid_body(SET, what));
    }
    let primary = set.primary.and_then(|rank| Some(rank).filter(|rank| *rank != json!("")));
    let primary = primary.over(now.primary().map(|rank| json!(rank)));
    let secondary =
        set.secondary.unwrap_or_else(|| now.secondary().into_iter().map(|rank| json!(rank)).collect());
    object["set"] = primary.into_iter().chain(secondary).collect();
    Ok((object, Some(standing.version)))
}

impl SetByPlace {
    /// Returns whether it names one part and not the other.
    fn leaves_a_part_out(&self) -> bool {
        (self.primary == Sent::Absent) != self.secondary.is_none()
    }

    /// Refuses a primary rank that is for secondary use only, and the other way round.
    fn refuse_misplaced(&self, uses: &RankUses) -> Result<(), Problem> {
        let is = |entry: &Value, usage| {
            let name = entry["rank"].as_str().or(entry.as_str());
            name.is_some_and(|name| uses.usage_of(name) == Some(usage))
        };
        if let Sent::Value(rank) = &self.primary
            && is(rank, RankUse::SecondaryOnly)
        {
            let what = "this rank is for secondary use only: name it in `secondary`";
            return Err(Problem::invalid_body(&format!("{SET}/primary"), what));
        }
        for (index, rank) in self.secondary.iter().flatten().enumerate() {
            if is(rank, RankUse::PrimaryOnly) {
                let what = "this rank is for primary use only: name it in `primary`";
                return Err(Problem::invalid_body(&format!("{SET}/secondary/{index}"), what));
            }
        }
        Ok(())
    }
}
