//! `/v2/community/rank-changes`: the history.

pub mod checkpoint;
pub mod csv;
pub mod export;
pub mod filter;
pub mod rollback;
pub mod standings;
pub mod summary;
pub mod undo;

use axum::extract::State;
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::refusal::ChangeRef;
use rankledger_storage::history::Order;
use rankledger_storage::{ReadTx, StorageError};

use crate::api::v2::rank_changes::filter::FilterQuery;
use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ChangePath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::ops::View;
use crate::ops::actor::Actor;
use crate::ops::undo_change::{ChangeName, UndoOutlook};
use crate::wire::history::{DetailBody, HistoryBody, OutlookBody};
use crate::wire::problem::{Problem, types};
use crate::wire::rank_change::RankChangeBody;
use crate::wire::undo_items::{ChangeRefBody, ItemBody};

/// Number of changes on a page unless the request asks for another.
const DEFAULT_TAKE: u32 = 25;

/// Number of newer changes beyond which it takes long to find what the undo of a change would meet.
const MANY_LATER: i64 = 10_000;

/// Which changes are listed.
pub struct HistoryQuery {
    filter: FilterQuery,
    cursor: Option<ChangeNumber>,
    take: u32,
}

impl FromQuery for HistoryQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let filter = FilterQuery::read(params)?;
        let cursor = params.number("cursor", 1..=i64::MAX, "The `nextCursor` of the page before.")?;
        let take =
            params.number_or("take", 1..=100, DEFAULT_TAKE, "The highest number of changes to list.")?;
        Ok(Self { filter, cursor: cursor.map(ChangeNumber), take })
    }
}

/// `GET /v2/community/rank-changes`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Ledger, "getRankChanges", "List the rank changes, newest first")
        .per_minute(27)
        .refuses(&[&types::READS_BUSY])
        .example(Example {
            path: "/v2/community/rank-changes",
            query: r#"{"accountId": "88888888-8888-8888-8888-888888888888", "take": 1}"#,
            data: r#"{
            "rankChanges": [
                {
                    "undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 6,
                    "logId": "44444444-4444-4444-4444-444444444444",
                    "accId": "88888888-8888-8888-8888-888888888888", "at": "2026-04-15T00:00:00.000Z",
                    "kind": "change", "source": "import",
                    "userId": "11111111-1111-1111-1111-111111111111", "credentialId": null,
                    "reason": "Late for three patrols in a row", "batchId": null,
                    "previousRanks": [
                        {"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}
                    ],
                    "currentRanks": [
                        {"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}
                    ],
                    "added": [{"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}],
                    "removed": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
                    "previousStatus": true, "currentStatus": true, "active": true,
                    "previousChange": 3, "reverses": null,
                    "reversedBy": null,
                    "hash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69"
                }
            ],
            "nextCursor": "3"
        }"#,
            ..Example::EMPTY
        });

/// `GET /v2/community/rank-changes`: the history, newest first. A page looks at a limited number of changes,
/// so it may hold fewer than `take`, even none, and still have a `nextCursor`.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(query): Query<HistoryQuery>,
) -> Result<Reply<HistoryBody>, Problem> {
    let (community, now) = (caller.community(), app.clock.now());
    let HistoryQuery { filter, cursor, take } = query;
    let page = app.read_maybe_long(filter.may_be_long(), move |mut tx| {
        Box::pin(async move {
            let filter = filter.resolve(community, &mut View::new(tx.as_mut(), now)).await?;
            Ok(tx.history(community, &filter, Order::NewestFirst, cursor, take).await?)
        })
    });
    let page = page.await?;
    Ok(Reply::new(HistoryBody {
        rank_changes: page.changes.into_iter().map(RankChangeBody::from).collect(),
        next_cursor: page.next.map(|number| number.to_string()),
    }))
}

/// `GET /v2/community/rank-changes/{undoId}`: the endpoint of [`show`].
pub static SHOW: Endpoint = Endpoint::new(
    Tag::Ledger,
    "getRankChange",
    "Get a rank change, and the result that its undo would have now",
)
.per_minute(27)
.refuses(&[&types::READS_BUSY])
.example(Example {
    path: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111",
    data: r#"{
            "undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 6,
            "logId": "44444444-4444-4444-4444-444444444444",
            "accId": "88888888-8888-8888-8888-888888888888", "at": "2026-04-15T00:00:00.000Z",
            "kind": "change", "source": "import", "userId": "11111111-1111-1111-1111-111111111111",
            "credentialId": null, "reason": "Late for three patrols in a row", "batchId": null,
            "previousRanks": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
            "currentRanks": [{"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}],
            "added": [{"rank": "11111111-1111-1111-1111-111111111111", "expiresAt": null}],
            "removed": [{"rank": "22222222-2222-2222-2222-222222222222", "expiresAt": null}],
            "previousStatus": true, "currentStatus": true, "active": true,
            "previousChange": 3, "reverses": null,
            "reversedBy": null,
            "hash": "6a247b5e8ef3398798bb0e847aa162048d5292aae4034bd2ae1c9307baecbd69",
            "reversedChange": null, "reversal": null, "inForce": true, "lastReversal": null,
            "undo": {
                "clean": true,
                "items": [
                    {"rank": "22222222-2222-2222-2222-222222222222", "slot": "rank", "state": "clean"},
                    {"rank": "11111111-1111-1111-1111-111111111111", "slot": "rank", "state": "clean"}
                ],
                "problem": null
            }
        }"#,
    ..Example::EMPTY
});

/// `GET /v2/community/rank-changes/{undoId}`: one change of the history.
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    ChangePath(name): ChangePath,
) -> Result<Reply<DetailBody>, Problem> {
    let community = caller.community();
    let mut tx = app.storage.read().await?;
    let change = name.find(tx.as_mut(), community).await?;
    let newest = tx.last_change_number(community).await?;
    let (actor, now) = (caller.actor(None), app.clock.now());
    if newest.0 - change.number.0 <= MANY_LATER {
        return detail(name, change, actor, View::new(tx.as_mut(), now)).await;
    }
    drop(tx);
    let shown = app.read_long(move |mut tx| {
        Box::pin(async move { detail(name, change, actor, View::new(tx.as_mut(), now)).await })
    });
    shown.await
}

async fn detail(
    name: ChangeName,
    change: RankChange,
    actor: Actor,
    mut view: View<'_>,
) -> Result<Reply<DetailBody>, Problem> {
    let community = actor.community();
    let (reverses, reversed_by) = (change.reverses, change.reversed_by);
    let linked = view.tx.linked_change(community, change.number).await?;
    let linked = linked.ok_or_else(|| Problem::rank_change_not_found(&name))?;
    let outlook = UndoOutlook::of(change, &actor, &mut view).await?;
    Ok(Reply::new(DetailBody {
        change: RankChangeBody::from(linked),
        reversed_change: change_ref(reverses, community, view.tx).await?,
        reversal: change_ref(reversed_by, community, view.tx).await?,
        in_force: outlook.is_in_force,
        last_reversal: outlook.last_reversal.as_ref().map(ChangeRefBody::from),
        undo: OutlookBody {
            clean: outlook.refusal.is_none(),
            items: outlook.items.iter().map(ItemBody::from).collect(),
            problem: outlook.refusal.map(|refusal| Problem::from(refusal).summary()),
        },
    }))
}

async fn change_ref(
    number: Option<ChangeNumber>,
    community: CommunityId,
    tx: &mut dyn ReadTx,
) -> Result<Option<ChangeRefBody>, StorageError> {
    let Some(number) = number else { return Ok(None) };
    let change = tx.rank_change(community, number).await?;
    Ok(change.map(|change| ChangeRefBody::from(&ChangeRef::from(&change))))
}
