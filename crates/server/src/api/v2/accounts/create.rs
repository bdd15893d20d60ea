//! `POST /v2/community/accounts`.

use rankledger_domain::ids::AccountId;
use rankledger_storage::accounts::AccountSnapshot;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::api::v2::accounts::identifiers::{IdentifierEntry, MOST_IDENTIFIERS, names_of};
use crate::api::v2::community::own_community;
use crate::http::body::{JsonBody, optional_objects};
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::reply::{Reply, Versioned};
use crate::http::write::Write;
use crate::ops::accounts::create::{CreateAccount, MAX_CHOSEN_UNIQUE_ID};
use crate::wire::account::FullAccountBody;
use crate::wire::problem::Problem;
use crate::wire::texts::Name;
use crate::wire::whole_number;

/// What creating an account takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// Its name.
    #[schemars(with = "Name")]
    name: String,
    /// Its id; a new one, if absent.
    acc_id: Option<Uuid>,
    /// Its number; the one after the highest, if absent.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = 1, max = MAX_CHOSEN_UNIQUE_ID))]
    unique_id: Option<i64>,
    /// Its identifiers, each with one owner in the community.
    #[schemars(length(max = MOST_IDENTIFIERS))]
    #[serde(default, deserialize_with = "optional_objects")]
    identifiers: Option<Vec<IdentifierEntry>>,
}

/// `POST /v2/community/accounts`: an account without ranks, inactive. Ranks come by Set Account Ranks.
pub async fn create(
    write: Write,
    caller: Caller<AccountsWrite>,
    JsonBody(body): JsonBody<CreateBody>,
) -> Result<Reply<FullAccountBody, Versioned>, Problem> {
    checks::name("/name", &body.name)?;
    if let Some(unique_id) = body.unique_id {
        checks::number("/uniqueId", unique_id, 1..=MAX_CHOSEN_UNIQUE_ID)?;
    }
    let community = own_community(write.app.storage.read().await?.as_mut(), caller.community()).await?;
    let command = CreateAccount {
        community: community.id,
        id: body.acc_id.map(AccountId),
        name: body.name,
        unique_id: body.unique_id,
        identifiers: names_of(&body.identifiers.unwrap_or_default())?,
    };
    let tell = |account: AccountSnapshot| {
        let version = account.standing.version;
        Reply::new(FullAccountBody::new(account, community.name)).version(version)
    };
    write.submit(command, tell).await
}
