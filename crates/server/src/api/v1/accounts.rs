//! Calls about accounts.

use axum::extract::State;
use rankledger_domain::ids::AccountId;
use rankledger_storage::accounts::{AccountFilter, AccountSelector, AccountSummary};
use serde::{Deserialize, Serialize};

use crate::api::v1::answer::Answer;
use crate::api::v1::request::{Call, Text};
use crate::api::v2::accounts::{membership, name, profile_fields, ranks, show as show_account, sync};
use crate::api::v2::rank_changes::undo;
use crate::http::body::{JsonBody, StrictBody};
use crate::http::caller::{AccountsRead, Caller};
use crate::http::etag::IfMatch;
use crate::http::own_community::{OwnCommunity, own_community};
use crate::http::path::{AccountPath, ChangePath};
use crate::http::read_view::View;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::wire::problem::Problem;
use crate::wire::whole_number;

/// Number of accounts on a page unless the request asks for another.
const DEFAULT_TAKE: i64 = 25;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListRequest {
    #[serde(default, deserialize_with = "whole_number::optional")]
    skip: Option<i64>,
    #[serde(default, deserialize_with = "whole_number::optional")]
    take: Option<i64>,
    sys_status: Option<bool>,
    com_status: Option<bool>,
    banned: Option<bool>,
    archived: Option<bool>,
}

#[derive(Serialize)]
struct AccountPage {
    total: u32,
    skip: u32,
    take: u32,
    accounts: Vec<Account>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    acc_id: AccountId,
    acc_name: String,
    active_api_ids: Vec<String>,
    discord_id: Option<String>,
    sys_status: bool,
    com_status: bool,
    archived: bool,
    banned: bool,
}

impl From<AccountSummary> for Account {
    fn from(account: AccountSummary) -> Self {
        Self {
            acc_id: account.id,
            acc_name: account.name,
            active_api_ids: account.active_api_ids,
            discord_id: account.discord_id,
            sys_status: account.sys_status,
            com_status: account.com_status,
            archived: account.archived,
            banned: account.banned,
        }
    }
}

/// The accounts by number, `take` of them (1 to 100) from the `skip`th.
pub(super) async fn list(call: Call) -> Result<Answer, Problem> {
    let community = call.caller::<AccountsRead>()?.community();
    let request: ListRequest = call.body()?;
    let skip = small("/data/0/skip", request.skip.unwrap_or(0), 0, i64::from(u32::MAX))?;
    let take = small("/data/0/take", request.take.unwrap_or(DEFAULT_TAKE), 1, 100)?;
    let filter = AccountFilter {
        sys_status: request.sys_status,
        com_status: request.com_status,
        banned: request.banned,
        archived: request.archived,
        rank: None,
    };
    let page = call.app.storage.read().await?.list_accounts(community, &filter, skip, take).await?;
    let accounts = page.items.into_iter().map(Account::from).collect();
    Answer::json(&AccountPage { total: page.total, skip, take, accounts })
}

fn small(pointer: &str, number: i64, min: i64, max: i64) -> Result<u32, Problem> {
    checks::number(pointer, number, min..=max)?;
    u32::try_from(number).map_err(|error| Problem::internal(&error))
}

/// The account row.
pub(super) async fn show(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let view = View(call.app.storage.read().await?);
    let reply = show_account(caller, account, view).await?;
    Answer::data(&reply.into_data())
}

/// The name of the account that an id is linked to.
pub(super) async fn check_api_id(call: Call) -> Result<Answer, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Request {
        api_id: Option<Text>,
    }

    let community = call.caller::<AccountsRead>()?.community();
    let Request { api_id } = call.body()?;
    let Some(api_id) = api_id.and_then(Text::given) else { return Ok(Answer::not_linked()) };
    let selector = AccountSelector { api_id: Some(checks::api_id(&api_id)), ..AccountSelector::default() };
    let found = call.app.storage.read().await?.search_accounts(community, &selector, 2).await?;
    Ok(match found.items.as_slice() {
        [one] => Answer::text(one.name.clone()),
        _ => Answer::not_linked(),
    })
}

/// The ids of the ranks held, in order.
pub(super) async fn ranks(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let reply = ranks::list(State(call.app), caller, account).await?;
    Answer::data(&reply.into_data())
}

/// Set Account Ranks.
pub(super) async fn set_ranks(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let (body, write) = (JsonBody(call.body()?), Write::without_key(call.app));
    let community = community_of(&write.app, &caller).await?;
    let reply = ranks::set(write, caller, community, account, IfMatch::default(), body).await?;
    let undo_id = reply.undo_id();
    Ok(Answer::data(&reply.into_data())?.recorded(undo_id))
}

/// Undo Rank Change.
pub(super) async fn undo_rank_change(call: Call) -> Result<Answer, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Request {
        undo_id: Option<Text>,
    }

    let caller = call.caller()?;
    let Request { undo_id } = call.body()?;
    let name = undo_id.and_then(Text::given).unwrap_or_default();
    let what = "it must be the undo id of a rank change, a UUID, or its number, 1 or more";
    let change = ChangePath::read(&name).map_err(|_| Problem::invalid_body("/data/0/undoId", what))?;
    let (body, write) = (JsonBody(call.body()?), Write::without_key(call.app));
    let community = community_of(&write.app, &caller).await?;
    let reply = undo::undo(write, caller, community, change, IfMatch::default(), body).await?;
    let undo_id = reply.undo_id();
    Ok(Answer::data(&reply.into_data())?.recorded(undo_id))
}

/// The community of a caller, which v2 finds together with its credential.
async fn community_of<S>(app: &App, caller: &Caller<S>) -> Result<OwnCommunity, Problem> {
    let mut tx = app.storage.read().await?;
    own_community(tx.as_mut(), caller.community()).await.map(OwnCommunity)
}

/// Set Account Name.
pub(super) async fn set_name(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let (body, write) = (JsonBody(call.body()?), Write::without_key(call.app));
    let reply = name::set(write, caller, account, body).await?;
    Answer::data(&reply.into_data())
}

/// Edit Profile Fields.
pub(super) async fn edit_profile_fields(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let (body, write) = (JsonBody(call.body()?), Write::without_key(call.app));
    let reply = profile_fields::edit(write, caller, account, body).await?;
    Answer::data(&reply.into_data())
}

/// Force Sync.
pub(super) async fn force_sync(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let (body, write) = (JsonBody(call.body()?), Write::without_key(call.app));
    let reply = sync::force(write, caller, account, body).await?;
    Answer::data(&reply.into_data())
}

/// Puts the account out of the community.
pub(super) async fn kick(call: Call) -> Result<Answer, Problem> {
    let (caller, AccountPath(id)) = call.about().await?;
    let body = StrictBody(call.body()?);
    let reply = membership::kick(Write::without_key(call.app), caller, AccountPath(id), body).await?;
    Ok(Answer::text(format!("ACCOUNT KICKED: {id}")).recorded(reply.undo_id()))
}

/// Bans the account.
pub(super) async fn ban(call: Call) -> Result<Answer, Problem> {
    let (caller, AccountPath(id)) = call.about().await?;
    let body = StrictBody(call.body()?);
    let reply = membership::ban(Write::without_key(call.app), caller, AccountPath(id), body).await?;
    Ok(Answer::text(format!("ACCOUNT BANNED: {id}")).recorded(reply.undo_id()))
}
