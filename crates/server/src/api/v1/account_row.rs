//! The account row of v1: that of Get Account, with the members of v1's own page besides.
//!
//! The row also has itself as the member `0`: some programs read the answer as an array of one account. See
//! decision 27.

use rankledger_domain::identifier::split_kind;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use serde_json::{Value, json};

use crate::http::own_community::own_community;
use crate::ops::primary_rank::RankUses;
use crate::wire::account::AccountBody;
use crate::wire::problem::Problem;

/// Returns an id of an account without its type.
pub(super) fn bare(id: String) -> String {
    split_kind(&id).map(|(_, value)| value.to_owned()).unwrap_or(id)
}

/// Reads the row of an account.
pub(super) async fn read(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: AccountId,
) -> Result<Value, Problem> {
    let community = own_community(tx, community).await?;
    let uses = RankUses::read(tx, community.id).await?;
    let snapshot = tx.snapshot(community.id, id).await?;
    let snapshot = snapshot.ok_or_else(|| Problem::account_not_found(id))?;
    let ranks = uses.of(&snapshot.standing.account.rank_ids());
    let ids: Vec<_> = snapshot.details.active_api_ids().map(|id| bare(id.to_string())).collect();
    let mut row = serde_json::to_value(AccountBody::new(snapshot, community.name))
        .map_err(|error| Problem::internal(&error))?;
    row["activeApiIds"] = json!(ids);
    row["primaryRank"] = json!(ranks.primary());
    row["secondaryRanks"] = json!(ranks.secondary());
    row["primaryDepartment"] = json!(ranks.primary_department());
    row["secondaryDepartments"] = json!(ranks.secondary_departments());
    row["primaryIdentifier"] = Value::Null;
    row["secondaryIdentifiers"] = json!([]);
    row["0"] = row.clone();
    Ok(row)
}
