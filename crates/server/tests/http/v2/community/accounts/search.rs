//! `GET /v2/community/accounts/search`: how clients find the account of somebody they know by another name.

use serde_json::{Value, json};

use crate::kit::{Answer, Server, account, rank};

/// Returns the accounts that were found.
#[track_caller]
fn found(answer: &Answer) -> Vec<&str> {
    let items = answer.ok()["data"]["items"].as_array().expect("a list");
    items.iter().map(|item| item["accId"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn a_bot_finds_an_account_by_name_and_sees_its_ranks() {
    let server = Server::start().await;
    let answer = server.bot().await.get("/v2/community/accounts/search?username=Officer").await;
    assert_eq!(answer.ok()["data"]["items"][0]["ranks"], json!([rank::OFFICER, rank::MEDIC]));
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_bot_finds_an_account_by_whatever_it_knows_of_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for query in [
        format!("accountId={}", account::CADET).as_str(),
        format!("accId={}", account::CADET).as_str(),
        format!("accId={}", account::CADET.to_uppercase()).as_str(),
        format!("accId={0}&accountId={0}", account::CADET).as_str(),
        "username=%C3%84rwin+Cadet",
        "username=%C3%A4RWIN%20cadet",
        "discord=100000000000000002",
        "uniqueId=1002",
        "apiId=discord:100000000000000002",
        "apiId=100000000000000002",
        "apiId=LEGACY-7",
        "username=&uniqueId=1002&discord=",
        "username=%C3%A4rwin%20cadet&discord=100000000000000002&uniqueId=1002&apiId=LEGACY-7",
    ] {
        let answer = bot.get(&format!("/v2/community/accounts/search?{query}")).await;
        assert_eq!(found(&answer), [account::CADET], "{query}");
        assert_eq!(answer.ok()["data"]["total"], 1, "{query}");
    }
}

#[tokio::test]
async fn a_search_that_finds_nobody_answers_an_empty_list() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for query in [
        "username=Offic",
        "username=Officer&uniqueId=1002",
        "username=%25",
        "username=Neighbour",
        "discord=100000000000000099",
        "apiId=roblox:100000000000000002",
        "apiId=legacy-7",
        "uniqueId=0",
        "uniqueId=9223372036854775807",
        format!("accountId={}", account::NEIGHBOUR).as_str(),
    ] {
        let answer = bot.get(&format!("/v2/community/accounts/search?{query}")).await;
        assert_eq!(answer.ok()["data"], json!({"items": [], "total": 0}), "{query}");
    }
}

#[tokio::test]
async fn digits_find_nobody_by_name() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (legacy, _) = server.legacy().await;
    for name in ["100000000000000003", "1003", "42"] {
        server.rename(account::CADET, name).await;
        for query in [format!("username={name}"), format!("username={name}&accId={}", account::CADET)] {
            let answer = bot.get(&format!("/v2/community/accounts/search?{query}")).await;
            assert_eq!(answer.ok()["data"], json!({"items": [], "total": 0}), "{query}");
        }
        let refusal = legacy.call("GET_COM_ACCOUNT", json!([{"username": name}])).await;
        let text = "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY";
        assert_eq!(refusal.legacy_refusal(400), text, "{name}");
    }
    let found = bot.get("/v2/community/accounts/search?discord=100000000000000003").await;
    assert_eq!(found.ok()["data"]["items"][0]["accId"], account::OFFICER);
}

#[tokio::test]
async fn an_id_with_a_type_finds_no_identifier_of_another_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (legacy, _) = server.legacy().await;
    let path = |account: &str| format!("/v2/community/accounts/{account}/identifiers");
    let register = async |account: &str, kind: &str, value: &str| {
        let body = json!({"identifiers": [{"type": kind, "value": value}]});
        bot.post(&path(account), body).await.ok();
    };
    register(account::CHIEF, "steam", "110000100000009").await;
    for (kind, value) in [("x", "steam:110000100000009"), ("y", "discord:100000000000000004")] {
        register(account::CADET, kind, value).await;
    }
    for (id, expected) in [
        ("steam:110000100000009", account::CHIEF),
        ("steam:76561197960265737", account::CHIEF),
        ("110000100000009", account::CHIEF),
        ("discord:100000000000000004", account::CHIEF),
        ("100000000000000004", account::CHIEF),
        ("x:steam:110000100000009", account::CADET),
    ] {
        let answer = bot.get(&format!("/v2/community/accounts/search?apiId={id}")).await;
        assert_eq!(found(&answer), [expected], "{id}");
        let answer = legacy.call("GET_COM_ACCOUNT", json!([{"apiId": id}])).await;
        assert_eq!(answer.legacy_json()["accId"], expected, "{id}");
    }
}

#[tokio::test]
async fn the_same_number_finds_another_account_for_the_neighbours() {
    let server = Server::start().await;
    let answer = server.neighbours_bot().await.get("/v2/community/accounts/search?uniqueId=1001").await;
    assert_eq!(found(&answer), [account::NEIGHBOUR]);
}

#[tokio::test]
async fn a_search_that_names_nobody_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for query in ["", "?", "?username=", "?name=Officer", "?skip=0&take=5"] {
        bot.get(&format!("/v2/community/accounts/search{query}")).await.problem(400, "invalid-query");
    }
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts/search").await.whole());
}

#[tokio::test]
async fn a_selector_of_another_shape_is_named() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let errors = |name: &str, value: &str| -> Value { json!([{"parameter": name, "value": value}]) };
    for (name, value) in [
        ("accountId", "1002"),
        ("accId", "me"),
        ("uniqueId", "first"),
        ("uniqueId", "-1"),
        ("uniqueId", "9223372036854775808"),
    ] {
        let answer = bot.get(&format!("/v2/community/accounts/search?{name}={value}")).await;
        assert_eq!(answer.problem(400, "invalid-query")["errors"], errors(name, value));
    }
}

#[tokio::test]
async fn a_search_that_contradicts_itself_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let two = format!("accountId={}&accId={}", account::CADET, account::OFFICER);
    for query in [two.as_str(), "username=Officer&username=Chief"] {
        bot.get(&format!("/v2/community/accounts/search?{query}")).await.problem(400, "invalid-query");
    }
}
