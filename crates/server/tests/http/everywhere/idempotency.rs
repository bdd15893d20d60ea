//! `Idempotency-Key`: a request that is sent again with its key gets the first answer, and is not carried out
//! again.

use std::time::Duration;

use futures_util::future::{join, join3, select_all};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, ENDPOINTS, Endpoint, Fault, Server, account, rank};

/// A minute less than a day.
const NEARLY_A_DAY: Duration = Duration::from_mins(24 * 60 - 1);

/// The endpoints whose first answer shows a secret, which is not kept.
const SHOW_SECRETS: [&str; 3] = ["createCredential", "createSubscription", "rotateSubscriptionSecret"];

/// Returns the endpoints that write. The rollback is not among them: its request in the table asks for a
/// preview, which writes nothing. A subscription that is tried out writes nothing either, and the check of a
/// whitelist only asks.
fn writes() -> impl Iterator<Item = &'static Endpoint> {
    const ASK: [&str; 3] = ["rollBackRankChanges", "testSubscription", "verifyWhitelist"];
    let is_question = |endpoint: &&Endpoint| ASK.contains(&endpoint.operation_id);
    ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.method != Method::GET)
        .filter(move |endpoint| !is_question(endpoint))
}

/// Returns the same caller with this idempotency key.
fn keyed(actor: &Actor, key: &str) -> Actor {
    actor.with("idempotency-key", key)
}

/// Gives the cadet a rank.
async fn promote(actor: &Actor) -> Answer {
    actor.set_ranks(account::CADET, json!({"add": ["officer"]})).await
}

/// Takes the rank away again.
async fn demote(actor: &Actor) -> Answer {
    actor.set_ranks(account::CADET, json!({"remove": ["officer"]})).await
}

#[track_caller]
fn assert_replayed(again: &Answer, first: &Answer) {
    first.ok();
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    for header in ["content-type", "etag", "rankledger-undo-id", "location"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
}

#[track_caller]
fn assert_new(answer: &Answer) {
    answer.ok();
    assert_eq!(answer.header("idempotency-replayed"), None);
}

#[tokio::test]
async fn every_write_is_answered_as_the_first_time_and_not_carried_out_again() {
    for endpoint in writes() {
        let server = Server::start().await;
        let admin = keyed(&server.admin().await, "\"a-key\"");
        // The revocation endpoint names the credential of this bot.
        server.bot().await;
        let first = admin.call(endpoint).await;
        assert_new(&first);
        let written = server.written().await;
        server.advance(NEARLY_A_DAY);
        let again = admin.call(endpoint).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", endpoint.operation_id);
        if !SHOW_SECRETS.contains(&endpoint.operation_id) {
            assert_replayed(&again, &first);
        }
        assert_eq!(server.written().await, written, "{}", endpoint.operation_id);
    }
}

#[tokio::test]
async fn a_key_of_another_request_is_refused_at_every_write() {
    for endpoint in writes() {
        let server = Server::start().await;
        let admin = keyed(&server.admin().await, "a-key");
        server.bot().await;
        admin.call(endpoint).await.ok();
        let written = server.written().await;
        let other_query = format!("{}?x=1", endpoint.path);
        let other = admin.send(endpoint.method.clone(), &other_query, endpoint.body).await;
        assert_eq!(other.status, 422, "{}", endpoint.operation_id);
        other.problem(422, "idempotency-key-reused");
        let other_body = format!("{} ", endpoint.body);
        let other = admin.send(endpoint.method.clone(), endpoint.path, other_body).await;
        other.problem(422, "idempotency-key-reused");
        assert_eq!(server.written().await, written, "{}", endpoint.operation_id);
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_at_every_write() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    let too_long = "x".repeat(256);
    for endpoint in writes() {
        for key in ["", " ", "two words", "ä", &too_long] {
            let answer = keyed(&admin, key).call(endpoint).await;
            assert_eq!(answer.status, 400, "{} {key}", endpoint.operation_id);
            answer.problem(400, "invalid-header");
        }
        let twice = keyed(&admin, "a-key").with_also("idempotency-key", "a-key");
        twice.call(endpoint).await.problem(400, "invalid-header");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn reads_do_not_look_at_a_key() {
    let server = Server::start().await;
    let admin = keyed(&server.admin().await, "not a key");
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == Method::GET) {
        let answer = admin.call(endpoint).await;
        assert_ne!(answer.status, StatusCode::BAD_REQUEST, "{}", endpoint.operation_id);
        assert_eq!(answer.header("idempotency-replayed"), None);
    }
}

#[tokio::test]
async fn a_change_that_was_made_once_is_answered_whole_again() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let again_and_again = keyed(&bot, &"k".repeat(255));
    let first = promote(&again_and_again).await;
    demote(&bot).await.ok();
    server.advance(NEARLY_A_DAY);
    let again = promote(&again_and_again).await;
    assert_replayed(&again, &first);
    insta::assert_json_snapshot!(again.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]), "it is as it was meanwhile");
}

#[tokio::test]
async fn an_undo_that_is_sent_again_is_no_second_undo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let change = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let undoer = keyed(&bot, "undo-1");
    let first = undoer.undo(&change, json!({})).await;
    assert_new(&first);
    assert_replayed(&undoer.undo(&change, json!({})).await, &first);
    bot.undo(&change, json!({})).await.problem(409, "already-undone");
    keyed(&bot, "undo-2").undo(&change, json!({})).await.problem(409, "already-undone");
}

#[tokio::test]
async fn a_day_later_it_is_another_request() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let promoter = keyed(&bot, "a-key");
    promote(&promoter).await.ok();
    demote(&bot).await.ok();
    server.advance(NEARLY_A_DAY + Duration::from_mins(1));
    let later = promote(&promoter).await;
    assert_new(&later);
    assert_eq!(later.ok()["meta"]["changeNumber"], server.written().await.0);
    assert_replayed(&promote(&promoter).await, &later);
    server.advance(NEARLY_A_DAY + Duration::from_mins(1));
    assert_new(&demote(&promoter).await);
}

#[tokio::test]
async fn keys_that_are_too_old_are_removed_by_and_by() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for number in 0..15 {
        promote(&keyed(&bot, &format!("old-{number}"))).await.ok();
    }
    assert_eq!(server.kept_keys().await, 15);
    server.advance(NEARLY_A_DAY);
    promote(&keyed(&bot, "young")).await.ok();
    assert_eq!(server.kept_keys().await, 16);
    server.advance(Duration::from_mins(1));
    for left in [7, 3, 4] {
        promote(&keyed(&bot, &format!("new-{left}"))).await.ok();
        assert_eq!(server.kept_keys().await, left);
    }
}

#[tokio::test]
async fn a_refused_request_may_be_sent_again() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let promoter = keyed(&bot, "a-key");
    let unknown = json!({"add": ["nothing"]});
    promoter.set_ranks(account::CADET, unknown.clone()).await.problem(422, "unknown-rank");
    promoter.set_ranks(account::CADET, unknown).await.problem(422, "unknown-rank");
    promoter.set_ranks(account::CADET, json!({})).await.problem(422, "empty-request");
    server.fail(Fault::BrokenWrites);
    assert_eq!(promote(&promoter).await.status, 503);
    server.recover();
    assert_eq!(server.kept_keys().await, 0);
    let first = promote(&promoter).await;
    assert_new(&first);
    assert_replayed(&promote(&promoter).await, &first);
}

#[tokio::test]
async fn a_request_that_changed_nothing_is_answered_so_again() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let idle = keyed(&bot, "a-key");
    let first = demote(&idle).await;
    assert_eq!(first.ok()["meta"]["undoId"], Value::Null);
    promote(&bot).await.ok();
    assert_replayed(&demote(&idle).await, &first);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
}

#[tokio::test]
async fn a_key_belongs_to_its_credential_and_community() {
    let server = Server::start().await;
    for bot in [server.bot().await, server.bot().await] {
        assert_new(&promote(&keyed(&bot, "a-key")).await);
        demote(&bot).await.ok();
    }
    let neighbour = keyed(&server.neighbours_bot().await, "a-key");
    promote(&neighbour).await.problem(404, "account-not-found");
    let theirs = neighbour.set_ranks(account::NEIGHBOUR, json!({"active": true})).await;
    assert_new(&theirs);
}

#[tokio::test]
async fn who_sends_a_request_while_the_first_is_under_way_is_told_so() {
    let server = Server::start().await;
    let promoter = keyed(&server.bot().await, "a-key");
    let (last, _) = server.written().await;
    let held_up = server.hold_up().await;
    let requests = [Box::pin(promote(&promoter)), Box::pin(promote(&promoter))];
    let (refused, _, first) = select_all(requests).await;
    refused.problem(409, "idempotency-key-in-use");
    insta::assert_json_snapshot!(refused.body);
    // Another key is not affected.
    let other = keyed(&promoter, "another-key");
    let ((first, _, _), other, ()) = join3(select_all(first), demote(&other), async { drop(held_up) }).await;
    assert_new(&first);
    assert_new(&other);
    assert_replayed(&promote(&promoter).await, &first);
    assert_eq!(server.written().await.0, last + 2);
}

#[tokio::test]
async fn who_gave_up_waiting_may_ask_again() {
    let server = Server::start().await;
    let promoter = keyed(&server.bot().await, "a-key");
    let held_up = server.hold_up().await;
    let mut first = Box::pin(promote(&promoter));
    let waits =
        std::future::poll_fn(|context| std::task::Poll::Ready(first.as_mut().poll(context).is_pending()));
    assert!(waits.await, "it waits for the writer");
    drop(first);
    let (again, ()) = join(promote(&promoter), async { drop(held_up) }).await;
    again.ok();
    assert_eq!(server.kept_keys().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_on_one_database_carry_a_request_out_once() {
    let server = Server::start().await;
    let twin = server.twin().await;
    let key = server.bot_key().await;
    let (last, events) = server.written().await;
    for round in 1..=8 {
        let name = format!("round-{round}");
        let promoters = [&server, &twin].map(|server| keyed(&server.holder_of(&key), &name));
        let body = json!({"active": round % 2 == 0});
        let [one, other] = &promoters;
        let (one, other) =
            join(one.set_ranks(account::CADET, body.clone()), other.set_ranks(account::CADET, body.clone()))
                .await;
        assert_eq!(one.ok(), other.ok());
        let replayed = [&one, &other].map(|answer| answer.header("idempotency-replayed").is_some());
        assert_eq!(replayed.iter().filter(|replayed| **replayed).count(), 1);
        assert_eq!(server.written().await, (last + round, events + usize::try_from(round).expect("a few")));
    }
}

#[tokio::test]
async fn a_server_that_was_started_again_remembers() {
    let mut server = Server::start().await;
    let key = server.bot_key().await;
    let first = promote(&keyed(&server.holder_of(&key), "a-key")).await;
    assert_new(&first);
    server.stop_writer();
    let server = server.twin().await;
    let promoter = keyed(&server.holder_of(&key), "a-key");
    assert_replayed(&promote(&promoter).await, &first);
    demote(&promoter).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn an_api_key_is_not_shown_again() {
    let server = Server::start().await;
    let admin = keyed(&server.admin().await, "a-key");
    let body =
        json!({"name": "Little bot", "scopes": ["community:read"], "expiresAt": "2026-05-01T13:00:00Z"});
    let first = admin.post("/v2/community/credentials", body.clone()).await;
    let key = first.ok()["data"]["key"].as_str().expect("a key").to_owned();
    // The end has passed by now, so that a new request would be refused.
    server.advance(NEARLY_A_DAY);
    let again = admin.post("/v2/community/credentials", body).await;
    let mut without_key = first.body.clone();
    without_key["data"]["key"] = Value::Null;
    assert_eq!(again.ok(), &without_key);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert!(!server.has_in_its_database(&key).await, "nor is it kept");
}

#[tokio::test]
async fn a_key_is_read_after_the_credential_and_its_scope_counts_the_first_time() {
    let server = Server::start().await;
    promote(&keyed(&server.stranger(), "not a key")).await.problem(401, "missing-credential");
    let reader = server.bot_with("accounts:read", |_| {}).await;
    promote(&keyed(&reader, "a-key")).await.problem(403, "missing-scope");
}

#[tokio::test]
async fn a_body_under_a_key_has_the_same_limits() {
    let server = Server::start().await;
    let admin = keyed(&server.admin().await, "a-key");
    let huge = "x".repeat(64 * 1024 + 1);
    for endpoint in writes() {
        let answer = admin.send(endpoint.method.clone(), endpoint.path, huge.clone()).await;
        answer.problem(413, "body-too-large");
    }
    let announced = admin.with("content-length", "9999999999");
    promote(&announced).await.problem(413, "body-too-large");
}

#[tokio::test]
async fn ranks_that_were_not_committed_after_all_are_never_shown() {
    let server = Server::start().await;
    let bot = server.bot().await;
    demote(&keyed(&bot, "the-only-one-that-fits")).await.ok();
    server.sql("CREATE UNIQUE INDEX one_key ON idempotency_keys (community)").await;
    let refused = keyed(&bot, "another").set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    assert!(!refused.status.is_success(), "{}", refused.text);
    let promotion = json!({"data": [{"flowId": "up", "users": [account::CADET], "promote": true}]});
    bot.post("/v2/community/promotion-flows/trigger", promotion).await.ok();
    let shown = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(shown.ok()["data"]["ranks"], json!([rank::OFFICER]));
}
