//! `GET /v2/community/accounts/search`.

use axum::extract::State;
use rankledger_domain::ids::AccountId;
use rankledger_storage::account_lists::AccountSelector;

use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::http::{App, checks};
use crate::wire::account_summary::{FoundBody, SummaryBody};
use crate::wire::problem::Problem;

/// Largest number of accounts that one search shows.
const MOST: u32 = 100;

/// `GET /v2/community/accounts/search`: the endpoint of [`search`].
pub static SEARCH: Endpoint = Endpoint::new(Tag::Accounts, "searchAccounts", "Find accounts by name or id")
    .per_minute(27)
    .example(Example {
        path: "/v2/community/accounts/search",
        query: r#"{"username": "ExampleUser"}"#,
        data: r#"{
            "items": [
                {
                    "accId": "00000000-0000-0000-0000-000000000000", "uniqueId": 1001,
                    "accName": "ExampleAccount", "comName": "Example Community",
                    "activeApiIds": ["discord:1234567890"], "discordId": "1234567890",
                    "sysStatus": true, "comStatus": true, "archived": false, "banned": false,
                    "teamspeakId": null, "ranks": ["22222222-2222-2222-2222-222222222222"]
                }
            ],
            "total": 1
        }"#,
        ..Example::EMPTY
    });

/// Lists the accounts that match every given selector: exactly, but for the case of the name. A part of a
/// name matches nothing, because clients act on the first account found.
pub async fn search(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(SearchQuery(selector)): Query<SearchQuery>,
) -> Result<Reply<FoundBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let page = tx.search_accounts(community.id, &selector, MOST).await?;
    // A client reads `ranks`, which the documented items lack.
    let items = page.items.into_iter().map(|account| SummaryBody::with_ranks(account, &community)).collect();
    Ok(Reply::new(FoundBody { items, total: page.total }))
}

/// The accounts to search for, by at least one selector.
pub struct SearchQuery(AccountSelector);

impl FromQuery for SearchQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let selector = AccountSelector {
            id: account_id(params)?,
            api_id: params
                .text("apiId", "An id at another service, such as `discord:1234567890`.")?
                .map(|id| checks::api_id(&id)),
            username: params.text("username", "The whole name. Upper and lower case count as the same.")?,
            discord: params.text("discord", "The Discord id.")?.map(|id| checks::discord_id(&id)),
            unique_id: params.number("uniqueId", 0..=i64::MAX, "The number of the account.")?,
        };
        if selector == AccountSelector::default() {
            return Err(Problem::missing_selector());
        }
        Ok(Self(selector))
    }
}

/// The id by either of its names.
fn account_id(params: &mut QueryReader) -> Result<Option<AccountId>, Problem> {
    let id = params.uuid("accountId", "an account", "The id of the account.")?;
    let same = params.uuid("accId", "an account", "The same as `accountId`.")?;
    if id.is_some() && same.is_some() && id != same {
        return Err(params.refusal("accId", "the same account as accountId"));
    }
    Ok(id.or(same).map(AccountId))
}
