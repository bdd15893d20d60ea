//! `GET /v2/community/accounts/search`.

use axum::extract::State;
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_storage::accounts::AccountSelector;
use serde::Serialize;
use uuid::Uuid;

use super::summary::SummaryBody;
use crate::api::App;
use crate::api::caller::{AccountsRead, Caller};
use crate::api::community::own_community;
use crate::api::envelope::Reply;
use crate::api::problem::Problem;
use crate::api::query::QueryParams;

/// The most accounts that one search shows.
const MOST: u32 = 100;

/// The accounts that were found, on the wire.
#[derive(Serialize)]
pub struct FoundBody {
    items: Vec<FoundAccountBody>,
    total: u32,
}

/// An account that was found. A client reads its `ranks`, which the documented items lack.
#[derive(Serialize)]
pub struct FoundAccountBody {
    #[serde(flatten)]
    account: SummaryBody,
    ranks: Vec<RankId>,
}

/// `GET /v2/community/accounts/search`: the accounts that fit every selector given, exactly but for the case of the
/// name. Not by a part of the name: clients act on the first one found.
pub async fn search(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    params: QueryParams,
) -> Result<Reply<FoundBody>, Problem> {
    let selector = selector(&params)?;
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let page = tx.search_accounts(community.id, &selector, MOST).await?;
    let items = page
        .items
        .into_iter()
        .map(|mut account| {
            let ranks = std::mem::take(&mut account.ranks);
            FoundAccountBody { account: SummaryBody::new(account, &community), ranks }
        })
        .collect();
    Ok(Reply::new(FoundBody { items, total: page.total }))
}

fn selector(params: &QueryParams) -> Result<AccountSelector, Problem> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let selector = AccountSelector {
        id: account_id(params)?,
        api_id: owned(params.text("apiId")?),
        username: owned(params.text("username")?),
        discord: owned(params.text("discord")?),
        unique_id: params.number("uniqueId", 0, i64::MAX)?,
    };
    if selector == AccountSelector::default() {
        return Err(Problem::missing_selector());
    }
    Ok(selector)
}

/// The id by either of its names.
fn account_id(params: &QueryParams) -> Result<Option<AccountId>, Problem> {
    let mut found = None;
    for name in ["accountId", "accId"] {
        let Some(text) = params.text(name)? else { continue };
        let uuid = Uuid::parse_str(text);
        let id = uuid.map_err(|_| Problem::invalid_query(name, text, "the UUID of an account"))?;
        if found.is_some_and(|other| other != AccountId(id)) {
            return Err(Problem::invalid_query(name, text, "the same account as accountId"));
        }
        found = Some(AccountId(id));
    }
    Ok(found)
}
