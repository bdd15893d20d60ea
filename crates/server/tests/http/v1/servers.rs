//! Calls of v1 about game servers, as game servers and the mods of Minecraft and Roblox send them.

use serde_json::{Value, json};

use crate::kit::{Answer, Legacy, Server, account, rank};

/// Sends a call as the FiveM resource does: with the id of its game server beside the data.
async fn resource(bot: &Legacy, name: &str, data: Value) -> Answer {
    let path = format!("/servers/{}", name.to_lowercase());
    let path = if name == "IDENTIFIERS" { "/game/identifiers".to_owned() } else { path };
    let body = json!({"data": data, "id": bot.id, "key": bot.key, "serverId": 1, "type": name});
    bot.send(&path, &body.to_string()).await
}

#[tokio::test]
async fn a_game_server_starts() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    server.play(account::CADET, Some(1)).await;
    let mut answers = Vec::new();
    for (name, data) in [
        ("ACTIVITY_TRACKER_SERVER_START", json!([{"serverId": 1}])),
        ("GET_ACE_CONFIG", json!({"serverId": 1})),
        ("SET_SERVER_TYPE", json!({"serverId": 1, "type": "qb-core"})),
        ("GET_GAME_SERVERS", json!([])),
        (
            "ADD_GAME_SERVERS",
            json!([{"description": "Auto-created", "id": 9, "ip": null, "name": "Server 9", "port": 30120, "type": "qb-core"}]),
        ),
        ("FULL_WHITELIST", json!([{"serverId": 1}])),
    ] {
        answers.push(json!({ name: resource(&bot, name, data).await.legacy_json() }));
    }
    insta::assert_json_snapshot!(answers);
    assert_eq!(resource(&bot, "GAMESTATE", json!([])).await.legacy_text(), "OK");
}

#[tokio::test]
async fn a_player_connects_plays_and_leaves() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let allowed =
        resource(&bot, "VERIFY_WHITELIST", json!([{"apiId": "100000000000000002", "serverId": 1}])).await;
    assert_eq!(allowed.legacy_text(), "Ärwin Cadet");
    let mut answers = Vec::new();
    for (name, data) in [
        (
            "IDENTIFIERS",
            json!({"discord": "100000000000000002", "identifiers": [{"type": "license", "value": "abcdef0123"}]}),
        ),
        (
            "ACTIVITY_TRACKER_START_STOP",
            json!({"discord": "100000000000000002", "forceStart": true, "serverId": 1}),
        ),
        ("ACTIVITY_TRACKER_START_STOP", json!({"discord": "100000000000000002", "forceStop": true})),
        ("ACTIVITY_TRACKER_START_STOP", json!({"discord": "100000000000000002", "forceStop": true})),
    ] {
        answers.push(resource(&bot, name, data).await.legacy_json().clone());
    }
    insta::assert_json_snapshot!(answers);
}

#[tokio::test]
async fn a_refusal_of_a_whitelist_is_json_with_its_status() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let admin = server.admin().await;
    let main = json!({"id": 1, "name": "Main", "allowedRanks": ["officer"], "blockedRanks": ["chief"]});
    admin.put_servers(json!([main])).await.ok();
    let verify = |data: Value| {
        let bot = bot.clone();
        async move { bot.call("VERIFY_WHITELIST", json!([data])).await }
    };
    let refused = verify(json!({"uniqueId": 1002, "serverId": 1})).await;
    insta::assert_json_snapshot!(refused.whole());
    for (data, word) in [
        (json!({"uniqueId": 1002, "serverId": "1"}), "NOT ALLOWED ON WHITELIST"),
        (json!({"uniqueId": 1004, "serverId": 1}), "BLOCKED FOR WHITELIST"),
        (json!({"uniqueId": 9999, "serverId": 1}), "UNKNOWN_ACC_API_ID"),
        (json!({"serverId": 1}), "UNKNOWN_ACC_API_ID"),
        (json!({"uniqueId": [], "serverId": 1}), "UNKNOWN_ACC_API_ID"),
        (json!({"uniqueId": 1002, "serverId": 9}), "INVALID_SERVER_ID"),
        (json!({"uniqueId": 1002, "serverId": "main"}), "INVALID_SERVER_ID"),
        (json!({"uniqueId": 1002}), "INVALID_SERVER_ID"),
    ] {
        let refused = verify(data.clone()).await;
        assert_eq!((refused.status.as_u16(), &refused.body["message"]), (400, &json!(word)), "{data}");
        assert_eq!(refused.body["status"], 400);
        refused.legacy_refusal(400);
    }
    let (lacking, _) = server.legacy_with("community:read", |_| {}).await;
    let refused = lacking.call("VERIFY_WHITELIST", json!([{"uniqueId": 1003, "serverId": 1}])).await;
    assert_eq!(refused.body["message"], "SERVER_CONFIG_ERROR");
    let refused = bot.with_key("nobodys").call("VERIFY_WHITELIST", json!([{"uniqueId": 1003}])).await;
    assert_eq!(refused.body, json!({"status": 400, "message": "INVALID API KEY"}));
}

#[tokio::test]
async fn a_refusal_to_those_who_decode_every_answer_is_json() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for (name, data) in [
        ("ACTIVITY_TRACKER_SERVER_START", json!([{"serverId": 9}])),
        ("ACTIVITY_TRACKER_START_STOP", json!({"uniqueId": 9999, "serverId": 1})),
        ("IDENTIFIERS", json!({"uniqueId": 9999, "identifiers": []})),
        ("IDENTIFIERS", json!({"uniqueId": 1002, "identifiers": [{"type": "discord", "value": "x"}]})),
        ("IDENTIFIERS", json!({"uniqueId": 1002})),
    ] {
        let refused = resource(&bot, name, data).await;
        let message = refused.legacy_refusal(400).to_owned();
        assert_eq!(refused.body, json!({"success": false, "data": null, "message": message}), "{name}");
    }
    let refused = bot.with_key("nobodys").call("IDENTIFIERS", json!([])).await;
    assert_eq!(refused.body["message"], "INVALID API KEY");
}

#[tokio::test]
async fn the_game_server_is_named_in_the_data_or_beside_it() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let start = |beside: Value, within: Value| {
        let mut body = json!({"id": bot.id, "key": bot.key, "type": "ACTIVITY_TRACKER_SERVER_START"});
        body.as_object_mut().expect("an object").extend(beside.as_object().expect("an object").clone());
        body["data"] = json!([within]);
        let bot = bot.clone();
        async move { bot.send("/servers/activity_tracker_server_start", &body.to_string()).await }
    };
    for (beside, within) in [
        (json!({"serverId": 1}), json!({})),
        (json!({"serverId": 1}), json!({"serverId": ""})),
        (json!({"serverId": "1"}), json!({"serverId": null})),
        (json!({"serverID": 1}), json!({})),
        (json!({"serverID": "1"}), json!({"serverId": "  "})),
        (json!({"serverId": "", "serverID": 1}), json!({})),
        (json!({"serverId": 9, "serverID": 9}), json!({"serverId": 1})),
    ] {
        let answer = start(beside.clone(), within.clone()).await;
        assert_eq!(*answer.legacy_json(), json!({"success": true, "data": []}), "{beside} {within}");
    }
    for (beside, within) in [
        (json!({}), json!({"serverId": ""})),
        (json!({"serverID": [1]}), json!({})),
        (json!({"serverId": 9, "serverID": 1}), json!({})),
    ] {
        start(beside, within).await.legacy_refusal(400);
    }
}

#[tokio::test]
async fn the_whitelist_is_read_by_both_of_its_names() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let data = json!([{"serverId": 1}]);
    let list = bot.call("FULL_WHITELIST", data.clone()).await.legacy_json().clone();
    assert_eq!(list.as_array().map(Vec::len), Some(3));
    for path in ["/servers/full_whitelist", "/servers/get_full_whitelist"] {
        let answer = bot.call_at(path, "GET_FULL_WHITELIST", data.clone()).await;
        assert_eq!(*answer.legacy_json(), list, "{path}");
    }
    assert_eq!(*bot.call_at("//servers/full_whitelist", "FULL_WHITELIST", data).await.legacy_json(), list);
}

#[tokio::test]
async fn an_administrator_replaces_the_servers_as_a_javascript_client_sends_them() {
    let server = Server::start().await;
    let (admin, v2) = server.legacy_with("admin", |_| {}).await;
    let row = json!({"id": 1, "name": "x", "description": "y", "ip": "1.1.1.1", "port": "30120"});
    let answer = admin.call("SET_GAME_SERVERS", json!({ "0": row })).await;
    assert_eq!(answer.legacy_json()["success"], true);
    assert_eq!(answer.legacy_json()["data"], json!(v2.servers().await));
    assert_eq!(v2.servers().await.len(), 1);
    let refused = admin.call("SET_GAME_SERVERS", json!([row, {"id": 2, "name": "A", "ip": "no host"}])).await;
    assert!(refused.legacy_refusal(400).starts_with("/data/1/ip "), "{}", refused.text);
    let refused = admin.call("ADD_GAME_SERVERS", json!([row])).await;
    assert!(refused.legacy_refusal(400).starts_with("/data/0/id is \"1\""), "{}", refused.text);
    let refused =
        admin.call("ADD_GAME_SERVERS", json!([{"id": 3, "name": "A", "allowedRanks": ["x"]}])).await;
    assert!(refused.legacy_refusal(400).contains("\"x\" at /data/0/allowedRanks/0"), "{}", refused.text);
}

#[tokio::test]
async fn permissions_are_read_as_the_resource_reads_them() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let mappings = json!([{"ranks": [rank::OFFICER], "principal": "group.admin"}]);
    let admin = server.admin().await;
    admin.patch("/v2/community/servers/1/ace-config", json!({ "mappings": mappings })).await.ok();
    let answer = resource(&bot, "GET_ACE_CONFIG", json!({})).await;
    assert_eq!(*answer.legacy_json(), json!({"success": true, "data": {"mappings": mappings}}));
}
