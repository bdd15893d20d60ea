//! `GET /v2/community/accounts` and `GET /v2/community/accounts/{accountId}`.

pub mod activity;
pub mod clock;
pub mod create;
pub mod identifiers;
pub mod membership;
pub mod name;
pub mod profile_fields;
pub mod ranks;
pub mod search;
pub mod sync;

use axum::extract::State;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::rank::RankName;
use rankledger_storage::ReadTx;
use rankledger_storage::accounts::AccountFilter;
use schemars::{JsonSchema, json_schema};
use serde::Serialize;

use crate::api::v2::community::own_community;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::path::AccountPath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::read_view::View;
use crate::http::reply::{Reply, Versioned};
use crate::http::{App, checks};
use crate::wire::account::AccountBody;
use crate::wire::account_summary::SummaryBody;
use crate::wire::problem::Problem;

/// How many accounts a page holds unless asked otherwise.
const DEFAULT_TAKE: u32 = 25;

/// A page of accounts on the wire.
#[derive(Serialize, JsonSchema)]
pub struct PageBody {
    items: Vec<SummaryBody>,
    total: u32,
    skip: u32,
    take: u32,
}

/// Which accounts are listed.
pub struct ListQuery {
    skip: u32,
    take: u32,
    filter: AccountFilter,
    rank: Option<String>,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        Ok(Self {
            skip: params.number_or("skip", 0..=u32::MAX, 0, "How many accounts to pass over.")?,
            take: params.number_or("take", 1..=100, DEFAULT_TAKE, "How many accounts to list at most.")?,
            filter: AccountFilter {
                sys_status: params.flag("sysStatus", "Only accounts with this system status.")?,
                com_status: params.flag("comStatus", "Only accounts that are active, or that are not.")?,
                banned: params.flag("banned", "Only accounts that are banned, or that are not.")?,
                archived: params.flag("archived", "Only accounts that are archived, or that are not.")?,
                rank: None,
            },
            rank: params.text("rank", "Only accounts that hold this rank, named by id or key.")?,
        })
    }
}

/// `GET /v2/community/accounts`: the accounts by number, `take` of them (1 to 100) from the `skip`th.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<PageBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let ListQuery { skip, take, mut filter, rank } = query;
    if let Some(name) = rank {
        let ranks = tx.ranks(community.id).await?;
        let rank = ranks.resolve(&RankName::parse(&name));
        let expected = "the id or key of a rank of this community";
        filter.rank = Some(rank.ok_or_else(|| Problem::invalid_query("rank", &name, expected))?.id);
    }
    let page = tx.list_accounts(community.id, &filter, skip, take).await?;
    let items = page.items.into_iter().map(|account| SummaryBody::new(account, &community)).collect();
    Ok(Reply::new(PageBody { items, total: page.total, skip, take }))
}

/// The account of the path, which some clients repeat as a parameter.
#[derive(Default)]
pub struct SameAccountQuery(Option<String>);

impl FromQuery for SameAccountQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let schema = json_schema!({ "type": "string", "format": "uuid" });
        Ok(Self(params.text_like("accId", schema, "The account again, if it is given.")?))
    }
}

impl SameAccountQuery {
    /// Refuses another account than that of the path.
    fn check(&self, id: AccountId) -> Result<(), Problem> {
        checks::same_account(self.0.as_deref(), id)
    }
}

/// `GET /v2/community/accounts/{accountId}`
pub async fn show(
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
    View(mut tx): View,
) -> Result<Reply<AccountBody, Versioned>, Problem> {
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let snapshot = tx.snapshot(community.id, id).await?;
    let snapshot = snapshot.ok_or_else(|| Problem::account_not_found(id))?;
    let version = snapshot.standing.version;
    Ok(Reply::new(AccountBody::new(snapshot, community.name)).version(version))
}

/// Refuses an account that the community does not have.
async fn require_account(tx: &mut dyn ReadTx, community: CommunityId, id: AccountId) -> Result<(), Problem> {
    let found = tx.standing(community, id).await?;
    found.map(drop).ok_or_else(|| Problem::account_not_found(id))
}
