//! `PATCH /v2/community/accounts/{accountId}/name`: the names that an account may have.

use serde_json::json;

use crate::kit::{Actor, Answer, Server, account};

async fn rename(actor: &Actor, account: &str, name: &str) -> Answer {
    actor.patch(&format!("/v2/community/accounts/{account}/name"), json!({"newName": name})).await
}

async fn name_of(actor: &Actor, account: &str) -> String {
    let answer = actor.get(&format!("/v2/community/accounts/{account}")).await;
    answer.ok()["data"]["accName"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn a_bot_renames_an_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(rename(&bot, account::CADET, "Arwin Officer").await.whole());
    assert_eq!(name_of(&bot, account::CADET).await, "Arwin Officer");
    let found = bot.get("/v2/community/accounts/search?username=ARWIN+officer").await;
    assert_eq!(found.ok()["data"]["items"][0]["accId"], account::CADET);
    let gone = bot.get("/v2/community/accounts/search?username=%C3%84rwin+Cadet").await;
    assert_eq!(gone.ok()["data"]["total"], 0);
    assert_eq!(
        server.events().await,
        [json!({"topic": "account.renamed", "account": account::CADET, "change": null})]
    );
}

#[tokio::test]
async fn a_name_is_kept_as_it_was_sent() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let longest = "\u{1f46e}".repeat(128);
    for name in [
        "x",
        " spaces  around ",
        "Zoë",
        "ﬁ",
        "李小龍",
        "علي",
        "שלום",
        "👩‍👩‍👧‍👦",
        "a\u{200b}b",
        "Robert'); DROP TABLE accounts;--",
        "<b>bold</b> & \"quoted\" \\ %00 %s {0}",
        "555a",
        account::OFFICER,
        &longest,
    ] {
        let answer = rename(&bot, account::CADET, name).await;
        assert_eq!(answer.ok()["data"], format!("New Community Name ({}): {name}", account::CADET));
        assert_eq!(name_of(&bot, account::CADET).await, name);
    }
}

#[tokio::test]
async fn a_name_of_digits_only_is_refused_and_whoever_has_one_keeps_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (legacy, _) = server.legacy().await;
    server.rename(account::CADET, "555").await;
    let written = server.written().await;
    for name in ["555", "100000000000000003", " 42 ", "1"] {
        let answer = rename(&bot, account::CADET, name).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/newName", "{name}");
        let object = json!({"accId": account::CADET, "newName": name});
        let refusal = legacy.call("SET_ACCOUNT_NAME", json!([object])).await;
        assert!(refusal.legacy_refusal(400).contains("add a letter"), "{name}");
    }
    assert_eq!(server.written().await, written);
    assert_eq!(name_of(&bot, account::CADET).await, "555");
    insta::assert_json_snapshot!(rename(&bot, account::CADET, "555").await.whole());
}

#[tokio::test]
async fn a_name_that_is_the_same_already_changes_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let etag = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await.etag().to_owned();
    rename(&bot, account::CADET, "Ärwin Cadet").await.ok();
    assert_eq!(server.written().await, written);
    assert_eq!(bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await.etag(), etag);
    // A name of the same letters is the same, however its accents are composed.
    let again = rename(&bot, account::CADET, "A\u{308}rwin Cadet").await;
    assert!(again.ok()["data"].as_str().is_some_and(|text| text.ends_with(": Ärwin Cadet")));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_name_that_two_bear_is_no_hindrance() {
    let server = Server::start().await;
    let bot = server.bot().await;
    rename(&bot, account::CADET, "Officer").await.ok();
    let found = bot.get("/v2/community/accounts/search?username=officer").await;
    assert_eq!(found.ok()["data"]["total"], 2);
}

#[tokio::test]
async fn a_name_that_cannot_be_shown_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for name in [
        "",
        " ",
        "\u{a0}\u{3000}",
        "\u{200b}",
        "\u{2060}\u{feff}\u{ad}",
        "a\nb",
        "tab\tbed",
        "a\u{0}b",
        "\u{1b}[31mred",
        "a\u{7f}",
        "a\u{85}b",
        "a\u{202a}b",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{2069}b",
        &"x".repeat(129),
        &"\u{1f46e}".repeat(129),
    ] {
        let answer = rename(&bot, account::CADET, name).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/newName", "{name:?}: {}", answer.body);
        answer.problem(400, "invalid-body");
    }
    assert_eq!(server.written().await, written);
    assert_eq!(name_of(&bot, account::CADET).await, "Ärwin Cadet");
    insta::assert_json_snapshot!(rename(&bot, account::CADET, "a\u{202e}b").await.whole());
}

#[tokio::test]
async fn an_account_that_is_banned_or_archived_is_renamed_like_any_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::BANNED, account::ARCHIVED, account::OWNER] {
        rename(&bot, account, "Somebody").await.ok();
        assert_eq!(name_of(&bot, account).await, "Somebody");
    }
}

#[tokio::test]
async fn an_account_of_the_neighbours_is_not_renamed() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::NOBODY, account::NEIGHBOUR] {
        rename(&bot, account, "Somebody").await.problem(404, "account-not-found");
    }
    assert_eq!(name_of(&server.neighbours_bot().await, account::NEIGHBOUR).await, "Neighbour");
}
