//! `GET` and `PATCH /v2/community/accounts/{accountId}/ranks`: the answer to a change, and its effect.

use rankledger_domain::ids::AccountId;
use rankledger_storage::accounts::Profile;
use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/ranks")
}

#[tokio::test]
async fn a_bot_adds_a_rank_and_sees_the_whole_row() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
}

#[tokio::test]
async fn a_game_server_takes_away_ranks_that_are_not_there_any_more() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let old = "0dd00000-0000-0000-0000-000000000001";
    let body = json!({"add": ["officer"], "remove": [old, "cadet", rank::FOREIGN, old]});
    let dry = json!({"add": ["officer"], "remove": [old, "cadet", rank::FOREIGN, old], "dryRun": true});
    for body in [dry, body] {
        let answer = bot.set_ranks(account::CADET, body).await;
        assert_eq!(answer.ok()["meta"]["ignored"], json!([old, rank::FOREIGN]));
        assert_eq!(answer.ok()["data"]["ranks"], json!([rank::OFFICER]));
    }
    let nothing = bot.set_ranks(account::CADET, json!({"remove": [old]})).await;
    assert_eq!(
        (&nothing.ok()["meta"]["undoId"], &nothing.ok()["meta"]["ignored"]),
        (&Value::Null, &json!([old]))
    );
    let usual = bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    assert!(usual.ok()["meta"].get("ignored").is_none());
}

#[tokio::test]
async fn a_bot_reads_the_ranks_of_an_account() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(&path(account::OFFICER)).await.whole());
}

#[tokio::test]
async fn a_reader_is_told_that_an_account_is_not_there() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::NOBODY, account::NEIGHBOUR] {
        bot.get(&path(account)).await.problem(404, "account-not-found");
    }
}

#[tokio::test]
async fn a_change_that_changes_nothing_answers_the_row_and_is_not_recorded() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let etag = bot.get(&path(account::OFFICER)).await.etag().to_owned();
    let written = server.written().await;
    let answer = bot.set_ranks(account::OFFICER, json!({"add": ["officer", rank::MEDIC]})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(answer.etag(), etag);
    for body in [
        json!({"set": ["medic", "officer"]}),
        json!({"add": []}),
        json!({"remove": ["cadet", "explorer"]}),
        json!({"add": ["cadet"], "remove": ["cadet"]}),
        json!({"active": true}),
    ] {
        let answer = bot.set_ranks(account::OFFICER, body).await;
        assert_eq!(answer.etag(), etag);
        assert_eq!(answer.ok()["meta"]["undoId"], Value::Null);
        assert_eq!(answer.ok()["meta"]["changeNumber"], Value::Null);
        assert_eq!(answer.header("rankledger-undo-id"), None);
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn every_change_has_the_next_number_and_the_next_etag() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (last, events) = server.written().await;
    let mut etag = bot.get(&path(account::NEWCOMER)).await.etag().to_owned();
    for (number, key) in (last + 1..).zip(["cadet", "officer", "medic"]) {
        let answer = bot.set_ranks(account::NEWCOMER, json!({"add": [key]})).await;
        assert_eq!(answer.ok()["meta"]["changeNumber"], number);
        assert_eq!(server.change(number).await.undo_id.to_string(), answer.undo_id());
        assert_ne!(answer.etag(), etag);
        etag = answer.etag().to_owned();
        assert_eq!(bot.get(&path(account::NEWCOMER)).await.etag(), etag);
    }
    assert_eq!(server.written().await, (last + 3, events + 3));
}

/// Sends `body` to set the ranks of `account`, and checks the ranks that it holds afterwards.
async fn assert_leads_to(account: &str, body: Value, expected: Value) {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.set_ranks(account, body.clone()).await;
    assert_eq!(*answer.ranks(), expected, "{body}");
    assert_eq!(bot.ranks_of(account).await, expected, "{body}");
}

#[tokio::test]
async fn new_ranks_are_appended_in_the_order_given() {
    let expected = json!([rank::MEDIC, rank::CADET, rank::OFFICER]);
    assert_leads_to(account::NEWCOMER, json!({"add": ["medic", "cadet", "officer"]}), expected).await;
}

#[tokio::test]
async fn a_rank_that_is_named_twice_or_held_already_is_collapsed() {
    let body = json!({"add": ["officer", "cadet", rank::CADET, "cadet"]});
    assert_leads_to(account::OFFICER, body, json!([rank::OFFICER, rank::MEDIC, rank::CADET])).await;
}

#[tokio::test]
async fn a_set_never_reorders_what_is_held() {
    let body = json!({"set": ["cadet", "medic", "officer"]});
    assert_leads_to(account::OFFICER, body, json!([rank::OFFICER, rank::MEDIC, rank::CADET])).await;
}

#[tokio::test]
async fn a_set_takes_away_what_it_does_not_name() {
    assert_leads_to(account::OFFICER, json!({"set": ["medic"]}), json!([rank::MEDIC])).await;
}

#[tokio::test]
async fn set_add_and_remove_work_together() {
    let body = json!({"set": ["cadet", "officer"], "add": ["chief"], "remove": ["officer"]});
    assert_leads_to(account::OFFICER, body, json!([rank::CADET, rank::CHIEF])).await;
}

#[tokio::test]
async fn add_joins_the_ranks_that_are_held_and_remove_wins() {
    let body = json!({"add": ["cadet", "chief"], "remove": ["chief", "officer"]});
    assert_leads_to(account::OFFICER, body, json!([rank::MEDIC, rank::CADET])).await;
}

#[tokio::test]
async fn remove_wins_over_set() {
    let body = json!({"set": ["cadet", "medic"], "remove": [rank::CADET]});
    assert_leads_to(account::CADET, body, json!([rank::MEDIC])).await;
}

#[tokio::test]
async fn keys_and_uuids_in_any_spelling_mix() {
    let body = json!({"add": [rank::MEDIC.to_uppercase(), "cadet", rank::OFFICER.replace('-', "")]});
    assert_leads_to(account::NEWCOMER, body, json!([rank::MEDIC, rank::CADET, rank::OFFICER])).await;
}

#[tokio::test]
async fn an_empty_set_strips_all_ranks_and_the_status() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.set_ranks(account::OFFICER, json!({"set": []})).await;
    assert_eq!(*answer.ranks(), json!([]));
    assert_eq!(answer.ok()["data"]["comStatus"], false);
}

#[tokio::test]
async fn the_status_follows_the_ranks_unless_it_is_asked_for() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (body, status) in [
        (json!({"add": ["cadet"]}), true),
        (json!({"remove": ["cadet"]}), false),
        (json!({"add": ["cadet"], "active": false}), false),
        (json!({"add": ["cadet"]}), false),
        (json!({"add": ["officer"]}), true),
        (json!({"active": false}), false),
        (json!({"remove": ["officer"]}), true),
        (json!({"set": [], "active": true}), true),
        (json!({"remove": ["cadet"]}), true),
    ] {
        let answer = bot.set_ranks(account::NEWCOMER, body.clone()).await;
        assert_eq!(answer.ok()["data"]["comStatus"], status, "{body}");
    }
}

#[tokio::test]
async fn a_status_alone_is_a_change_too() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.set_ranks(account::OFFICER, json!({"active": false})).await;
    assert_eq!(answer.ok()["data"]["comStatus"], false);
    assert_eq!(*answer.ranks(), json!([rank::OFFICER, rank::MEDIC]));
    assert_eq!(server.change(7).await.undo_id.to_string(), answer.undo_id());
}

#[tokio::test]
async fn members_that_are_null_are_as_good_as_absent() {
    let body = json!({
        "accId": null, "apiId": null, "username": null, "discord": null, "uniqueId": null, "userId": null,
        "set": null, "add": ["officer"], "remove": null, "active": null, "reason": null,
    });
    assert_leads_to(account::CADET, body, json!([rank::CADET, rank::OFFICER])).await;
}

#[tokio::test]
async fn members_that_nobody_knows_are_ignored() {
    let body = json!({
        "accId": account::CADET.to_uppercase(), "apiId": "discord:1", "username": ["no", "name"], "discord": 7,
        "uniqueId": {"not": "a number"}, "setRanks": ["chief"], "add": ["officer"],
    });
    assert_leads_to(account::CADET, body, json!([rank::CADET, rank::OFFICER])).await;
}

#[tokio::test]
async fn a_retired_rank_may_stay_where_it_is_held() {
    let body = json!({"set": ["cadet", "explorer"], "add": [rank::EXPLORER]});
    assert_leads_to(account::EXPLORER, body, json!([rank::EXPLORER, rank::CADET])).await;
}

#[tokio::test]
async fn a_retired_rank_is_taken_away_like_any_other() {
    assert_leads_to(account::EXPLORER, json!({"remove": ["explorer"]}), json!([])).await;
}

#[tokio::test]
async fn ranks_are_taken_from_a_banned_account() {
    let body = json!({"remove": ["cadet"], "active": false});
    assert_leads_to(account::BANNED, body, json!([])).await;
}

#[tokio::test]
async fn ranks_are_taken_from_an_archived_account() {
    assert_leads_to(account::ARCHIVED, json!({"set": []}), json!([])).await;
}

#[tokio::test]
async fn what_a_banned_account_has_already_is_no_gain() {
    assert_leads_to(account::BANNED, json!({"add": ["cadet"], "active": true}), json!([rank::CADET])).await;
}

#[tokio::test]
async fn the_ledger_keeps_the_credential_and_the_reason() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"], "reason": "Passed the examination"})).await.ok();
    let change = server.change(7).await;
    assert_eq!(change.reason.as_deref(), Some("Passed the examination"));
    assert!(change.credential.is_some());
    assert_eq!(change.actor, None);
    assert_eq!(change.at, server.now());
}

#[tokio::test]
async fn a_change_shows_the_row_as_it_is_now_however_often_it_was_seen_before() {
    let server = Server::start().await;
    let (bot, club) = (server.bot().await, server.community("club").await);
    let account_path = format!("/v2/community/accounts/{}", account::CADET);
    let seen = bot.get(&account_path).await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();

    // The write goes to the storage directly, as another process would write to the same database.
    let mut tx = server.storage.begin().await.expect("a transaction");
    let id = AccountId(account::CADET.parse().expect("a UUID"));
    let row = tx.snapshot(club, id).await.expect("a look-up").expect("the cadet");
    let profile =
        Profile { name: "Renamed".to_owned(), bio: Some("New".to_owned()), ..row.details.profile.clone() };
    tx.update_profile(club, &profile).await.expect("an update");
    tx.commit().await.expect("a commit");

    let changed = bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    let data = &changed.ok()["data"];
    assert_eq!((&data["accName"], &data["bio"]), (&json!("Renamed"), &json!("New")));
    assert_eq!(data["ranks"], json!([rank::CADET]));
    let read = bot.get(&account_path).await;
    assert_eq!(read.ok()["data"]["accName"], "Renamed");
    assert_eq!(read.ok()["data"]["ranks"], seen.ok()["data"]["ranks"]);
    assert_eq!(read.header("etag"), changed.header("etag"));
}
