//! `POST /v2/community/webhooks/{subscriptionId}/replay`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{OURS, last_act};
use crate::kit::{Actor, Answer, Server, account};

async fn replay(admin: &Actor, body: Value) -> Answer {
    admin.post(&format!("{OURS}/replay"), body).await
}

async fn place(admin: &Actor) -> i64 {
    admin.get(OURS).await.ok()["data"]["progress"]["place"].as_i64().expect("a place")
}

#[tokio::test]
async fn a_replay_goes_back_to_a_place_of_the_feed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let replayed = replay(&admin, json!({"place": 2})).await;
    insta::assert_json_snapshot!(replayed.whole());
    insta::assert_json_snapshot!(last_act(&server).await);
    assert_eq!(place(&admin).await, 1);
    replay(&admin, json!({"place": 1})).await.ok();
    assert_eq!(place(&admin).await, 0);
}

#[tokio::test]
async fn a_replay_begins_with_a_rank_change_or_a_time() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let end = place(&admin).await;
    server.advance(Duration::from_mins(1));
    let since = server.now();
    server.advance(Duration::from_mins(1));
    admin.freeze(json!({})).await.ok();
    let change = admin.set_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    let number = change.ok()["meta"]["changeNumber"].clone();
    for (body, from) in [
        (json!({"from": since}), end + 1),
        (json!({"from": server.now()}), end + 1),
        (json!({"changeNumber": number}), end + 2),
        (json!({"changeNumber": 1}), 1),
        (json!({"from": "2026-01-01T00:00:00Z"}), 1),
    ] {
        let mut dry = body.clone();
        dry["dryRun"] = json!(true);
        assert_eq!(replay(&admin, dry).await.ok()["data"]["from"], from, "{body}");
    }
    server.advance(Duration::from_mins(1));
    let nothing = replay(&admin, json!({"from": server.now()})).await;
    assert_eq!(nothing.ok()["data"], json!({"from": end + 3, "upTo": end + 2, "events": 0}));
    assert_eq!(place(&admin).await, end + 2, "what has happened is left out");
}

#[tokio::test]
async fn a_dry_run_moves_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (before, written) = (place(&admin).await, server.written().await);
    let dry = replay(&admin, json!({"place": 1, "dryRun": true})).await;
    assert_eq!(dry.ok()["meta"]["dryRun"], true);
    assert_eq!((place(&admin).await, server.written().await), (before, written));
    assert_eq!(replay(&admin, json!({"place": 1})).await.ok()["data"], dry.ok()["data"]);
}

#[tokio::test]
async fn a_replay_that_begins_nowhere_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (end, written) = (place(&admin).await, server.written().await);
    for body in [
        json!({}),
        json!({"place": 1, "changeNumber": 1}),
        json!({"from": "2026-01-01T00:00:00Z", "place": 1}),
    ] {
        let refused = replay(&admin, body).await;
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(refused.problem(400, "invalid-body")["errors"]);
        }
    }
    for (body, pointer) in [
        (json!({"place": end + 2}), "/place"),
        (json!({"place": 0}), "/place"),
        (json!({"changeNumber": 999}), "/changeNumber"),
        (json!({"changeNumber": 0}), "/changeNumber"),
        (json!({"from": "yesterday"}), "/from"),
    ] {
        let refused = replay(&admin, body.clone()).await;
        assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(server.written().await, written);
    let nobody = "/v2/community/webhooks/99999999-9999-9999-9999-999999999999/replay";
    admin.post(nobody, json!({"place": 1})).await.problem(404, "subscription-not-found");
}
