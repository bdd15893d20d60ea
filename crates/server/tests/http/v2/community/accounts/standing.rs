//! `POST /v2/community/accounts/{accountId}/` `ban`, `unban`, `kick`, `archive` and `restore`.

use rankledger_domain::rank_change::Source;
use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

/// Actions that put an account out, each with the action that brings it back and the source in the ledger.
const PAIRS: [(&str, &str, Source); 3] = [
    ("ban", "unban", Source::Ban),
    ("kick", "restore", Source::Kick),
    ("archive", "restore", Source::Archive),
];

fn told(topic: &str, account: &str, change: Option<i64>) -> Value {
    json!({"topic": topic, "account": account, "change": change})
}

/// Returns the row of an account, and its entity tag.
async fn row(actor: &Actor, account: &str) -> (Value, String) {
    let answer = actor.get(&format!("/v2/community/accounts/{account}")).await;
    (answer.ok()["data"].clone(), answer.etag().to_owned())
}

#[tokio::test]
async fn a_ban_takes_all_ranks_and_the_active_status_away() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"reason": "Was rude, twice.", "userId": account::CHIEF});
    let answer = bot.change_standing(account::OFFICER, "ban", body).await;
    insta::assert_json_snapshot!(answer.whole());
    let change = server.change(7).await;
    assert_eq!(answer.undo_id(), change.undo_id.to_string());
    assert_eq!(change.source, Source::Ban);
    assert_eq!(change.reason.as_deref(), Some("Was rude, twice."));
    assert_eq!(change.actor.map(|id| id.to_string()).as_deref(), Some(account::CHIEF));
    assert!(change.credential.is_some());
    assert_eq!(change.transition.removed().count(), 2);
    let events = server.events().await;
    let of_change = told("ranks.changed", account::OFFICER, Some(7));
    assert_eq!(events, [of_change, told("account.banned", account::OFFICER, Some(7))]);
}

#[tokio::test]
async fn an_account_that_is_kicked_or_archived_is_put_into_the_archive() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let kicked = bot.change_standing(account::OFFICER, "kick", json!({"reason": "Left the city"})).await;
    insta::assert_json_snapshot!("kicked", kicked.whole());
    let archived = bot.change_standing(account::CHIEF, "archive", json!({})).await;
    insta::assert_json_snapshot!("archived", archived.whole());
    assert_eq!(server.change(7).await.source, Source::Kick);
    assert_eq!(server.change(8).await.source, Source::Archive);
    assert_eq!(
        server.events().await,
        [
            told("ranks.changed", account::OFFICER, Some(7)),
            told("account.kicked", account::OFFICER, Some(7)),
            told("ranks.changed", account::CHIEF, Some(8)),
            told("account.archived", account::CHIEF, Some(8)),
        ]
    );
}

#[tokio::test]
async fn an_account_that_is_brought_back_has_no_ranks_and_can_be_given_some() {
    for (out, back, source) in PAIRS {
        let server = Server::start().await;
        let bot = server.bot().await;
        bot.change_standing(account::OFFICER, out, json!({"reason": "Was rude"})).await.undo_id();
        assert_eq!(server.change(7).await.source, source);
        let refused = bot.set_ranks(account::OFFICER, json!({"add": ["cadet"]})).await;
        refused.problem(409, if out == "ban" { "account-banned" } else { "account-archived" });

        let answer = bot.change_standing(account::OFFICER, back, json!({})).await;
        let data = &answer.ok()["data"];
        for (member, expected) in [
            ("banned", json!(false)),
            ("archived", json!(false)),
            ("banInfo", Value::Null),
            ("ranks", json!([])),
            ("comStatus", json!(false)),
        ] {
            assert_eq!(data[member], expected, "{out}: {member}");
        }
        assert_eq!(answer.body["meta"]["changeNumber"], Value::Null);
        assert_eq!(answer.header("rankledger-undo-id"), None);
        let kind = if back == "unban" { "account.unbanned" } else { "account.restored" };
        assert_eq!(server.events().await.last(), Some(&told(kind, account::OFFICER, None)));
        bot.set_ranks(account::OFFICER, json!({"add": ["cadet"]})).await.undo_id();
    }
}

#[tokio::test]
async fn an_account_that_keeps_its_ranks_keeps_its_status_too() {
    for (out, back, _) in PAIRS {
        let server = Server::start().await;
        let bot = server.bot().await;
        let (before, _) = row(&bot, account::OFFICER).await;
        let (written, _) = server.written().await;
        let body = json!({"keepRanks": true, "reason": "For a while"});
        let answer = bot.change_standing(account::OFFICER, out, body).await;
        assert_eq!(*answer.ranks(), json!([rank::OFFICER, rank::MEDIC]));
        assert_eq!(answer.body["data"]["comStatus"], true);
        assert_eq!(answer.body["meta"]["undoId"], Value::Null);
        assert_eq!(server.written().await.0, written);
        let refused = bot.set_ranks(account::OFFICER, json!({"add": ["cadet"]})).await;
        refused.problem(409, if out == "ban" { "account-banned" } else { "account-archived" });
        bot.set_ranks(account::OFFICER, json!({"set": ["officer"]})).await.undo_id();
        bot.undo(7, json!({}))
            .await
            .problem(409, if out == "ban" { "account-banned" } else { "account-archived" });

        bot.change_standing(account::OFFICER, back, json!({})).await.ok();
        bot.undo(7, json!({})).await.ok();
        assert_eq!(row(&bot, account::OFFICER).await.0, before);
    }
}

#[tokio::test]
async fn a_status_without_ranks_is_taken_away_by_a_recorded_change_too() {
    for (out, back, _) in PAIRS {
        let server = Server::start().await;
        let bot = server.bot().await;
        bot.change_ranks(account::NEWCOMER, json!({"active": true})).await;
        let undo_id = bot.change_standing(account::NEWCOMER, out, json!({})).await.undo_id();
        let transition = server.change(8).await.transition;
        assert!(transition.status_before && !transition.status_after, "{out}");
        assert!(transition.before.is_empty() && transition.after.is_empty(), "{out}");
        bot.change_standing(account::NEWCOMER, back, json!({})).await.ok();
        bot.undo(undo_id, json!({})).await.ok();
        assert_eq!(row(&bot, account::NEWCOMER).await.0["comStatus"], true);
    }
}

#[tokio::test]
async fn an_account_with_nothing_to_lose_is_put_out_without_a_change() {
    for (out, _, _) in PAIRS {
        let server = Server::start().await;
        let bot = server.bot().await;
        let (last, events) = server.written().await;
        let answer = bot.change_standing(account::NEWCOMER, out, json!({"reason": "Never came"})).await;
        assert_eq!(answer.ok()["meta"]["undoId"], Value::Null);
        assert_eq!(answer.body["meta"]["changeNumber"], Value::Null);
        assert_eq!(answer.header("rankledger-undo-id"), None);
        assert_eq!(answer.body["data"]["banned"], out == "ban");
        assert_eq!(server.written().await, (last, events + 1));
    }
}

#[tokio::test]
async fn what_is_so_already_changes_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, action) in [
        (account::CADET, "unban"),
        (account::CADET, "restore"),
        (account::BANNED, "restore"),
        (account::ARCHIVED, "unban"),
    ] {
        let before = (row(&bot, account).await, server.written().await);
        let answer = bot.change_standing(account, action, json!({})).await;
        assert_eq!(answer.ok()["meta"]["changeNumber"], Value::Null);
        assert_eq!(answer.etag(), before.0.1);
        assert_eq!((row(&bot, account).await, server.written().await), before, "{action}");
    }
    for (out, _, _) in PAIRS {
        let account = if out == "ban" { account::OFFICER } else { account::CHIEF };
        let first = bot.change_standing(account, out, json!({"reason": "Once"})).await;
        let before = (row(&bot, account).await, server.written().await);
        let answer = bot.change_standing(account, out, json!({})).await;
        assert_eq!(answer.ok()["data"], first.ok()["data"]);
        assert_eq!(answer.body["meta"]["changeNumber"], Value::Null);
        assert_eq!(answer.etag(), first.etag());
        assert_eq!((row(&bot, account).await, server.written().await), before, "{out}");
    }
}

#[tokio::test]
async fn a_banned_account_that_kept_its_ranks_loses_them_by_a_second_ban() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.change_standing(account::BANNED, "ban", json!({"reason": "Again"})).await;
    assert_eq!(answer.undo_id(), server.change(7).await.undo_id.to_string());
    assert_eq!(*answer.ranks(), json!([]));
    assert_eq!(answer.body["data"]["banInfo"], "Again", "the last reason counts");
    let of_change = told("ranks.changed", account::BANNED, Some(7));
    assert_eq!(server.events().await, [of_change, told("account.banned", account::BANNED, Some(7))]);
}

#[tokio::test]
async fn the_end_of_a_ban_clears_why_and_until_when() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.change_standing(account::BANNED, "unban", json!({})).await;
    let data = &answer.ok()["data"];
    assert_eq!((&data["banInfo"], &data["banExpiration"]), (&Value::Null, &Value::Null));
    assert_eq!((&data["banned"], &data["ranks"]), (&json!(false), &json!([rank::CADET])));
}

#[tokio::test]
async fn an_account_can_be_banned_and_archived_at_once() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_standing(account::ARCHIVED, "ban", json!({})).await.undo_id();
    let answer = bot.change_standing(account::ARCHIVED, "restore", json!({})).await;
    assert_eq!(answer.ok()["data"]["banned"], true);
    bot.set_ranks(account::ARCHIVED, json!({"add": ["cadet"]})).await.problem(409, "account-banned");
}

#[tokio::test]
async fn the_entity_tag_moves_with_every_change_of_standing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (_, mut last) = row(&bot, account::NEWCOMER).await;
    for action in ["ban", "unban", "kick", "restore", "archive", "restore"] {
        let answer = bot.change_standing(account::NEWCOMER, action, json!({})).await;
        assert_ne!(answer.etag(), last, "{action}");
        let stale = bot.with("if-match", &last);
        stale.set_ranks(account::NEWCOMER, json!({"set": []})).await.problem(412, "version-mismatch");
        last = answer.etag().to_owned();
        assert_eq!(row(&bot, account::NEWCOMER).await.1, last);
    }
}

#[tokio::test]
async fn an_account_that_is_not_here_is_not_put_out() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let before = server.written().await;
    for action in ["ban", "unban", "kick", "archive", "restore"] {
        for account in [account::NEIGHBOUR, account::NOBODY] {
            bot.change_standing(account, action, json!({})).await.problem(404, "account-not-found");
        }
        bot.change_standing("1002", action, json!({})).await.problem(400, "invalid-path");
    }
    assert_eq!(server.written().await, before);
    let theirs = server.neighbours_admin().await;
    assert_eq!(row(&theirs, account::NEIGHBOUR).await.0["ranks"], json!([rank::FOREIGN]));
    insta::assert_json_snapshot!(bot.change_standing(account::NEIGHBOUR, "ban", json!({})).await.whole());
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let before = server.written().await;
    for (body, pointer) in [
        (json!({"keepRanks": "yes"}), "/keepRanks"),
        (json!({"reason": 7}), "/reason"),
        (json!({"reason": "ä".repeat(501)}), "/reason"),
        (json!({"reason": "bell\u{7}"}), "/reason"),
        (json!({"userId": 7}), "/userId"),
    ] {
        let answer = bot.change_standing(account::CADET, "ban", body.clone()).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(server.written().await, before);
    let answer = bot.change_standing(account::CADET, "ban", json!({"reason": " "})).await;
    assert_eq!(answer.ok()["data"]["banInfo"], Value::Null, "a reason that cannot be seen is none");
}

#[tokio::test]
async fn who_brings_an_account_back_must_reach_what_it_was() {
    for (out, back, _) in PAIRS {
        let server = Server::start().await;
        let (bot, low) = (server.bot().await, server.bot_below(50).await);
        // The ban takes the rank of power 90, and so the account's power.
        bot.change_standing(account::CHIEF, out, json!({})).await.undo_id();
        low.change_standing(account::CHIEF, back, json!({})).await.problem(403, "insufficient-power");
        bot.change_standing(account::CHIEF, back, json!({})).await.ok();
    }
}
