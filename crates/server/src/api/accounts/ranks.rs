//! `GET` and `PATCH /v2/community/accounts/{accountId}/ranks`.

use axum::extract::State;
use http::HeaderMap;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_domain::rank::RankName;
use serde::Deserialize;
use uuid::Uuid;

use super::row::{FullAccountBody, RowBefore};
use crate::api::App;
use crate::api::body::JsonBody;
use crate::api::caller::{AccountsRead, Caller, RanksWrite};
use crate::api::envelope::Reply;
use crate::api::etag::accepted_versions;
use crate::api::path::AccountPath;
use crate::api::problem::Problem;
use crate::ops::change_ranks::ChangeRanks;
use crate::ops::reason::check_reason;

/// `GET /v2/community/accounts/{accountId}/ranks`: the ids of the ranks held, in order.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<Vec<RankId>>, Problem> {
    let mut tx = app.storage.read().await?;
    let standing = tx.standing(caller.community(), id).await?;
    let standing = standing.ok_or_else(|| Problem::account_not_found(id))?;
    let ranks = standing.account.ranks.iter().map(|held| held.rank).collect();
    Ok(Reply::new(ranks).version(standing.version))
}

/// What Set Account Ranks takes. Other members that clients send are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetRanksBody {
    acc_id: Option<String>,
    set: Option<Vec<String>>,
    add: Option<Vec<String>>,
    remove: Option<Vec<String>>,
    active: Option<bool>,
    user_id: Option<String>,
    reason: Option<String>,
}

/// `PATCH /v2/community/accounts/{accountId}/ranks`: Set Account Ranks.
pub async fn set(
    State(app): State<App>,
    caller: Caller<RanksWrite>,
    AccountPath(id): AccountPath,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SetRanksBody>,
) -> Result<Reply<FullAccountBody>, Problem> {
    body.refuse_other_account(id)?;
    let reason = checked_reason(body.reason)?;
    let community = caller.community();
    let command = ChangeRanks {
        actor: caller.actor(body.user_id.as_deref()),
        account: id,
        request: ChangeRequest {
            set: body.set.as_deref().map(rank_names),
            add: body.add.as_deref().map(rank_names),
            remove: body.remove.as_deref().map(rank_names),
            active: body.active,
        },
        reason,
        if_version: accepted_versions(&headers)?,
    };
    let row = RowBefore::read(app.storage.read().await?.as_mut(), community, id).await?;
    let changed = app.ledger.submit(command).await?;
    let version = changed.standing.version;
    let undo_id = changed.change.as_ref().map(|change| change.undo_id);
    Ok(Reply::new(row.after(changed.standing))
        .meta("undoId", undo_id.map(|id| id.to_string()))
        .meta("changeNumber", changed.change.map(|change| change.number.0))
        .undo_id(undo_id)
        .version(version))
}

impl SetRanksBody {
    /// The account stands in the path; a client may repeat it in the body, but not name another.
    fn refuse_other_account(&self, id: AccountId) -> Result<(), Problem> {
        match &self.acc_id {
            Some(named) if Uuid::parse_str(named) != Ok(id.0) => Err(Problem::account_mismatch(named, id)),
            _ => Ok(()),
        }
    }
}

fn rank_names(names: &[String]) -> Vec<RankName> {
    names.iter().map(|name| RankName::parse(name)).collect()
}

/// The reason given, if it is fit to be kept. One without a visible character is none.
pub(in crate::api) fn checked_reason(reason: Option<String>) -> Result<Option<String>, Problem> {
    let reason = reason.filter(|text| !text.trim().is_empty());
    if let Some(text) = &reason {
        check_reason(text).map_err(|error| Problem::invalid_body("/reason", &error.to_string()))?;
    }
    Ok(reason)
}
