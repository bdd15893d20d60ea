//! `users` of `POST /v2/community/promotion-flows/trigger`: the ways to name an account, and values that name
//! nobody.

use serde_json::json;

use super::trigger::{force, messages, run, successes};
use crate::kit::{Server, account};

#[tokio::test]
async fn a_user_is_named_by_account_id_number_discord_id_or_name() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    for (user, expected) in [
        (account::CADET, account::CADET),
        (account::CADET.to_uppercase().as_str(), account::CADET),
        (account::CADET.replace('-', "").as_str(), account::CADET),
        ("1002", account::CADET),
        ("001002", account::CADET),
        ("100000000000000002", account::CADET),
        ("discord:100000000000000002", account::CADET),
        ("Ärwin Cadet", account::CADET),
        ("äRWIN cadet", account::CADET),
        (" Ärwin Cadet\n", account::CADET),
        // An account number takes precedence over a Discord id, but not over one that looks like none else.
        ("1003", account::OFFICER),
        ("discord:1003", account::NUMBERED),
    ] {
        let answer = force(&bot, "heal", &[user]).await;
        assert_eq!(answer.ok()["data"][0]["users"], json!([expected]), "{user}");
        assert_eq!(successes(&answer), [true], "{user}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_name_that_nobody_goes_by_is_told_back() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for user in [
        account::NOBODY,
        account::NEIGHBOUR,
        "1",
        "99999999999999999999999999",
        "-1002",
        "1002.0",
        "100000000000000099",
        "discord:100000000000000099",
        // Somebody is called so.
        "555",
        " 555 ",
        "discord:",
        "discord:Officer",
        "Discord:100000000000000002",
        "steam:110000100000002",
        "Offic",
        "%",
        "Neighbour",
        "",
        " ",
        "\u{202e}",
    ] {
        let answer = run(&bot, "up", &[user]).await;
        let result = &answer.ok()["data"][0];
        assert_eq!((&result["succeeded"], &result["users"]), (&json!(false), &json!([user])), "{user:?}");
        assert!(messages(&answer)[0].starts_with("No account of this community goes by"), "{user:?}");
    }
    assert_eq!(server.written().await, written);
    insta::assert_json_snapshot!(run(&bot, "up", &["Neighbour"]).await.whole());
}

#[tokio::test]
async fn somebody_who_is_called_like_an_id_is_promoted_for_nobody_else() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let nobodys = ["100000000000000077", "4711", account::NOBODY];
    for name in nobodys {
        server.rename(account::CADET, name).await;
        let answer = run(&bot, "up", &[name]).await;
        assert_eq!(successes(&answer), [false], "{name}");
        assert!(messages(&answer)[0].starts_with("No account of this community goes by"), "{name}");
    }
    assert_eq!(server.written().await.0, written.0);
    // The Discord id of the officer is the number of nobody, and the name of a cadet.
    server.rename(account::CADET, "100000000000000003").await;
    let answer = run(&bot, "up", &["100000000000000003"]).await;
    assert_eq!(answer.ok()["data"][0]["users"], json!([account::OFFICER]));
}

#[tokio::test]
async fn a_number_that_looks_like_a_discord_id_names_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.renumber(account::CADET, 100_000_000_000_000_077).await;
    assert_eq!(successes(&run(&bot, "up", &["100000000000000077"]).await), [false]);
    server.renumber(account::CADET, 4711).await;
    assert_eq!(successes(&run(&bot, "up", &["4711"]).await), [true]);
}

#[tokio::test]
async fn a_name_that_two_go_by_is_told_back() {
    let server = Server::with_flows().await;
    server.link_discord(account::OFFICER, "100000000000000004").await;
    let bot = server.bot().await;
    let written = server.written().await;
    let answer = run(&bot, "up", &["Twin", "TWIN", "100000000000000004", "discord:100000000000000004"]).await;
    assert_eq!(successes(&answer), [false; 4]);
    assert_eq!(messages(&answer)[0], "2 accounts go by \"Twin\": give the account id.");
    assert_eq!(server.written().await, written);
    force(&bot, "up", &["1011", "a0000000-0000-0000-0000-000000000012"]).await.ok();
    assert_eq!(server.written().await.0, written.0 + 2);
}

#[tokio::test]
async fn a_user_who_is_named_twice_is_promoted_once() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = run(&bot, "up", &["1002", account::CADET]).await;
    assert_eq!(successes(&answer), [true, false]);
    assert_eq!(answer.ok()["meta"]["changes"].as_array().map(Vec::len), Some(1));
    assert!(messages(&answer)[1].contains("does not fit"), "{}", messages(&answer)[1]);
}

#[tokio::test]
async fn a_very_long_name_is_not_told_back_whole_in_the_sentence() {
    let server = Server::start().await;
    let answer = run(&server.bot().await, "up", &[&"ä".repeat(10_000)]).await;
    assert!(messages(&answer)[0].chars().count() < 300);
}
