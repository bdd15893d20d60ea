//! `GET /v2/community/accounts` and `GET /v2/community/accounts/{accountId}`.

pub mod activity;
pub mod clock;
pub mod create;
pub mod discord;
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
use rankledger_storage::account_lists::AccountFilter;
use schemars::json_schema;

use crate::http::account_path::AccountPath;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::read_view::RequestView;
use crate::http::reply::{Reply, Versioned};
use crate::http::{App, checks};
use crate::wire::account::AccountBody;
use crate::wire::account_summary::{PageBody, SummaryBody};
use crate::wire::problem::{Problem, types};

/// Number of accounts on a page unless the request asks for another.
const DEFAULT_TAKE: u32 = 25;

/// Number of skipped accounts beyond which a page takes long to find.
const MANY: u32 = 1000;

/// The accounts to list.
pub struct ListQuery {
    skip: u32,
    take: u32,
    filter: AccountFilter,
    rank: Option<String>,
    with_ranks: bool,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        Ok(Self {
            skip: params.number_or("skip", 0..=u32::MAX, 0, "The number of accounts to skip.")?,
            take: params.number_or(
                "take",
                1..=100,
                DEFAULT_TAKE,
                "The highest number of accounts to list.",
            )?,
            filter: AccountFilter {
                sys_status: params.flag("sysStatus", "Only accounts with this system status.")?,
                com_status: params.flag("comStatus", "Only accounts that are active, or that are not.")?,
                banned: params.flag("banned", "Only accounts that are banned, or that are not.")?,
                archived: params.flag("archived", "Only accounts that are archived, or that are not.")?,
                rank: None,
            },
            rank: params.text("rank", "Only accounts that hold this rank, named by id or key.")?,
            with_ranks: params
                .choice(
                    "include",
                    &[("ranks", ())],
                    "Whether each account is shown with the ids of its ranks.",
                )?
                .is_some(),
        })
    }
}

/// `GET /v2/community/accounts`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::Accounts, "getAccounts", "List the accounts, page by page")
    .per_minute(22)
    .refuses(&[&types::READS_BUSY])
    .example(Example {
        path: "/v2/community/accounts",
        query: r#"{"skip": 0, "take": 25, "sysStatus": true}"#,
        data: r#"{
            "items": [
                {
                    "accId": "00000000-0000-0000-0000-000000000000", "uniqueId": 1001,
                    "accName": "ExampleAccount", "comName": "Example Community",
                    "activeApiIds": ["discord:1234567890"], "discordId": "1234567890",
                    "sysStatus": true, "comStatus": true, "archived": false, "banned": false,
                    "teamspeakId": null
                }
            ],
            "total": 1, "skip": 0, "take": 25
        }"#,
        ..Example::EMPTY
    });

/// Lists the accounts by number: `take` of them (1 to 100), after the first `skip`.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<PageBody>, Problem> {
    let ListQuery { skip, take, mut filter, rank, with_ranks } = query;
    let is_long = rank.is_some() || may_be_long(&filter, skip);
    let page = app.read_maybe_long(is_long, move |mut tx| {
        Box::pin(async move {
            let community = own_community(tx.as_mut(), caller.community()).await?;
            if let Some(name) = rank {
                let ranks = tx.ranks(community.id).await?;
                let rank = ranks.resolve(&RankName::parse(&name));
                let expected = "the id or key of a rank of this community";
                filter.rank = Some(rank.ok_or_else(|| Problem::invalid_query("rank", &name, expected))?.id);
            }
            Ok((tx.list_accounts(community.id, &filter, skip, take).await?, community))
        })
    });
    let (page, community) = page.await?;
    let body = if with_ranks { SummaryBody::with_ranks } else { SummaryBody::new };
    let items = page.items.into_iter().map(|account| body(account, &community)).collect();
    Ok(Reply::new(PageBody { items, total: page.total, skip, take }))
}

/// Whether a page of accounts may take long to find.
pub(in crate::api) fn may_be_long(filter: &AccountFilter, skip: u32) -> bool {
    *filter != AccountFilter::default() || skip > MANY
}

/// The account of the path, which some clients repeat as a parameter.
pub struct SameAccountQuery(Option<String>);

impl FromQuery for SameAccountQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let schema = json_schema!({ "type": "string", "format": "uuid" });
        Ok(Self(params.text_like(
            "accId",
            schema,
            "The id of the account again. If it is given, it must be the account of the path.",
        )?))
    }
}

impl SameAccountQuery {
    /// Refuses another account than that of the path.
    fn check(&self, id: AccountId) -> Result<(), Problem> {
        checks::same_account(self.0.as_deref(), id)
    }
}

/// `GET /v2/community/accounts/{accountId}`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::Accounts, "getAccount", "Get an account").per_minute(27).example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000",
        data: r#"{
            "accId": "00000000-0000-0000-0000-000000000000", "sysStatus": true, "comStatus": true,
            "accName": "ExampleAccount", "comName": "Example Community",
            "joinDate": "2026-04-15T00:00:00.000Z", "lastLogin": "2026-04-15T00:00:00.000Z",
            "owner": false, "banned": false, "archived": false, "activeApiIds": ["discord:1234567890"],
            "discordId": "1234567890", "uniqueId": 1001,
            "identifiers": {
                "idents": [
                    {
                        "id": "55555555-5555-5555-5555-555555555555",
                        "accId": "00000000-0000-0000-0000-000000000000", "type": "discord",
                        "value": "1234567890", "refCount": 1, "verified": true, "metadata": {},
                        "flagId": null, "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
                    }
                ]
            },
            "ranks": ["22222222-2222-2222-2222-222222222222"],
            "profileFields": {"data": [{"id": "discord", "value": "1234567890"}]},
            "clockData": {
                "data": [
                    {
                        "id": "55555555-5555-5555-5555-555555555555",
                        "startTime": "2026-04-15T00:00:00.000Z", "endTime": null, "completed": false,
                        "notes": [], "type": "patrol"
                    }
                ]
            },
            "teamspeakId": null
        }"#,
        ..Example::EMPTY
    });

/// Returns the account row.
pub async fn show(
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
    RequestView(mut tx): RequestView,
) -> Result<Reply<AccountBody, Versioned>, Problem> {
    let (account, version) = read_account(tx.as_mut(), caller.community(), id).await?;
    Ok(Reply::new(account).version(version))
}

/// Reads an account, and its version.
pub(in crate::api) async fn read_account(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: AccountId,
) -> Result<(AccountBody, i64), Problem> {
    let community = own_community(tx, community).await?;
    let snapshot = tx.snapshot(community.id, id).await?;
    let snapshot = snapshot.ok_or_else(|| Problem::account_not_found(id))?;
    let version = snapshot.standing.version;
    Ok((AccountBody::new(snapshot, community.name), version))
}

/// Refuses an account that the community does not have.
async fn require_account(tx: &mut dyn ReadTx, community: CommunityId, id: AccountId) -> Result<(), Problem> {
    let found = tx.standing(community, id).await?;
    found.map(drop).ok_or_else(|| Problem::account_not_found(id))
}
