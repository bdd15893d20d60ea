//! Long reads: only so many are under way at a time, and they keep nobody else from anything.

use std::time::Duration;

use rankledger_server::http::feature::Features;
use rankledger_server::http::long_reads::LongReads;
use serde_json::json;

use crate::kit::{HISTORY, Options, Server, account, rank};
use crate::metrics::metric;

/// Requests that may look at much.
const LONG: [&str; 9] = [
    "/v2/community/rank-changes?rank=cadet",
    "/v2/community/rank-changes?userId=a0000000-0000-0000-0000-000000000005",
    "/v2/community/rank-changes?from=2020-01-01T00:00:00Z",
    "/v2/community/rank-changes/export",
    "/v2/community/rank-changes/standings",
    "/v2/community/administration?kind=account.banned",
    "/v2/community/administration/export",
    "/v2/community/accounts?rank=cadet",
    "/v2/community/accounts?skip=100000",
];

/// Requests that are short.
const SHORT: [&str; 6] = [
    "/healthz",
    "/readyz",
    "/v2/community",
    "/v2/community/rank-changes",
    "/v2/community/rank-changes?accountId=a0000000-0000-0000-0000-000000000002",
    "/v2/community/accounts",
];

/// Returns a server that takes one long read at a time and lets none wait, and its long reads.
async fn server_of_one() -> (Server, LongReads) {
    let long_reads = LongReads::with(1, Duration::ZERO);
    let features = Features::default().with(long_reads.clone());
    (Server::with(Options { features, ..Options::default() }).await, long_reads)
}

#[tokio::test]
async fn everything_else_is_answered_while_all_long_reads_are_under_way() {
    let (server, long_reads) = server_of_one().await;
    let operator = server.admin().await;
    let under_way = long_reads.slot().await.expect("a place is free");
    for path in LONG {
        let refused = operator.get(path).await;
        refused.problem(503, "reads-busy");
        assert_eq!(refused.header("retry-after"), Some("1"), "{path}");
    }
    let filter = json!({"filter": {"accounts": [account::CADET]}});
    operator.post("/v2/community/rank-changes/rollback", filter.clone()).await.problem(503, "reads-busy");
    assert_eq!(metric(&server, "rankledger_long_reads_refused_total").await, Some(LONG.len() as u64 + 1));
    for path in SHORT {
        assert_eq!(operator.get(path).await.status.as_u16(), 200, "{path}");
    }
    let (legacy, _) = server.legacy().await;
    let refused = legacy.call("GET_ACCOUNTS", json!([{"comStatus": true}])).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("retry-after")),
        (503, Some("1")),
        "{}",
        refused.text
    );
    assert_eq!(legacy.call("GET_ACCOUNTS", json!([{}])).await.status, 200);
    let change = operator.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    operator.undo(&change.undo_id(), json!({"dryRun": true})).await.problem(503, "reads-busy");
    let users = vec![account::CADET; 26];
    let flows = json!({"data": [{"flowId": "up", "users": users}], "dryRun": true});
    operator.post("/v2/community/promotion-flows/trigger", flows.clone()).await.problem(503, "reads-busy");
    let many = json!({"remove": vec![rank::MEDIC; 101], "dryRun": true});
    operator.set_ranks(account::CADET, many.clone()).await.problem(503, "reads-busy");
    operator.set_ranks(account::CADET, json!({"add": ["medic"], "dryRun": true})).await.ok();

    drop(under_way);
    for path in LONG {
        assert_eq!(operator.get(path).await.status.as_u16(), 200, "{path}");
    }
    operator.post("/v2/community/rank-changes/rollback", filter).await.ok();
    legacy.call("GET_ACCOUNTS", json!([{"comStatus": true}])).await.legacy_json();
    operator.undo(&change.undo_id(), json!({"dryRun": true})).await.ok();
    operator.post("/v2/community/promotion-flows/trigger", flows).await.ok();
    operator.set_ranks(account::CADET, many).await.ok();
}

#[tokio::test]
async fn what_the_undo_of_an_old_change_would_meet_is_a_long_read() {
    let (server, long_reads) = server_of_one().await;
    let operator = server.admin().await;
    let old = operator.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let path = format!("{HISTORY}/{}", old.undo_id());
    let under_way = long_reads.slot().await.expect("a place is free");
    operator.get(&path).await.ok();
    server.lengthen_history(10_001).await;
    operator.get(&path).await.problem(503, "reads-busy");
    drop(under_way);
    operator.get(&path).await.ok();
}

#[tokio::test]
async fn a_long_read_waits_a_moment_for_its_turn() {
    let long_reads = LongReads::with(1, Duration::from_secs(30));
    let features = Features::default().with(long_reads.clone());
    let server = Server::with(Options { features, ..Options::default() }).await;
    let operator = server.admin().await;
    let under_way = long_reads.slot().await.expect("a place is free");
    let mut waiting = Box::pin(operator.get(LONG[0]));
    assert!(futures_util::poll!(&mut waiting).is_pending(), "it is not refused");
    drop(under_way);
    assert_eq!(waiting.await.status.as_u16(), 200);
}
