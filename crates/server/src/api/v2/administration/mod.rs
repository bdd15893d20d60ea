//! `/v2/community/administration`: the record of administration, which is the log without the rank changes.

pub mod export;

use axum::extract::State;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_domain::log::{ActKind, LogPlace};
use rankledger_storage::history::Order;
use rankledger_storage::log::LogFilter;

use crate::api::v2::rank_changes::filter::person;
use crate::http::App;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::ops::View;
use crate::wire::log::{LogBody, LogEntryBody};
use crate::wire::problem::{Problem, types};

/// Number of entries on a page unless the request asks for another.
const DEFAULT_TAKE: u32 = 25;

/// The filter of a query, before its names are resolved.
pub struct FilterQuery {
    filter: LogFilter,
    user: Option<String>,
}

impl FilterQuery {
    /// Reads the parameters.
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let kinds: Vec<_> = ActKind::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
        let kind = params.choice("kind", &kinds, "Only acts of this kind.")?;
        let account = params.uuid("accountId", "an account", "Only acts about this account.")?;
        let user = params.text("userId", "Only acts by this person: an account id or a Discord id.")?;
        let credential = params.uuid("credentialId", "a credential", "Only acts with this credential.")?;
        let filter = LogFilter {
            kinds: kind.into_iter().collect(),
            account: account.map(AccountId),
            credential: credential.map(CredentialId),
            actor: None,
            from: params.time("from", "Only acts at this time or later.")?,
            to: params.time("to", "Only acts before this time.")?,
        };
        Ok(Self { filter, user })
    }

    /// Returns whether many entries may have to be looked at to find those that fit.
    fn may_be_long(&self) -> bool {
        self.user.is_some() || self.filter != LogFilter::default()
    }

    /// The filter with its names resolved.
    async fn resolve(self, community: CommunityId, view: &mut View<'_>) -> Result<LogFilter, Problem> {
        let Some(name) = self.user else { return Ok(self.filter) };
        Ok(LogFilter { actor: Some(person(&name, community, view).await?), ..self.filter })
    }
}

/// Which entries are listed.
pub struct ListQuery {
    filter: FilterQuery,
    cursor: Option<LogPlace>,
    take: u32,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let filter = FilterQuery::read(params)?;
        let cursor = params.number("cursor", 1..=i64::MAX, "The `nextCursor` of the page before.")?;
        let take =
            params.number_or("take", 1..=100, DEFAULT_TAKE, "The highest number of entries to list.")?;
        Ok(Self { filter, cursor: cursor.map(LogPlace), take })
    }
}

/// `GET /v2/community/administration`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(
    Tag::Administration,
    "getAdministration",
    "List what was done in the community besides rank changes, newest first",
)
.per_minute(27)
.refuses(&[&types::READS_BUSY])
.example(Example {
    path: "/v2/community/administration",
    query: r#"{"kind": "import.finished", "take": 1}"#,
    data: r#"{
        "entries": [
            {
                "place": 4, "logId": "99999999-9999-9999-9999-999999999999",
                "at": "2026-04-15T00:00:00.000Z", "kind": "import.finished", "accId": null, "userId": null,
                "credentialId": null, "address": null, "before": null,
                "after": {
                    "document": "5c31b51d1fd1c2f1f0f5a6a7bb64d2ae1b5d5b5cd7a1d2a9a0a41c4b1c1b7a3e",
                    "servers": {"made": 1, "updated": 0}, "departments": {"made": 2, "updated": 0},
                    "ranks": {"made": 4, "updated": 0}, "promotionFlows": {"made": 1, "updated": 0},
                    "profileFields": {"made": 1, "updated": 0}, "clockInTypes": {"made": 1, "updated": 0},
                    "customLogTypes": {"made": 1, "updated": 0}, "subscriptions": {"made": 1, "updated": 0},
                    "accounts": {"made": 3, "updated": 0},
                    "rankChanges": 3
                },
                "afterChange": 3,
                "ledgerHash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69",
                "hash": "c857abf4ec18020c5a8d71aa048c5c44d55a625c8916f0d14889624285cd04aa"
            }
        ],
        "nextCursor": null
    }"#,
    ..Example::EMPTY
});

/// `GET /v2/community/administration`: the log without the rank changes, newest first. A page looks at a
/// limited number of entries, so it may hold fewer than `take`, even none, and still have a `nextCursor`.
pub async fn list(
    State(app): State<App>,
    caller: Caller<Admin>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<LogBody>, Problem> {
    let (community, now) = (caller.community(), app.clock.now());
    let ListQuery { filter, cursor, take } = query;
    let page = app.read_maybe_long(filter.may_be_long(), move |mut tx| {
        Box::pin(async move {
            let filter = filter.resolve(community, &mut View::new(tx.as_mut(), now)).await?;
            Ok(tx.log(community, &filter, Order::NewestFirst, cursor, take).await?)
        })
    });
    let page = page.await?;
    Ok(Reply::new(LogBody {
        entries: page.entries.into_iter().map(LogEntryBody::from).collect(),
        next_cursor: page.next.map(|place| place.to_string()),
    }))
}
