//! `GET /v2/community/flags` and `POST /v2/community/flags/{flagId}/dismiss`: accounts with the same address
//! or computer.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

async fn register(actor: &Actor, account: &str, kind: &str, value: &str) -> Answer {
    let path = format!("/v2/community/accounts/{account}/identifiers");
    actor.post(&path, json!({"identifiers": [{"type": kind, "value": value}]})).await
}

async fn dismiss(actor: &Actor, flag: &Value, body: Value) -> Answer {
    let flag = flag.as_str().expect("an id");
    actor.post(&format!("/v2/community/flags/{flag}/dismiss"), body).await
}

async fn list(actor: &Actor, query: &str) -> Value {
    actor.get(&format!("/v2/community/flags{query}")).await.ok()["data"].clone()
}

/// Returns the flag on the one identifier of an account that has one of this value.
async fn flag_of(actor: &Actor, account: &str, value: &str) -> Value {
    let all = actor.get(&format!("/v2/community/accounts/{account}/identifiers")).await;
    let all = all.ok()["data"].as_array().expect("a list").clone();
    all.iter().find(|identifier| identifier["value"] == value).expect("it has the value")["flagId"].clone()
}

fn accounts(flag: &Value) -> Vec<&str> {
    let accounts = flag["accounts"].as_array().expect("accounts");
    accounts.iter().map(|account| account["accId"].as_str().expect("an id")).collect()
}

const IP: &str = "192.0.2.77";

#[tokio::test]
async fn both_accounts_are_flagged_and_an_administrator_dismisses_that() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    register(&bot, account::NEWCOMER, "ip", IP).await.ok();
    assert_eq!(flag_of(&bot, account::NEWCOMER, IP).await, Value::Null);
    let second = register(&bot, account::OFFICER, "ip", IP).await;
    let flag = second.ok()["meta"]["identifiers"][0]["flagId"].clone();
    for both in [account::NEWCOMER, account::OFFICER] {
        assert_eq!(flag_of(&bot, both, IP).await, flag);
    }
    let shown = bot.get(&format!("/v2/community/flags?accountId={}", account::OFFICER)).await;
    insta::assert_json_snapshot!("open", shown.whole());

    dismiss(&bot, &flag, json!({})).await.problem(403, "missing-scope");
    let body = json!({"userId": "100000000000000004", "reason": "Brother and sister"});
    let dismissed = dismiss(&admin, &flag, body).await;
    insta::assert_json_snapshot!("dismissed", dismissed.whole());
    for both in [account::NEWCOMER, account::OFFICER] {
        assert_eq!(flag_of(&bot, both, IP).await, Value::Null);
    }
    assert_eq!(list(&bot, &format!("?dismissed=false&accountId={}", account::OFFICER)).await["total"], 0);
    let again = dismiss(&admin, &flag, json!({"reason": "Once more"})).await;
    assert_eq!(again.ok()["data"]["dismissed"]["reason"], "Brother and sister", "it stays as it is");
}

#[tokio::test]
async fn a_dismissed_flag_does_not_come_back_for_the_same_accounts() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    register(&bot, account::NEWCOMER, "hwid", "pc").await.ok();
    let second = register(&bot, account::OFFICER, "hwid", "pc").await;
    let first_flag = second.ok()["meta"]["identifiers"][0]["flagId"].clone();
    dismiss(&admin, &first_flag, json!({})).await.ok();
    for both in [account::NEWCOMER, account::OFFICER] {
        let again = register(&bot, both, "hwid", "pc").await;
        assert_eq!(again.ok()["meta"]["identifiers"][0]["flagId"], Value::Null);
    }
    // Nor if the identifier is removed and comes back.
    let path = format!("/v2/community/accounts/{}/identifiers", account::OFFICER);
    let all = bot.get(&path).await.ok()["data"].clone();
    let own = all.as_array().expect("a list").iter().find(|identifier| identifier["value"] == "pc");
    let own = own.expect("it is there")["id"].as_str().expect("an id").to_owned();
    bot.send(http::Method::DELETE, &format!("{path}/{own}"), "").await.ok();
    register(&bot, account::OFFICER, "hwid", "pc").await.ok();
    assert_eq!(flag_of(&bot, account::OFFICER, "pc").await, Value::Null);

    // Another value, or another account, is another matter.
    register(&bot, account::NEWCOMER, "hwid", "laptop").await.ok();
    let other = register(&bot, account::OFFICER, "hwid", "laptop").await;
    assert_ne!(other.ok()["meta"]["identifiers"][0]["flagId"], Value::Null);
    let third = register(&bot, account::CADET, "hwid", "pc").await;
    let second_flag = third.ok()["meta"]["identifiers"][0]["flagId"].clone();
    assert!(second_flag.is_string() && second_flag != first_flag, "{second_flag}");
    assert_eq!(flag_of(&bot, account::NEWCOMER, "pc").await, second_flag);
    let open = list(&bot, &format!("?dismissed=false&accountId={}", account::CADET)).await;
    let mut named = accounts(&open["items"][0]);
    named.sort_unstable();
    assert_eq!(named, [account::NEWCOMER, account::CADET, account::OFFICER]);
}

#[tokio::test]
async fn a_third_account_joins_an_open_flag() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let mut flags = Vec::new();
    for account in [account::NEWCOMER, account::OFFICER, account::CADET] {
        let answer = register(&bot, account, "ip", IP).await;
        flags.push(answer.ok()["meta"]["identifiers"][0]["flagId"].clone());
    }
    assert_eq!((&flags[0], &flags[1]), (&Value::Null, &flags[2]));
    let open = list(&bot, &format!("?accountId={}", account::CADET)).await;
    assert_eq!(accounts(&open["items"][0]).len(), 3);
}

#[tokio::test]
async fn what_is_raised_and_dismissed_is_on_the_record_and_in_the_feed() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    register(&bot, account::NEWCOMER, "ip", IP).await.ok();
    let second = register(&bot, account::OFFICER, "ip", IP).await;
    let flag = second.ok()["meta"]["identifiers"][0]["flagId"].clone();
    dismiss(&admin, &flag, json!({"userId": "100000000000000004", "reason": "Sisters"})).await.ok();
    for kind in ["flag.raised", "flag.dismissed"] {
        let entries = admin.get(&format!("/v2/community/administration?kind={kind}&take=1")).await;
        insta::assert_json_snapshot!(
            format!("record_of_{}", kind.replace('.', "_")),
            entries.ok()["data"]["entries"][0]
        );
        let events = admin.get(&format!("/v2/community/events?types={kind}")).await;
        let event = &events.ok()["data"]["events"][0];
        assert_eq!(event["data"]["after"]["type"], "ip", "{event}");
        assert_eq!(event["data"]["after"].get("value"), None, "no address of a person is told: {event}");
    }
}

#[tokio::test]
async fn a_new_account_is_flagged_like_any_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::NEWCOMER, "ip", IP).await.ok();
    let identifiers = json!([{"type": "ip", "value": IP}]);
    bot.post("/v2/community/accounts", json!({"name": "Novice", "identifiers": identifiers})).await.ok();
    let open = list(&bot, &format!("?accountId={}", account::NEWCOMER)).await;
    let named = open["items"][0]["accounts"].as_array().expect("accounts");
    assert!(named.iter().any(|account| account["accName"] == "Novice"), "{open}");
}

#[tokio::test]
async fn flags_stay_in_their_community_and_are_refused_like_everything_else() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    register(&bot, account::NEWCOMER, "ip", IP).await.ok();
    let second = register(&bot, account::OFFICER, "ip", IP).await;
    let flag = second.ok()["meta"]["identifiers"][0]["flagId"].clone();
    let neighbour = server.neighbours_bot().await;
    assert_eq!(list(&neighbour, "").await["items"], json!([]));
    assert_eq!(
        register(&neighbour, account::NEIGHBOUR, "ip", IP).await.ok()["meta"]["identifiers"][0]["flagId"],
        Value::Null
    );

    dismiss(&admin, &json!(account::NOBODY), json!({})).await.problem(404, "flag-not-found");
    dismiss(&admin, &json!("1"), json!({})).await.problem(400, "invalid-path");
    dismiss(&admin, &flag, json!({"userId": "nobody"})).await.problem(422, "unknown-user");
    bot.get("/v2/community/flags?accountId=me").await.problem(400, "invalid-query");
    bot.get("/v2/community/flags?take=101").await.problem(400, "invalid-query");
}
