//! `GET /v2/community/rank-changes/summary`: who did how much.

use axum::extract::State;

use crate::api::v2::rank_changes::filter::FilterQuery;
use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::ops::View;
use crate::ops::history_summary::{GroupBy, summarise};
use crate::wire::history_summary::SummaryBody;
use crate::wire::problem::{Problem, types};

/// Number of groups unless the request asks for another, and the most.
const DEFAULT_TAKE: u32 = 100;
const MOST: u32 = 1000;

/// Which changes are counted, and how they are grouped.
pub struct SummaryQuery {
    filter: FilterQuery,
    by: Option<GroupBy>,
    take: u32,
}

impl FromQuery for SummaryQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let filter = FilterQuery::read(params)?;
        let ways = GroupBy::ALL.map(|by| (by.as_str(), by));
        let by = params.choice(
            "by",
            &ways,
            "What the changes are grouped by. Without it, there are no groups.",
        )?;
        let take =
            params.number_or("take", 1..=MOST, DEFAULT_TAKE, "The highest number of groups to list.")?;
        Ok(Self { filter, by, take })
    }
}

/// `GET /v2/community/rank-changes/summary`: the endpoint of [`show`].
pub static SHOW: Endpoint = Endpoint::new(
    Tag::Ledger,
    "getRankChangesSummary",
    "Count the rank changes by person, key, rank or hour",
)
.per_minute(27)
.refuses(&[&types::READS_BUSY])
.example(Example {
    path: "/v2/community/rank-changes/summary",
    query: r#"{"accountId": "88888888-8888-8888-8888-888888888888", "by": "user"}"#,
    data: r#"{
            "changes": 2, "ranksGiven": 2, "ranksTaken": 1, "members": 1,
            "first": "2026-04-15T00:00:00.000Z", "last": "2026-04-15T00:00:00.000Z", "by": "user",
            "groups": [
                {
                    "userId": "11111111-1111-1111-1111-111111111111", "changes": 1, "ranksGiven": 1,
                    "ranksTaken": 1, "members": 1, "first": "2026-04-15T00:00:00.000Z",
                    "last": "2026-04-15T00:00:00.000Z"
                }
            ],
            "moreGroups": 0
        }"#,
    ..Example::EMPTY
});

/// Counts the changes that fit the filter: all together, and by person, key, rank or hour.
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(query): Query<SummaryQuery>,
) -> Result<Reply<SummaryBody>, Problem> {
    let (community, now) = (caller.community(), app.clock.now());
    let SummaryQuery { filter, by, take } = query;
    let summary = app.read_long(move |mut tx| {
        Box::pin(async move {
            let filter = filter.resolve(community, &mut View::new(tx.as_mut(), now)).await?;
            Ok(summarise(tx.as_mut(), community, &filter, by).await?)
        })
    });
    let take = usize::try_from(take).unwrap_or(usize::MAX);
    Ok(Reply::new(summary.await?.body(by, take)))
}
