//! `GET` and `PATCH /v2/community/accounts/{accountId}/ranks`.

use axum::extract::State;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::RankId;
use rankledger_domain::rank::RankName;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::api::v2::community::OwnCommunity;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsRead, Caller, RanksWrite};
use crate::http::etag::IfMatch;
use crate::http::path::AccountPath;
use crate::http::reply::{Held, Recorded, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::change_ranks::{ChangeRanks, RanksChanged};
use crate::wire::account::FullAccountBody;
use crate::wire::grants::{GrantBody, RemovedRank, grants};
use crate::wire::problem::Problem;
use crate::wire::texts::Reason;

/// `GET /v2/community/accounts/{accountId}/ranks`: the ids of the ranks held, in order.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<Vec<RankId>, Held>, Problem> {
    let mut tx = app.storage.read().await?;
    let standing = tx.standing(caller.community(), id).await?;
    let standing = standing.ok_or_else(|| Problem::account_not_found(id))?;
    let held = &standing.account.ranks;
    Ok(Reply::new(held.iter().map(|held| held.rank).collect()).version(standing.version).held(held))
}

/// What Set Account Ranks takes. Other members that clients send are ignored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRanksBody {
    /// The account again, if it is given.
    #[schemars(with = "Option<Uuid>")]
    acc_id: Option<String>,
    /// The ranks that the account is to hold, each by id or key, or as an object with its end.
    set: Option<Vec<GrantBody>>,
    /// The ranks to give, each by id or key, or as an object with its end.
    add: Option<Vec<GrantBody>>,
    /// The ranks to take away, each by id or key.
    remove: Option<Vec<RemovedRank>>,
    /// Whether the account is to be active.
    active: Option<bool>,
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// Why, for the record.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// Whether to answer only what would happen, and write nothing.
    dry_run: Option<bool>,
}

/// `PATCH /v2/community/accounts/{accountId}/ranks`: Set Account Ranks.
pub async fn set(
    write: Write,
    caller: Caller<RanksWrite>,
    OwnCommunity(community): OwnCommunity,
    AccountPath(id): AccountPath,
    if_match: IfMatch,
    JsonBody(body): JsonBody<SetRanksBody>,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    checks::same_account(body.acc_id.as_deref(), id)?;
    let reason = checks::reason(body.reason)?;
    let now = write.app.clock.now();
    let command = ChangeRanks {
        actor: caller.actor(body.user_id.as_deref()),
        account: id,
        request: ChangeRequest {
            set: body.set.map(|entries| grants("/set", &entries, now)).transpose()?,
            add: body.add.map(|entries| grants("/add", &entries, now)).transpose()?,
            remove: body.remove.as_deref().map(rank_names),
            active: body.active,
        },
        reason,
        if_version: if_match.versions()?,
    };
    let dry_run = body.dry_run.unwrap_or(false);
    let reply = move |changed: RanksChanged| {
        let RanksChanged { after, change, .. } = changed;
        let (version, held) = (after.standing.version, after.standing.account.ranks.clone());
        Reply::new(FullAccountBody::new(after, community.name))
            .version(version)
            .held(&held)
            .meta("undoId", change.as_ref().map(|change| change.undo_id.to_string()))
            .recorded(change.as_ref())
    };
    write.submit_or_preview(command, dry_run, reply).await
}

fn rank_names(names: &[RemovedRank]) -> Vec<RankName> {
    names.iter().map(|RemovedRank(name)| RankName::parse(name)).collect()
}
