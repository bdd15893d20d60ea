//! `"dryRun": true`: the server answers what would happen, refusals included, and writes nothing.

use async_trait::async_trait;
use futures_util::future::join3;
use http::Method;
use rankledger_domain::ids::CommunityId;
use rankledger_server::ops::{Command, OpError, Work};
use rankledger_server::wire::problem::{Problem, types};
use serde_json::{Value, json};

use super::{call_with, with_bodies};
use crate::kit::{Actor, Answer, Endpoint, Server, account, rank};

const RANKS: &str = "/v2/community/accounts/a0000000-0000-0000-0000-000000000002/ranks";
const TRIGGER: &str = "/v2/community/promotion-flows/trigger";

/// Returns the endpoints that take a dry run.
fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    with_bodies().filter(|endpoint| endpoint.body.contains("\"dryRun\""))
}

fn undo_of(change: &str) -> String {
    format!("/v2/community/rank-changes/{change}/undo")
}

async fn send(actor: &Actor, path: &str, body: &Value) -> Answer {
    let method = if path.ends_with("/ranks") { Method::PATCH } else { Method::POST };
    actor.send(method, path, body.to_string()).await
}

/// Sends a request as a dry run, then for real. Checks that the first previewed the second and wrote nothing.
async fn foretold(server: &Server, actor: &Actor, path: &str, body: Value) -> [Answer; 2] {
    let written = server.written().await;
    let mut dry = body.clone();
    dry["dryRun"] = json!(true);
    let foretold = send(actor, path, &dry).await;
    assert_eq!(server.written().await, written, "{path} {body}");
    let answer = send(actor, path, &body).await;
    assert_eq!(foretold.status, answer.status, "{path} {body}: {}", foretold.body);
    [foretold, answer]
}

/// Returns the data of an answer, without the undo id of a reversal.
fn data(answer: &Answer) -> Value {
    let mut data = answer.ok()["data"].clone();
    if let Some(reversal) = data.get_mut("reversalUndoId") {
        *reversal = Value::Null;
    }
    data
}

#[tokio::test]
async fn every_dry_run_is_answered_like_the_request_and_writes_nothing() {
    assert_eq!(endpoints().count(), 4);
    for endpoint in endpoints() {
        let server = Server::start().await;
        let admin = server.admin().await;
        let written = server.written().await;
        let kept_ranks = admin.ranks_of(account::CADET).await;
        let foretold = call_with(&admin, endpoint, "dryRun", json!(true)).await;
        assert_eq!(foretold.ok()["meta"]["dryRun"], true, "{}", endpoint.operation_id);
        assert_eq!(foretold.header("rankledger-undo-id"), None);
        assert_eq!(server.written().await, written, "{}", endpoint.operation_id);
        assert_eq!(admin.ranks_of(account::CADET).await, kept_ranks);
        let answer = admin.call(endpoint).await;
        assert_eq!(answer.ok()["meta"].get("dryRun"), None);
        assert_eq!(data(&foretold), data(&answer), "{}", endpoint.operation_id);
        assert_ne!(server.written().await, written, "{}", endpoint.operation_id);
    }
}

#[tokio::test]
async fn a_bot_learns_what_a_change_would_do() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let etag = bot.get(RANKS).await.etag().to_owned();
    let body = json!({"add": ["officer"], "remove": ["cadet"]});
    let [foretold, answer] = foretold(&server, &bot, RANKS, body).await;
    assert_eq!(foretold.etag(), etag, "that of the account as it is");
    assert_ne!(answer.etag(), etag);
    assert_eq!(data(&foretold), data(&answer));
    insta::assert_json_snapshot!(foretold.whole());
}

#[tokio::test]
async fn a_bot_learns_what_an_undo_would_do() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let change = bot.change_ranks(account::CADET, json!({"add": ["medic", "officer"]})).await;
    bot.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
    let etag = bot.get(RANKS).await.etag().to_owned();
    let [foretold, answer] = foretold(&server, &bot, &undo_of(&change), json!({"onConflict": "skip"})).await;
    assert_eq!(foretold.etag(), etag);
    assert_eq!(foretold.body["data"]["reversalUndoId"], Value::Null);
    answer.reversal();
    assert_eq!(data(&foretold), data(&answer));
    assert_eq!(foretold.body["meta"]["skipped"], answer.body["meta"]["skipped"]);
    insta::assert_json_snapshot!(foretold.whole());
}

#[tokio::test]
async fn a_bot_learns_what_flows_would_do_one_after_the_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"data": [
        {"flowId": "up", "users": [account::CADET, "nobody", account::BANNED]},
        {"flowId": "up", "users": [account::CADET], "promote": false},
    ]});
    let [foretold, answer] = foretold(&server, &bot, TRIGGER, body).await;
    assert_eq!(foretold.ok()["data"], answer.ok()["data"]);
    let changed = json!([
        {"accId": account::CADET, "undoId": null, "changeNumber": null},
        {"accId": account::CADET, "undoId": null, "changeNumber": null},
    ]);
    assert_eq!(foretold.body["meta"]["changes"], changed);
    assert_eq!(answer.body["meta"]["changes"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_would_be_refused_is_refused_in_the_same_words() {
    let server = Server::start().await;
    let bot = server.bot_below(30).await.with("x-request-id", "of-the-test");
    let undone = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    bot.undo(&undone, json!({})).await.ok();
    let superseded = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let of = |account: &str| format!("/v2/community/accounts/{account}/ranks");
    for (path, body, kind) in [
        (of(account::CADET), json!({}), "empty-request"),
        (of(account::CADET), json!({"add": ["nothing"]}), "unknown-rank"),
        (of(account::CADET), json!({"add": ["explorer"]}), "rank-retired"),
        (of(account::CADET), json!({"add": ["chief"]}), "insufficient-power"),
        (of(account::CADET), json!({"add": ["officer"], "userId": "nobody"}), "unknown-user"),
        (of(account::CADET), json!({"add": ["officer"], "accId": account::CHIEF}), "account-mismatch"),
        (of(account::BANNED), json!({"add": ["officer"]}), "account-banned"),
        (of(account::ARCHIVED), json!({"add": ["officer"]}), "account-archived"),
        (of(account::NOBODY), json!({"add": ["officer"]}), "account-not-found"),
        (undo_of(&undone), json!({}), "already-undone"),
        (undo_of(&superseded), json!({}), "undo-conflict"),
        (undo_of("999"), json!({}), "rank-change-not-found"),
        (undo_of("1"), json!({"onConflict": "force"}), "invalid-body"),
        (TRIGGER.to_owned(), json!({}), "invalid-body"),
    ] {
        let [foretold, answer] = foretold(&server, &bot, &path, body).await;
        foretold.problem(answer.status.as_u16(), kind);
        assert_eq!(foretold.whole(), answer.whole());
    }
    let late = bot.with("if-match", "\"1\"");
    for path in [of(account::CADET), undo_of(&superseded)] {
        let [foretold, _] = foretold(&server, &late, &path, json!({"add": ["medic"]})).await;
        foretold.problem(412, "version-mismatch");
    }
    let reader = server.bot_with("accounts:read", |_| {}).await;
    for endpoint in endpoints() {
        call_with(&reader, endpoint, "dryRun", json!(true)).await.problem(403, "missing-scope");
    }
}

#[tokio::test]
async fn a_key_is_of_no_account_in_a_dry_run() {
    let server = Server::start().await;
    let bot = server.bot().await.with("idempotency-key", "a-key");
    let dry = json!({"add": ["officer"], "dryRun": true});
    for _ in 0..2 {
        let answer = bot.patch(RANKS, dry.clone()).await;
        assert_eq!(answer.ok()["meta"]["dryRun"], true);
        assert_eq!(answer.header("idempotency-replayed"), None);
    }
    assert_eq!(server.kept_keys().await, 0);
    let first = bot.patch(RANKS, json!({"add": ["officer"]})).await;
    assert_eq!(bot.patch(RANKS, json!({"add": ["officer"]})).await.text, first.text);
    // By now a request has used the key, and the dry run still ignores it.
    bot.patch(RANKS, dry).await.ok();
}

#[tokio::test]
async fn a_dry_run_does_not_disturb_the_changes_that_it_shares_a_transaction_with() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (last, events) = server.written().await;
    let dry = json!({"add": ["medic"], "dryRun": true});
    let requests = [dry, json!({"add": ["officer"]})].map(|body| bot.set_ranks(account::CADET, body));
    let answers = server.together(requests).await;
    let [dry, real] = answers.as_slice() else { panic!("two answers") };
    assert_eq!(*dry.ranks(), json!([rank::CADET, rank::MEDIC]));
    assert_eq!(*real.ranks(), json!([rank::CADET, rank::OFFICER]));
    assert_eq!(real.ok()["meta"]["changeNumber"], last + 1);
    assert_eq!(server.written().await, (last + 1, events + 1));
    assert_eq!(server.ledger.stats().commands(), 1, "a dry run is not counted");
}

/// A command that retires a rank, loads the ranks, and is then refused.
#[derive(Clone)]
struct RetireAndRefuse(CommunityId);

#[async_trait]
impl Command for RetireAndRefuse {
    type Output = ();

    fn community(&self) -> Option<CommunityId> {
        Some(self.0)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        let mut ranks = work.tx.department_ranks(self.0).await?;
        let medic = ranks.iter_mut().find(|of| of.rank.key.as_deref() == Some("medic"));
        let medic = medic.expect("a rank of the kit");
        medic.rank.retired = true;
        work.tx.put_rank(self.0, medic).await?;
        let ranks = work.tx.ranks(self.0).await?;
        assert!(ranks.get(medic.rank.id).is_some_and(|rank| rank.retired), "it could be retired");
        Err(Problem::user_required().into())
    }
}

#[tokio::test]
async fn what_a_refused_command_made_of_the_ranks_is_forgotten() {
    let server = Server::start().await;
    let (bot, club) = (server.bot().await, server.community("club").await);
    let held_up = server.hold_up().await;
    let medic = json!({"add": ["medic"]});
    let refused = server.ledger.submit(RetireAndRefuse(club));
    let change = bot.set_ranks(account::CADET, medic);
    let (refused, changed, ()) = join3(refused, change, async { drop(held_up) }).await;
    assert!(
        matches!(&refused, Err(OpError::Refused(problem)) if problem.is(&types::USER_REQUIRED)),
        "{refused:?}"
    );
    assert_eq!(*changed.ranks(), json!([rank::CADET, rank::MEDIC]), "in the same transaction");
}

#[tokio::test]
async fn a_dry_run_of_v1_writes_nothing() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let change = v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let written = server.written().await;
    let calls = [
        ("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1002, "add": ["officer"], "dryRun": true}])),
        ("UNDO_RANK_CHANGE", json!([{"undoId": change, "dryRun": true}])),
        (
            "TRIGGER_PROMOTION_FLOWS",
            json!([
                {"flowId": "up", "users": ["1002"], "promote": true},
                {"flowId": "up", "users": ["1003"], "promote": false, "dryRun": true},
            ]),
        ),
    ];
    for (name, data) in calls {
        let answer = bot.call(name, data).await;
        assert!(answer.legacy_json().is_object() || answer.legacy_json()[1]["succeeded"] == true, "{name}");
        assert_eq!(answer.header("rankledger-undo-id"), None, "{name}");
        assert_eq!(server.written().await, written, "{name}");
    }
    let again = bot.call("UNDO_RANK_CHANGE", json!([{"undoId": change}])).await;
    assert!(again.header("rankledger-undo-id").is_some());
}
