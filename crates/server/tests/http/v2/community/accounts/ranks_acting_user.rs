//! `userId` of a rank change: the ways to name the person who acts, and values that name nobody.

use serde_json::{Value, json};

use crate::kit::{Server, account};

fn add_cadet(user: impl Into<Value>) -> Value {
    json!({"add": ["cadet"], "userId": user.into()})
}

#[tokio::test]
async fn a_person_is_named_by_account_id_or_discord_id() {
    for (user, expected) in [
        (account::CHIEF, account::CHIEF),
        (account::CHIEF.to_uppercase().as_str(), account::CHIEF),
        ("100000000000000004", account::CHIEF),
        ("discord:100000000000000004", account::CHIEF),
        ("10000000000000005", account::OWNER),
        ("10000000000000000005", account::OWNER),
        ("discord:5", account::OWNER),
    ] {
        let server = Server::start().await;
        if expected == account::OWNER {
            server.link_discord(account::OWNER, user.trim_start_matches("discord:")).await;
        }
        let answer = server.bot().await.set_ranks(account::NEWCOMER, add_cadet(user)).await;
        answer.ok();
        assert_eq!(
            server.change(7).await.actor.map(|id| id.to_string()).as_deref(),
            Some(expected),
            "{user}"
        );
    }
}

#[tokio::test]
async fn a_name_that_nobody_goes_by_is_refused() {
    let server = Server::start().await;
    server.link_discord(account::OWNER, "5").await;
    let bot = server.bot().await;
    let written = server.written().await;
    for user in [
        account::NOBODY,
        account::NEIGHBOUR,
        "100000000000000099",
        "discord:100000000000000099",
        "100000000000000000",
        "5",
        "1000000000000004",
        "100000000000000000004",
        "discord:",
        "discord: 100000000000000004",
        "Discord:100000000000000004",
        "steam:110000100000002",
        "Chief",
        "",
        " ",
    ] {
        let answer = bot.set_ranks(account::NEWCOMER, add_cadet(user)).await;
        assert_eq!(answer.body["type"], "/problems/unknown-user", "{user:?}");
        assert_eq!(answer.problem(422, "unknown-user")["errors"], json!([{"pointer": "/userId"}]));
    }
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([]));
}

#[tokio::test]
async fn a_person_of_the_neighbours_is_nobody_here() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let foreign = bot.set_ranks(account::NEWCOMER, add_cadet(account::NEIGHBOUR)).await;
    let unknown = bot.set_ranks(account::NEWCOMER, add_cadet(account::NOBODY)).await;
    let text = unknown.problem(422, "unknown-user").to_string().replace(account::NOBODY, account::NEIGHBOUR);
    assert_eq!(foreign.problem(422, "unknown-user").to_string(), text);
    insta::assert_json_snapshot!(foreign.whole());
}

#[tokio::test]
async fn a_discord_id_that_two_accounts_are_linked_to_names_neither() {
    let server = Server::start().await;
    server.link_discord(account::OFFICER, "100000000000000004").await;
    let bot = server.bot().await;
    let written = server.written().await;
    let answer = bot.set_ranks(account::NEWCOMER, add_cadet("100000000000000004")).await;
    answer.problem(422, "unknown-user");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    bot.set_ranks(account::NEWCOMER, add_cadet(account::CHIEF)).await.ok();
}

#[tokio::test]
async fn a_name_that_cannot_be_one_is_refused_with_the_ways_there_are() {
    let server = Server::start().await;
    let answer = server.bot().await.set_ranks(account::NEWCOMER, add_cadet("Chief")).await;
    answer.problem(422, "unknown-user");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_number_is_not_a_name() {
    let server = Server::start().await;
    let answer =
        server.bot().await.set_ranks(account::NEWCOMER, add_cadet(100_000_000_000_000_004_u64)).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/userId");
}
