//! `POST /v2/community/rank-changes/rollback`: shows the changes of a rogue first, and undoes them when the
//! plan is sent back.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

/// Makes a server on which the chief has gone rogue, by changes 7, 8, 9 and 11. The owner made change 10
/// meanwhile.
async fn rogue() -> (Server, Actor) {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, body) in [
        (account::CADET, json!({"set": [], "userId": account::CHIEF})),
        (account::OFFICER, json!({"remove": ["medic"], "userId": account::CHIEF})),
        (account::NEWCOMER, json!({"add": ["officer"], "userId": account::CHIEF, "reason": "Ha"})),
        (account::CADET, json!({"add": ["medic"], "userId": account::OWNER})),
        (account::OFFICER, json!({"add": ["cadet"], "remove": ["officer"], "userId": account::CHIEF})),
    ] {
        bot.change_ranks(account, body).await;
    }
    (server, bot)
}

fn by_chief() -> Value {
    json!({"userId": "100000000000000004"})
}

#[tokio::test]
async fn a_preview_shows_everything_and_writes_nothing() {
    let (server, bot) = rogue().await;
    let rows = async || {
        let mut rows = Vec::new();
        for id in [account::CADET, account::OFFICER, account::NEWCOMER] {
            let row = bot.get(&format!("/v2/community/accounts/{id}")).await;
            rows.push((row.etag().to_owned(), row.ok()["data"].clone()));
        }
        rows
    };
    let before = (server.written().await, rows().await);
    let preview = bot.preview(by_chief()).await;
    insta::assert_json_snapshot!(preview.whole_but_token());
    assert_eq!(preview.counts(), [3, 4, 4, 0, 0]);
    assert_eq!((server.written().await, rows().await), before);
    assert_eq!(bot.preview(by_chief()).await.ok()["data"], preview.ok()["data"], "the same again");
    assert_eq!(bot.numbers("source=rollback").await, [0; 0]);
}

#[tokio::test]
async fn a_run_takes_back_what_was_shown() {
    let (server, bot) = rogue().await;
    let written = server.written().await;
    let preview = bot.preview(by_chief()).await;
    let body = json!({"planToken": preview.plan_token(), "userId": account::OWNER, "reason": "Gone rogue"});
    let done = bot.rollback(body).await;
    insta::assert_json_snapshot!(done.whole());
    for member in ["counts", "accounts"] {
        assert_eq!(done.ok()["data"][member], preview.ok()["data"][member]);
    }
    assert_eq!(
        bot.ranks_of(account::CADET).await,
        json!([rank::CADET, rank::MEDIC]),
        "what the owner gave stays"
    );
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([]));
    assert_eq!(server.written().await, (written.0 + 4, written.1 + 5), "and the rollback itself");
}

#[tokio::test]
async fn each_undo_of_a_rollback_says_what_it_is() {
    let (server, bot) = rogue().await;
    let preview = bot.preview(by_chief()).await;
    let body = json!({"planToken": preview.plan_token(), "userId": account::OWNER, "reason": "Gone rogue"});
    let batch = bot.rollback(body).await.batch();
    let credential = server.change(7).await.credential;
    // The steps go account by account, beginning with the account that was changed last, and newest first
    // within each.
    for (number, undone) in [(12, 11), (13, 8), (14, 9), (15, 7)] {
        let change = server.change(number).await;
        assert_eq!(change.reverses.map(|number| number.0), Some(undone));
        assert_eq!(change.batch.map(|batch| batch.to_string()), Some(batch.clone()));
        assert_eq!((change.source.as_str(), change.kind.as_str()), ("rollback", "undo"));
        assert_eq!(change.actor.map(|actor| actor.to_string()).as_deref(), Some(account::OWNER));
        assert_eq!((change.credential, change.reason.as_deref()), (credential, Some("Gone rogue")));
        let undone = server.change(undone).await;
        assert_eq!(undone.reversed_by, Some(change.number));
    }
}

#[tokio::test]
async fn a_rollback_is_kept_as_it_was_answered() {
    let (_server, bot) = rogue().await;
    let done = bot.roll_back(by_chief()).await;
    let status = bot.rollback_status(&done.batch()).await;
    insta::assert_json_snapshot!(status.whole());
    assert_eq!(status.ok()["data"]["result"], done.ok()["data"]);
}

#[tokio::test]
async fn a_rollback_is_narrowed_by_everything_that_a_filter_has() {
    let (server, _) = rogue().await;
    let credential = server.change(7).await.credential.expect("a credential");
    let admin = server.admin().await;
    let changes = async |filter: Value| {
        let preview = admin.preview(filter).await;
        let accounts = preview.ok()["data"]["accounts"].as_array().expect("accounts").clone();
        let steps = accounts.iter().flat_map(|account| crate::kit::numbers(&account["changes"]));
        steps.collect::<Vec<_>>()
    };
    for (filter, expected) in [
        (json!({"credentialId": credential}), vec![11, 8, 10, 7, 9]),
        (json!({"userId": account::OWNER}), vec![10]),
        (json!({"userId": account::CHIEF, "accounts": [account::CADET]}), vec![7]),
        (json!({"userId": account::CHIEF, "accounts": [account::CADET, account::NEWCOMER]}), vec![9, 7]),
        (json!({"userId": account::CHIEF, "ranks": ["medic"]}), vec![8]),
        (json!({"userId": account::CHIEF, "ranks": [rank::OFFICER, "medic"]}), vec![11, 8, 9]),
        (json!({"userId": account::CHIEF, "from": "2026-05-01T12:00:00Z"}), vec![11, 8, 9, 7]),
        (json!({"userId": account::CHIEF, "to": "2026-05-01T12:00:00Z"}), vec![]),
        (json!({"accounts": [account::NOBODY]}), vec![]),
        (json!({"userId": account::CHIEF, "credentialId": account::NOBODY}), vec![]),
        (json!({"accounts": [account::CADET], "userId": null, "ranks": null}), vec![10, 7, 1]),
    ] {
        assert_eq!(changes(filter.clone()).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_rollback_that_matches_nothing_does_nothing() {
    let (server, bot) = rogue().await;
    let written = server.written().await;
    let preview = bot.preview(json!({"userId": account::NEWCOMER})).await;
    assert_eq!((preview.counts(), &preview.ok()["data"]["accounts"]), ([0; 5], &json!([])));
    let done = bot.run(&preview).await;
    assert_eq!((done.counts(), &done.ok()["data"]["batchId"]), ([0; 5], &Value::Null));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_token_is_worth_one_run() {
    let (server, bot) = rogue().await;
    let preview = bot.preview(by_chief()).await;
    bot.run(&preview).await.batch();
    let written = server.written().await;
    let again = bot.run(&preview).await;
    let fresh = &again.problem(409, "plan-stale")["preview"];
    assert_eq!(fresh["counts"]["changes"], 0, "there is nothing left to take back");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_plan_that_does_not_hold_any_more_is_answered_with_a_fresh_one() {
    let (server, bot) = rogue().await;
    let preview = bot.preview(by_chief()).await;
    bot.change_ranks(account::NEWCOMER, json!({"remove": ["officer"]})).await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["officer"], "userId": account::OWNER})).await;
    let written = server.written().await;
    let stale = bot.run(&preview).await;
    stale.problem(409, "plan-stale");
    insta::assert_json_snapshot!(stale.whole_but_token());
    assert_eq!(server.written().await, written);
    let token = stale.body["preview"]["planToken"].as_str().expect("a fresh token");
    let done = bot.rollback(json!({"planToken": token})).await;
    assert_eq!(done.counts(), [3, 4, 3, 0, 1]);
    for member in ["counts", "accounts"] {
        assert_eq!(done.ok()["data"][member], stale.body["preview"][member]);
    }
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::OFFICER]));
}

#[tokio::test]
async fn a_plan_holds_while_others_change_what_it_does_not_touch() {
    let (_server, bot) = rogue().await;
    let preview = bot.preview(by_chief()).await;
    bot.change_ranks(account::EXPLORER, json!({"add": ["medic"], "userId": account::OWNER})).await;
    bot.run(&preview).await.batch();
}

#[tokio::test]
async fn an_undo_of_the_rogues_is_redone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(
        account::CADET,
        json!({"add": ["officer"], "remove": ["cadet"], "userId": account::OWNER}),
    )
    .await;
    bot.change_ranks(account::CADET, json!({"add": ["medic"], "userId": account::OWNER})).await;
    for number in [8, 7] {
        bot.undo(number, json!({"userId": account::CHIEF})).await.reversal();
    }
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    let done = bot.roll_back(by_chief()).await;
    assert_eq!(done.counts(), [1, 2, 2, 0, 0]);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER, rank::MEDIC]));
    let last = server.change(12).await;
    assert_eq!((last.kind.as_str(), last.reverses.map(|number| number.0)), ("redo", Some(9)));
}

#[tokio::test]
async fn who_undid_and_redid_has_changed_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::OWNER})).await;
    let undo = bot.undo(7, json!({"userId": account::CHIEF})).await.reversal();
    bot.undo(undo, json!({"userId": account::CHIEF})).await.reversal();
    assert_eq!(bot.preview(by_chief()).await.counts(), [0; 5]);
}

/// A request to change an account: the account, the person who acts, and the body.
type Act = (String, &'static str, Value);

/// Returns changes of many accounts: a rogue changes the rank `officer`, and others change other ranks in
/// between.
fn acts(accounts: &[String]) -> Vec<Act> {
    let (mut acts, others) = (Vec::new(), ["medic", "cadet"]);
    for step in 0..240_usize {
        let account = accounts[step * 7 % accounts.len()].clone();
        let (who, body) = match step % 4 {
            0 => (account::CHIEF, json!({"add": ["officer"]})),
            1 => (account::OWNER, json!({"add": [others[step / 4 % 2]]})),
            2 => (account::CHIEF, json!({"remove": ["officer"]})),
            _ => (account::OWNER, json!({"remove": [others[step / 8 % 2]]})),
        };
        acts.push((account, who, body));
    }
    acts
}

#[tokio::test]
async fn of_many_accounts_it_is_as_if_the_rogue_had_never_acted() {
    let mut ranks = Vec::new();
    for with_rogue in [true, false] {
        let server = Server::start().await;
        let (admin, bot) = (server.admin().await, server.bot().await);
        let mut accounts = Vec::new();
        for number in 0..59 {
            let made = admin.create_account(json!({"name": format!("Member {number}")})).await;
            accounts.push(made.ok()["data"]["accId"].as_str().expect("an id").to_owned());
        }
        for (account, who, mut body) in acts(&accounts) {
            if with_rogue || who != account::CHIEF {
                body["userId"] = json!(who);
                bot.set_ranks(&account, body).await.ok();
            }
        }
        if with_rogue {
            let [touched, changes, undone, ..] = bot.roll_back(by_chief()).await.counts();
            assert!(touched > 10 && changes == undone && undone > 50, "{touched} {changes} {undone}");
        }
        let mut all = Vec::new();
        for account in &accounts {
            all.push(bot.ranks_of(account).await);
        }
        ranks.push(all);
    }
    assert_eq!(ranks[0], ranks[1]);
}
