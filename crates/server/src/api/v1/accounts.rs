//! Calls about accounts.

use rankledger_domain::ids::AccountId;
use rankledger_storage::account_lists::{AccountFilter, AccountSelector, AccountSummary};
use serde::{Deserialize, Serialize};

use crate::api::v1::account_row;
use crate::api::v1::reply::LegacyReply;
use crate::api::v1::request::Call;
use crate::api::v1::set_by_place::set_by_place;
use crate::api::v2::accounts::membership::PutOutBody;
use crate::api::v2::accounts::name::SetNameBody;
use crate::api::v2::accounts::profile_fields::EditBody;
use crate::api::v2::accounts::ranks::SetRanksBody;
use crate::api::v2::accounts::sync::SyncBody;
use crate::api::v2::accounts::{may_be_long, name, profile_fields, ranks, sync};
use crate::api::v2::rank_changes::undo;
use crate::http::body::from_value;
use crate::http::caller::{AccountsRead, AccountsWrite, RanksUndo, RanksWrite};
use crate::http::checks;
use crate::http::own_community::own_community;
use crate::http::path::change_name;
use crate::ops::accounts::membership::MembershipAction;
use crate::ops::change_ranks::{ChangeRanks, RanksChanged};
use crate::wire::account::FullAccountBody;
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;
use crate::wire::undo::UndoBody;
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
            active_api_ids: account.active_api_ids.into_iter().map(account_row::bare).collect(),
            discord_id: account.discord_id,
            sys_status: account.sys_status,
            com_status: account.com_status,
            archived: account.archived,
            banned: account.banned,
        }
    }
}

/// The accounts by number, `take` of them (1 to 100) from the `skip`th.
pub(super) async fn list(call: Call) -> Result<LegacyReply, Problem> {
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
    let page = call.app.read_maybe_long(may_be_long(&filter, skip), move |mut tx| {
        Box::pin(async move { Ok(tx.list_accounts(community, &filter, skip, take).await?) })
    });
    let page = page.await?;
    let accounts = page.items.into_iter().map(Account::from).collect();
    LegacyReply::json(&AccountPage { total: page.total, skip, take, accounts })
}

fn small(pointer: &str, number: i64, min: i64, max: i64) -> Result<u32, Problem> {
    checks::number(pointer, number, min..=max)?;
    u32::try_from(number).map_err(|error| Problem::internal(&error))
}

/// The account row.
pub(super) async fn show(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsRead>().await?;
    let mut tx = call.app.storage.read().await?;
    LegacyReply::json(&account_row::read(tx.as_mut(), caller.community(), account).await?)
}

/// The name of the account that an id is linked to.
pub(super) async fn check_api_id(call: Call) -> Result<LegacyReply, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Request {
        api_id: Option<Text>,
    }

    let community = call.caller::<AccountsRead>()?.community();
    let Request { api_id } = call.body()?;
    let Some(api_id) = api_id.and_then(Text::given) else { return Ok(LegacyReply::not_linked()) };
    let selector = AccountSelector { api_id: Some(checks::api_id(&api_id)), ..AccountSelector::default() };
    let found = call.app.storage.read().await?.search_accounts(community, &selector, 2).await?;
    Ok(match found.items.as_slice() {
        [one] => LegacyReply::text(one.name.clone()),
        _ => LegacyReply::not_linked(),
    })
}

/// The ids of the ranks held, in order.
pub(super) async fn ranks(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsRead>().await?;
    let mut tx = call.app.storage.read().await?;
    let standing = ranks::read_standing(tx.as_mut(), caller.community(), account).await?;
    LegacyReply::json(&standing.account.rank_ids())
}

/// Set Account Ranks.
pub(super) async fn set_ranks(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<RanksWrite>().await?;
    let object = call.body()?;
    let app = call.app;
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let (object, version) = set_by_place(tx.as_mut(), community.id, account, object).await?;
    drop(tx);
    let body: SetRanksBody = from_value("/data/0", object)?;
    let is_dry_run = body.is_dry_run();
    let command = body.command(caller, account, app.clock.now())?;
    // A rank that somebody takes away meanwhile does not come back.
    let command = ChangeRanks { if_version: version.map(|version| vec![version]), ..command };
    let RanksChanged { after, change, .. } = app.submit_or_dry_run(command, is_dry_run).await?;
    let account = FullAccountBody::new(after, community.name);
    Ok(LegacyReply::json(&account)?.recorded(change.map(|change| change.undo_id)))
}

/// Undo Rank Change.
pub(super) async fn undo_rank_change(call: Call) -> Result<LegacyReply, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Request {
        undo_id: Option<Text>,
    }

    let caller = call.caller::<RanksUndo>()?;
    let Request { undo_id } = call.body()?;
    let name = undo_id.and_then(Text::given).unwrap_or_default();
    let what = "it must be the undo id of a rank change, a UUID, or its number, 1 or more";
    let change = change_name(&name).ok_or_else(|| Problem::invalid_body("/data/0/undoId", what))?;
    let body: UndoBody = call.body()?;
    let app = call.app;
    let community = own_community(app.storage.read().await?.as_mut(), caller.community()).await?;
    let is_dry_run = body.dry_run.unwrap_or(false);
    let command = undo::command(body, caller, change)?;
    let undone = app.submit_or_dry_run(command, is_dry_run).await?;
    let undo_id = undone.reversal.as_ref().map(|reversal| reversal.undo_id);
    Ok(LegacyReply::json(&undo::undone_body(undone, community))?.recorded(undo_id))
}

/// Set Account Name.
pub(super) async fn set_name(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsWrite>().await?;
    let command = call.body::<SetNameBody>()?.command(caller, account)?;
    let confirmation = name::confirmation(&command);
    call.app.ledger.submit(command).await?;
    Ok(LegacyReply::text(confirmation))
}

/// Edit Profile Fields.
pub(super) async fn edit_profile_fields(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsWrite>().await?;
    let command = call.body::<EditBody>()?.command(caller, account);
    LegacyReply::json(&profile_fields::bodies(call.app.ledger.submit(command).await?))
}

/// Force Sync.
pub(super) async fn force_sync(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsWrite>().await?;
    let body = call.body::<SyncBody>()?;
    let mut tx = call.app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    drop(tx);
    let command = body.command(caller, account)?;
    let name = call.app.ledger.submit(command).await?;
    Ok(LegacyReply::text(sync::confirmation(&community.name, &name, account)))
}

/// Kicks the account.
pub(super) async fn kick(call: Call) -> Result<LegacyReply, Problem> {
    change_membership(call, MembershipAction::Kick, "ACCOUNT KICKED").await
}

/// Bans the account.
pub(super) async fn ban(call: Call) -> Result<LegacyReply, Problem> {
    change_membership(call, MembershipAction::Ban, "ACCOUNT BANNED").await
}

async fn change_membership(
    call: Call,
    action: MembershipAction,
    confirmation: &str,
) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsWrite>().await?;
    let command = call.body::<PutOutBody>()?.command(caller, account, action)?;
    let changed = call.app.ledger.submit(command).await?;
    let undo_id = changed.change.map(|change| change.undo_id);
    Ok(LegacyReply::text(format!("{confirmation}: {account}")).recorded(undo_id))
}
