//! `GET` and `PATCH /v2/community/accounts/{accountId}/ranks`.

use axum::extract::State;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::RankId;
use rankledger_domain::rank::RankName;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::row::{FullAccountBody, RowBefore};
use crate::api::App;
use crate::api::body::JsonBody;
use crate::api::caller::{AccountsRead, Caller, RanksWrite};
use crate::api::envelope::{Recorded, Reply, Versioned};
use crate::api::etag::IfMatch;
use crate::api::input;
use crate::api::path::AccountPath;
use crate::api::problem::Problem;
use crate::api::texts::Reason;
use crate::api::write::Write;
use crate::ops::change_ranks::{ChangeRanks, RanksChanged};

/// `GET /v2/community/accounts/{accountId}/ranks`: the ids of the ranks held, in order.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<Vec<RankId>, Versioned>, Problem> {
    let mut tx = app.storage.read().await?;
    let standing = tx.standing(caller.community(), id).await?;
    let standing = standing.ok_or_else(|| Problem::account_not_found(id))?;
    let ranks = standing.account.ranks.iter().map(|held| held.rank).collect();
    Ok(Reply::new(ranks).version(standing.version))
}

/// What Set Account Ranks takes. Other members that clients send are ignored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRanksBody {
    /// The account again, if it is given.
    #[schemars(with = "Option<Uuid>")]
    acc_id: Option<String>,
    /// The ranks that the account is to hold, each by id or key.
    set: Option<Vec<String>>,
    /// The ranks to give, each by id or key.
    add: Option<Vec<String>>,
    /// The ranks to take away, each by id or key.
    remove: Option<Vec<String>>,
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
    AccountPath(id): AccountPath,
    if_match: IfMatch,
    JsonBody(body): JsonBody<SetRanksBody>,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    input::same_account(body.acc_id.as_deref(), id)?;
    let reason = input::reason(body.reason)?;
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
        if_version: if_match.versions()?,
    };
    let row = RowBefore::read(write.app.storage.read().await?.as_mut(), community, id).await?;
    let dry_run = body.dry_run.unwrap_or(false);
    let tell = move |changed: RanksChanged| {
        let version = if dry_run { changed.version_before } else { changed.standing.version };
        let change = changed.change.filter(|_| !dry_run).map(|change| (change.undo_id, change.number));
        Reply::new(row.after(changed.standing))
            .version(version)
            .meta("undoId", change.map(|(undo_id, _)| undo_id.to_string()))
            .recorded(change)
    };
    write.dry_run(dry_run).submit(command, tell).await
}

fn rank_names(names: &[String]) -> Vec<RankName> {
    names.iter().map(|name| RankName::parse(name)).collect()
}
