//! A history whose beginning the operator has pruned: the kept changes are as before, and pruned ones are
//! reported as gone.

use std::time::Duration;

use rankledger_server::ops::prune::PrunePlan;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

const HOUR: Duration = Duration::from_hours(1);

async fn detail(bot: &Actor, number: i64) -> Answer {
    bot.get(&format!("/v2/community/rank-changes/{number}")).await
}

/// Returns the numbers in the list. Checks that the export has the same.
async fn numbers(bot: &Actor) -> Vec<i64> {
    let number = |entry: &Value| entry["changeNumber"].as_i64().expect("a number");
    let (mut listed, mut query) = (Vec::new(), String::new());
    loop {
        let page = bot.get(&format!("/v2/community/rank-changes?take=2{query}")).await;
        let data = &page.ok()["data"];
        listed.extend(data["rankChanges"].as_array().expect("a list").iter().map(number));
        let Some(cursor) = data["nextCursor"].as_str() else { break };
        query = format!("&cursor={cursor}");
    }
    listed.reverse();
    let export = bot.get("/v2/community/rank-changes/export").await;
    let lines = export.text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    assert_eq!(lines.map(|line| number(&line)).collect::<Vec<_>>(), listed);
    let table = bot.get("/v2/community/rank-changes/export?format=csv").await.text;
    assert!(table.starts_with("changeNumber,") && table.lines().count() > listed.len(), "{table}");
    listed
}

async fn all_ranks(bot: &Actor) -> Vec<Value> {
    let mut all = Vec::new();
    for id in [account::NEWCOMER, account::CADET, account::OFFICER, account::CHIEF, account::OWNER] {
        all.push(bot.get(&format!("/v2/community/accounts/{id}")).await.ok()["data"].clone());
    }
    all
}

/// Makes a change an hour, after the six of the import: 9 is the undo of 7, 10 the redo of that, 12 the undo
/// of 11; 13 and 14 are of a rollback, of 10 and of 8.
async fn history(server: &Server, bot: &Actor) {
    let by = |body: Value| {
        let mut body = body;
        body["userId"] = json!(account::CHIEF);
        body
    };
    server.advance(HOUR);
    bot.change_ranks(account::CADET, by(json!({"add": ["officer"]}))).await;
    server.advance(HOUR);
    bot.change_ranks(account::OFFICER, by(json!({"remove": ["medic"]}))).await;
    for named in [7, 9] {
        server.advance(HOUR);
        bot.undo(named, by(json!({}))).await.reversal();
    }
    server.advance(HOUR);
    bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet", "medic"], "active": true})).await;
    server.advance(HOUR);
    bot.undo(11, json!({"userId": account::OWNER})).await.reversal();
    server.advance(HOUR);
    let filter = json!({"filter": {"userId": account::CHIEF}, "userId": account::OWNER});
    let preview = bot.post("/v2/community/rank-changes/rollback", filter).await;
    let run = json!({"planToken": preview.ok()["data"]["planToken"], "userId": account::OWNER});
    let done = bot.post("/v2/community/rank-changes/rollback", run).await;
    assert_eq!(done.ok()["data"]["counts"]["undone"], 2, "{}", done.body);
    server.advance(HOUR);
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
}

#[tokio::test]
async fn what_is_kept_is_as_before_and_what_went_is_told_to_be_gone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let begin = server.now();
    history(&server, &bot).await;
    let ranks = all_ranks(&bot).await;
    let mut details = Vec::new();
    for number in 1..=15 {
        details.push(detail(&bot, number).await.ok()["data"].clone());
    }
    // Pairs of the hours to prune, and the last pruned number. The changes from 7 to 14 are connected, so
    // they are pruned together.
    for (hours, up_to) in [(0, 0), (1, 6), (3, 6), (5, 6), (7, 6), (8, 14), (50, 14)] {
        let plan = server.prune("club", begin + HOUR * hours).await;
        assert_eq!(plan.up_to.0, up_to, "{hours}: {plan:?}");
        assert_eq!(numbers(&bot).await, (up_to + 1..=15).collect::<Vec<_>>());
        assert_eq!(all_ranks(&bot).await, ranks);
        for (number, before) in (1..).zip(&details) {
            let answer = detail(&bot, number).await;
            if number > up_to {
                assert_eq!(&answer.ok()["data"], before, "{number}");
            } else {
                let problem = answer.problem(404, "rank-change-not-found");
                let expected = format!("the history up to number {up_to} was pruned on ");
                assert!(problem["detail"].as_str().expect("a text").contains(&expected), "{problem}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_pruned_is_not_undone_and_the_rest_is() {
    let server = Server::start().await;
    let bot = server.bot().await;
    history(&server, &bot).await;
    let pruned_id = server.change(2).await.undo_id.0.to_string();
    server.prune("club", server.now() - HOUR * 7).await;
    let written = server.written().await;
    let refused = bot.undo(6, json!({})).await;
    refused.problem(404, "rank-change-not-found");
    insta::assert_json_snapshot!(refused.whole());
    let unknown = bot.undo(&pruned_id, json!({})).await;
    let problem = unknown.problem(404, "rank-change-not-found").to_string();
    assert!(!problem.contains("pruned"), "an id tells nothing: {problem}");
    for nothing in [16, 99] {
        let problem = bot.undo(nothing, json!({})).await.problem(404, "rank-change-not-found").to_string();
        assert!(!problem.contains("pruned"), "it never was: {problem}");
    }
    assert_eq!(server.written().await, written);
    bot.undo(13, json!({"userId": account::CHIEF})).await.reversal();
    bot.undo(15, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
    assert_eq!(numbers(&bot).await, (7..=17).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_checkpoint_tells_what_was_pruned() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let checkpoint = async || bot.get("/v2/community/rank-changes/checkpoint").await.ok()["data"].clone();
    history(&server, &bot).await;
    let before = checkpoint().await;
    assert_eq!(before["prunedTo"], Value::Null);
    let hash = detail(&bot, 6).await.ok()["data"]["hash"].clone();
    server.prune("club", server.now() - HOUR * 7).await;
    let after = checkpoint().await;
    let at = after["prunedTo"]["at"].clone();
    assert_eq!(after["prunedTo"], json!({"number": 6, "hash": hash, "at": at}));
    for member in ["number", "hash", "publicKey", "signature"] {
        assert_eq!(after[member], before[member], "{member} is of the end");
    }
}

#[tokio::test]
async fn a_community_is_pruned_without_the_others() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    neighbour.change_ranks(account::NEIGHBOUR, json!({"remove": ["watchman"]})).await;
    let before = numbers(&neighbour).await;
    server.advance(HOUR);
    let plan = server.prune("club", server.now()).await;
    assert_eq!((plan.changes(), plan.held_back()), (5, Some(plan.up_to.next()..=plan.recorded_before)));
    assert_eq!(numbers(&server.bot().await).await, [6], "the last stays");
    assert_eq!(numbers(&neighbour).await, before);
    let again: PrunePlan = server.prune("club", server.now()).await;
    assert_eq!(again.changes(), 0);
    assert_eq!(server.bot().await.ranks_of(account::CADET).await, json!([rank::CADET]));
}
