//! `POST /v2/community/accounts`: accounts are made without ranks. Set Account Ranks gives them ranks.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

/// The highest number that an account may have.
const HIGHEST: i64 = 999_999_999_999;

/// Returns the names of all accounts of the community, and how much is recorded there.
async fn all_of(server: &Server, actor: &Actor) -> (Value, (i64, usize)) {
    let accounts = actor.get("/v2/community/accounts?take=100").await.ok()["data"].clone();
    (accounts, server.written().await)
}

#[tokio::test]
async fn an_administrator_makes_an_account_of_nothing_but_a_name() {
    let server = Server::start().await;
    let admin = server.bot_with("accounts:write", |_| {}).await;
    let answer = admin.create_account(json!({"name": "Nëw Recruit"})).await;
    insta::assert_json_snapshot!(answer.whole());
    let id = answer.ok()["data"]["accId"].as_str().expect("an id");
    assert_eq!(server.events().await, [json!({"topic": "account.created", "account": id, "change": null})]);
    let read = server.bot().await.get(&format!("/v2/community/accounts/{id}")).await;
    assert_eq!(read.etag(), answer.etag());
    assert_eq!(read.ok()["data"]["accName"], "Nëw Recruit");
}

#[tokio::test]
async fn nobody_is_made_with_a_name_of_digits_only() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = all_of(&server, &admin).await;
    for name in ["100000000000000001", "1001", " 7 "] {
        let refused = admin.create_account(json!({"name": name})).await;
        let problem = refused.problem(400, "invalid-body");
        assert_eq!(problem["errors"][0]["pointer"], "/name", "{name}");
        assert!(
            problem["detail"].as_str().is_some_and(|detail| detail.contains("add a letter")),
            "{problem}"
        );
    }
    assert_eq!(all_of(&server, &admin).await, before);
}

#[tokio::test]
async fn an_administrator_makes_an_account_with_an_id_a_number_and_identifiers() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({
        "name": "Recruit",
        "accId": account::NOBODY,
        "uniqueId": 77,
        "identifiers": [
            {"type": "Discord", "value": " discord:100000000000000077 "},
            {"type": "roblox", "value": "4242"},
            {"type": "steam", "value": "76561197960265805"},
            {"type": "badge", "value": "B-7"},
        ],
    });
    let answer = admin.create_account(body).await;
    insta::assert_json_snapshot!(answer.whole());
    let told = json!({"topic": "account.created", "account": account::NOBODY, "change": null});
    assert_eq!(server.events().await, [told]);
}

#[tokio::test]
async fn an_account_that_was_made_gets_ranks_and_loses_them_by_an_undo() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.create_account(json!({"name": "Recruit", "accId": account::NOBODY})).await;
    let bot = server.bot().await;
    let seen = bot.with("if-match", answer.etag());
    let undo_id = seen.change_ranks(account::NOBODY, json!({"add": ["cadet"]})).await;
    let row = &bot.get(&format!("/v2/community/accounts/{}", account::NOBODY)).await.ok()["data"].clone();
    assert_eq!((&row["ranks"], &row["comStatus"]), (&json!([rank::CADET]), &json!(true)));
    bot.undo(undo_id, json!({})).await.ok();
    assert_eq!(bot.ranks_of(account::NOBODY).await, json!([]));
}

#[tokio::test]
async fn an_account_that_was_made_is_found_and_named_by_its_discord_id() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let identifiers = json!([{"type": "discord", "value": "100000000000000077"}]);
    let body = json!({"name": "Recruit", "accId": account::NOBODY, "identifiers": identifiers});
    admin.create_account(body).await.ok();
    let found = admin.get("/v2/community/accounts/search?discord=100000000000000077").await;
    assert_eq!(found.ok()["data"]["items"][0]["accId"], account::NOBODY);
    admin.change_ranks(account::NOBODY, json!({"add": ["medic"]})).await;
    let body = json!({"add": ["cadet"], "userId": "100000000000000077"});
    admin.set_ranks(account::NEWCOMER, body).await.ok();
    let actor = server.change(8).await.actor.map(|id| id.to_string());
    assert_eq!(actor.as_deref(), Some(account::NOBODY));
}

#[tokio::test]
async fn an_account_without_a_number_gets_the_one_after_the_highest() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (given, expected, custom) in [
        (None, 1009, false),
        (Some(5000), 5000, true),
        (None, 5001, false),
        (Some(7), 7, true),
        (None, 5002, false),
    ] {
        let answer = admin.create_account(json!({"name": "Recruit", "uniqueId": given})).await;
        let data = &answer.ok()["data"];
        assert_eq!((&data["uniqueId"], &data["customUniqueId"]), (&json!(expected), &json!(custom)));
    }
}

#[tokio::test]
async fn accounts_that_are_made_at_once_get_different_numbers() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let requests = (0..6).map(|_| admin.create_account(json!({"name": "Recruit"})));
    let answers = server.together(requests).await;
    let numbers: Vec<_> = answers.iter().map(|answer| answer.ok()["data"]["uniqueId"].clone()).collect();
    assert_eq!(numbers, [1009, 1010, 1011, 1012, 1013, 1014]);
}

#[tokio::test]
async fn after_the_highest_number_that_can_be_chosen_there_are_more() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let too_high = admin.create_account(json!({"name": "Beyond", "uniqueId": HIGHEST + 1})).await;
    too_high.problem(400, "invalid-body");
    admin.create_account(json!({"name": "Last", "uniqueId": HIGHEST})).await.ok();
    let next = admin.create_account(json!({"name": "After all"})).await;
    assert_eq!(next.ok()["data"]["uniqueId"], HIGHEST + 1);
}

#[tokio::test]
async fn an_id_or_number_that_is_taken_makes_no_account() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = all_of(&server, &admin).await;
    let identifiers = json!([{"type": "discord", "value": "100000000000000077"}]);
    let answer = admin
        .create_account(json!({"name": "Double", "accId": account::CADET, "identifiers": identifiers}))
        .await;
    assert_eq!(answer.problem(409, "already-taken")["errors"], json!([{"pointer": "/accId"}]));
    insta::assert_json_snapshot!(answer.whole());
    let answer =
        admin.create_account(json!({"name": "Double", "uniqueId": 1002, "identifiers": identifiers})).await;
    assert_eq!(answer.problem(409, "already-taken")["errors"], json!([{"pointer": "/uniqueId"}]));
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(all_of(&server, &admin).await, before);
}

#[tokio::test]
async fn of_two_requests_for_one_number_at_once_the_first_gets_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let requests = ["First", "Second"].map(|name| admin.create_account(json!({"name": name, "uniqueId": 7})));
    let answers = server.together(requests).await;
    answers[0].ok();
    answers[1].problem(409, "already-taken");
}

#[tokio::test]
async fn identifiers_of_others_are_all_named_and_make_no_account() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = all_of(&server, &admin).await;
    let identifiers = json!([
        {"type": "discord", "value": "100000000000000003"},
        {"type": "badge", "value": "B-7"},
        {"type": "discord", "value": "100000000000000004"},
    ]);
    let body = json!({"name": "Double", "accId": account::NOBODY, "identifiers": identifiers});
    let answer = admin.create_account(body).await;
    answer.problem(409, "identifier-taken");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(all_of(&server, &admin).await, before);
    let found = admin.get("/v2/community/accounts/search?apiId=badge:B-7").await;
    assert_eq!(found.ok()["data"]["total"], 0);
}

#[tokio::test]
async fn an_identifier_that_nobody_has_proven_is_free() {
    let server = Server::start().await;
    let identifiers = json!([{"type": "steam", "value": "110000100000002"}]);
    let body = json!({"name": "Recruit", "identifiers": identifiers});
    let answer = server.admin().await.create_account(body).await;
    assert_eq!(answer.ok()["data"]["activeApiIds"], json!(["steam:110000100000002"]));
}

#[tokio::test]
async fn an_identifier_that_is_given_twice_is_kept_once_and_counted_twice() {
    let server = Server::start().await;
    let identifiers = json!([{"type": "badge", "value": "B-7"}, {"type": "BADGE", "value": "badge:B-7"}]);
    let body = json!({"name": "Recruit", "identifiers": identifiers});
    let answer = server.admin().await.create_account(body).await;
    let kept = answer.ok()["data"]["identifiers"]["idents"].as_array().expect("identifiers");
    assert_eq!((kept.len(), &kept[0]["refCount"]), (1, &json!(2)));
}

#[tokio::test]
async fn what_the_neighbours_have_is_free_here() {
    let server = Server::start().await;
    let theirs = server.neighbours_admin().await;
    let path = format!("/v2/community/accounts/{}", account::NEIGHBOUR);
    let before = theirs.get(&path).await.ok()["data"].clone();
    let identifiers = json!([{"type": "discord", "value": "100000000000000099"}]);
    let body = json!({"name": "Namesake", "accId": account::NEIGHBOUR, "identifiers": identifiers});
    let ours = server.admin().await;
    ours.create_account(body).await.ok();
    ours.set_ranks(account::NEIGHBOUR, json!({"add": ["cadet"]})).await.ok();
    assert_eq!(theirs.get(&path).await.ok()["data"], before);
}

#[tokio::test]
async fn a_body_that_is_no_account_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = all_of(&server, &admin).await;
    let many: Vec<_> = (0..101).map(|value| json!({"type": "badge", "value": value.to_string()})).collect();
    for (body, pointer) in [
        (json!({}), ""),
        (json!({"name": null}), "/name"),
        (json!({"name": ""}), "/name"),
        (json!({"name": " \u{a0}"}), "/name"),
        (json!({"name": "two\nlines"}), "/name"),
        (json!({"name": "turned\u{202e}round"}), "/name"),
        (json!({"name": "ä".repeat(129)}), "/name"),
        (json!({"name": "A", "accId": "me"}), "/accId"),
        (json!({"name": "A", "uniqueId": 0}), "/uniqueId"),
        (json!({"name": "A", "uniqueId": -1}), "/uniqueId"),
        (json!({"name": "A", "uniqueId": HIGHEST + 1}), "/uniqueId"),
        (json!({"name": "A", "uniqueId": 1.5}), "/uniqueId"),
        (json!({"name": "A", "uniqueId": "7"}), "/uniqueId"),
        (json!({"name": "A", "identifiers": {}}), "/identifiers"),
        (json!({"name": "A", "identifiers": many}), "/identifiers"),
        (json!({"name": "A", "identifiers": [{"type": "discord"}]}), "/identifiers/0"),
        (json!({"name": "A", "identifiers": [{"type": "discord", "value": "me"}]}), "/identifiers/0"),
        (
            json!({"name": "A", "identifiers": [{"type": "a", "value": "b"}, {"type": "a b", "value": "c"}]}),
            "/identifiers/1",
        ),
    ] {
        let answer = admin.create_account(body.clone()).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(all_of(&server, &admin).await, before);
    admin.create_account(json!({"name": "ä".repeat(128)})).await.ok();
}
