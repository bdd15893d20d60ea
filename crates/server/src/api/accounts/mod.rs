//! `GET /v2/community/accounts` and `GET /v2/community/accounts/{accountId}`.

pub mod identifiers;
pub mod ranks;
pub mod row;
pub mod search;
pub mod summary;

use axum::extract::State;
use rankledger_storage::accounts::AccountFilter;
use serde::Serialize;

use super::App;
use super::caller::{AccountsRead, Caller};
use super::community::own_community;
use super::envelope::Reply;
use super::path::AccountPath;
use super::problem::Problem;
use super::query::QueryParams;
use row::AccountBody;
use summary::SummaryBody;

/// How many accounts a page holds unless asked otherwise.
const DEFAULT_TAKE: u32 = 25;

/// A page of accounts on the wire.
#[derive(Serialize)]
pub struct PageBody {
    items: Vec<SummaryBody>,
    total: u32,
    skip: u32,
    take: u32,
}

/// `GET /v2/community/accounts`: the accounts by number, `take` of them (1 to 100) from the `skip`th.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    params: QueryParams,
) -> Result<Reply<PageBody>, Problem> {
    let skip = small(params.number("skip", 0, i64::from(u32::MAX))?).unwrap_or(0);
    let take = small(params.number("take", 1, 100)?).unwrap_or(DEFAULT_TAKE);
    let filter = AccountFilter {
        sys_status: params.flag("sysStatus")?,
        com_status: params.flag("comStatus")?,
        banned: params.flag("banned")?,
        archived: params.flag("archived")?,
    };
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let page = tx.list_accounts(community.id, &filter, skip, take).await?;
    let items = page.items.into_iter().map(|account| SummaryBody::new(account, &community)).collect();
    Ok(Reply::new(PageBody { items, total: page.total, skip, take }))
}

fn small(number: Option<i64>) -> Option<u32> {
    number.map(|number| u32::try_from(number).expect("the parameter was checked against a range within u32"))
}

/// `GET /v2/community/accounts/{accountId}`
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<AccountBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let account = tx.account(community.id, id).await?.ok_or_else(|| Problem::account_not_found(id))?;
    let version = account.standing.version;
    Ok(Reply::new(AccountBody::new(account, community.name)).version(version))
}
