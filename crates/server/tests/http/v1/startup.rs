//! The start of a JavaScript client: it reads the subscription level and the game servers, both by v1, before
//! its first call of v2. It gives up if either is refused.

use serde_json::{Value, json};

use crate::kit::{Answer, Legacy, Server, account};

/// Sends the request of the client, with the additional member that the client sends.
async fn send(bot: &Legacy, path: &str, name: &str) -> Answer {
    let Legacy { id, key, .. } = bot;
    let body = format!(r#"{{"id":"{id}","key":"{key}","type":"{name}","data":[],"product":1}}"#);
    bot.send(path, &body).await
}

/// Returns the subscription level as the client reads it: the digits at the beginning of the answer.
fn version(answer: &Answer) -> u8 {
    let digits: String = answer.legacy_text().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[tokio::test]
async fn a_client_starts_up_and_makes_its_first_call_of_v2() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let level = send(&bot, "/general/get_sub_version", "GET_SUB_VERSION").await;
    assert_eq!(level.legacy_text(), "4");
    assert_eq!(version(&level), 4, "from 2 on, the client asks for the servers");

    let servers = send(&bot, "/servers/get_game_servers", "GET_GAME_SERVERS").await;
    let row = |index: usize| {
        let server = &servers.legacy_json()["servers"][index];
        (server["id"].as_i64(), server["name"].clone(), server["description"].clone())
    };
    assert_eq!(row(0), (Some(1), json!("Main"), json!("The city")));
    assert_eq!(row(1), (Some(2), json!("Test"), json!("For trying things")));

    v2.get(&format!("/v2/community/accounts/{}", account::CADET)).await.ok();
    v2.set_ranks(account::CADET, json!({"accId": account::CADET, "add": ["officer"], "active": true}))
        .await
        .ok();
}

#[tokio::test]
async fn a_community_without_game_servers_has_an_empty_list_of_them() {
    let server = Server::start().await;
    let bot = server.neighbours_legacy().await;
    let level = send(&bot, "/general/get_sub_version", "GET_SUB_VERSION").await;
    assert!(version(&level) <= 5);
    let servers = send(&bot, "/servers/get_game_servers", "GET_GAME_SERVERS").await;
    assert_eq!(*servers.legacy_json(), json!({"servers": []}));
}

#[tokio::test]
async fn a_client_that_starts_up_with_a_wrong_key_is_told_so_in_text() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = send(&bot.with_key("somebody-elses"), "/general/get_sub_version", "GET_SUB_VERSION").await;
    assert_eq!(answer.legacy_refusal(400), "INVALID API KEY");
    let answer = send(&bot.with_id("elsewhere"), "/general/get_sub_version", "GET_SUB_VERSION").await;
    assert_eq!(answer.legacy_refusal(400), "INVALID COMMUNITY ID");
}

#[tokio::test]
async fn members_that_clients_add_are_ignored_and_none_is_needed_that_says_nothing() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let with = |more: Value| {
        let mut body = json!({ "id": bot.id, "key": bot.key, "type": "GET_SUB_VERSION" });
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        body.to_string()
    };
    for more in [
        json!({}),
        json!({"data": []}),
        json!({"data": null}),
        json!({"data": {}}),
        json!({"data": [{}]}),
        json!({"data": [null]}),
        json!({"data": [], "product": 1, "serverId": 1, "serverID": "1"}),
        json!({"data": [{"serverId": 1, "anything": [{}]}], "product": null}),
    ] {
        let answer = bot.send("/general/get_sub_version", &with(more.clone())).await;
        assert_eq!(answer.status, 200, "{more}");
        assert_eq!(answer.legacy_text(), "4");
    }
}
