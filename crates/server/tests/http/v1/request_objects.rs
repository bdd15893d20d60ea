//! `data`: an array that holds one object, as documented, and the other shapes that clients send.

use serde_json::{Value, json};

use crate::kit::{CALLS, Server, account, rank};

#[tokio::test]
async fn one_request_object_is_read_however_it_is_wrapped() {
    let object = json!({"accId": account::CADET, "add": ["officer"]});
    for data in [json!([object]), object.clone(), json!({"0": object})] {
        let server = Server::start().await;
        let (bot, _) = server.legacy().await;
        let answer = bot.call("SET_ACCOUNT_RANKS", data.clone()).await;
        assert_eq!(answer.legacy_json()["ranks"], json!([rank::CADET, rank::OFFICER]), "{data}");
    }
}

#[tokio::test]
async fn no_request_object_is_an_empty_one() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for data in
        [json!([]), json!({}), json!(null), json!([null]), json!([{}]), json!({"0": {}}), json!({"0": null})]
    {
        let answer = bot.call("GET_ACCOUNTS", data.clone()).await;
        assert_eq!(answer.legacy_json()["total"], 8, "{data}");
        let answer = bot.call("GET_COM_ACCOUNT", data.clone()).await;
        let text = "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY";
        assert_eq!(answer.legacy_refusal(400), text, "{data}");
    }
    let body = json!({"id": bot.id, "key": bot.key, "type": "GET_ACCOUNTS"});
    let answer = bot.send("/general/get_accounts", &body.to_string()).await;
    assert_eq!(answer.legacy_json()["total"], 8, "data is left out");
}

#[tokio::test]
async fn members_that_nobody_reads_are_ignored() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let object = json!({"accId": account::CADET, "add": ["officer"], "serverId": {}, "product": [1], "setRanks": 1, "data": 1});
    let body = json!({"id": bot.id, "key": bot.key, "type": "SET_ACCOUNT_RANKS", "data": [object], "product": 1,
        "serverId": 7, "communityId": null});
    let answer = bot.send("/general/set_account_ranks", &body.to_string()).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::CADET, rank::OFFICER]));
}

#[tokio::test]
async fn a_second_request_object_is_never_passed_over_in_silence() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    let (first, second) =
        (json!({"uniqueId": 1002, "add": ["officer"]}), json!({"uniqueId": 1003, "add": ["cadet"]}));
    for data in
        [json!([first, second]), json!({"0": first, "1": second}), json!([first, null]), json!([first, 7])]
    {
        let takes_one = |(name, scope, _): &&(&str, &str, &str)| {
            *scope != "community:read" && !name.contains("FLOWS") && !name.ends_with("GAME_SERVERS")
        };
        for (name, ..) in CALLS.iter().filter(takes_one) {
            let answer = bot.call(name, data.clone()).await;
            assert_eq!(
                answer.legacy_refusal(400),
                "/data is not as it should be: it holds 2 objects: send one, in a call of its own.",
                "{name}"
            );
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn data_of_another_type_is_refused_with_its_place() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for data in [json!("x"), json!("[{}]"), json!(7), json!(true)] {
        for call in CALLS {
            let answer = bot.call(call.0, data.clone()).await;
            let text = "/data is not as it should be: it must be an array that holds one object.";
            assert_eq!(answer.legacy_refusal(400), text, "{}", call.0);
        }
    }
    for data in [json!(["x"]), json!([[7]]), json!([7]), json!({"0": "x"}), json!([[{"uniqueId": 1002}]])] {
        for name in
            ["SET_ACCOUNT_RANKS", "GET_ACCOUNTS", "UNDO_RANK_CHANGE", "CHECK_COM_APIID", "BAN_ACCOUNT"]
        {
            let answer = bot.call(name, data.clone()).await;
            let text = "/data/0 is not as it should be: it is not an object: JSON in braces.";
            assert_eq!(answer.legacy_refusal(400), text, "{name} {data}");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_object_whose_keys_do_not_count_from_zero_is_a_request_object() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for data in
        [json!({"1": {"uniqueId": 1002}}), json!({"0": {"uniqueId": 1002}, "x": 1}), json!({"00": {}})]
    {
        bot.call("GET_COM_ACCOUNT", data).await.legacy_refusal(400);
    }
    let answer = bot.call("GET_COM_ACCOUNT", json!({"0": {"uniqueId": 1003}, "uniqueId": 1002})).await;
    assert_eq!(answer.legacy_json()["accId"], account::CADET);
}

#[tokio::test]
async fn an_envelope_of_another_shape_is_refused_in_text() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let envelope = |name: &str, value: Value| {
        let mut body = json!({"id": bot.id, "key": bot.key, "type": "GET_ACCOUNTS", "data": []});
        body[name] = value;
        body.to_string()
    };
    for (body, text) in [
        (
            envelope("id", json!(7)),
            "/id is not as it should be: invalid type: integer `7`, expected a string.",
        ),
        (
            envelope("key", json!([])),
            "/key is not as it should be: invalid type: sequence, expected a string.",
        ),
        (envelope("type", json!({})), "/type is not as it should be: invalid type: map, expected a string."),
        ("[7]".to_owned(), "The body is not as it should be: it is not an object: JSON in braces."),
        ("{\"id\": \"club\",}".to_owned(), "The body is not JSON: trailing comma at line 1 column 15."),
        ("id=club&type=GET_ACCOUNTS".to_owned(), "The body is not JSON: expected value at line 1 column 1."),
    ] {
        let answer = bot.send("/general/get_accounts", &body).await;
        assert_eq!(answer.legacy_refusal(400), text, "{body}");
    }
    let twice = format!(r#"{{"id": "club", "key": "{0}", "key": "{0}", "type": "GET_ACCOUNTS"}}"#, bot.key);
    let answer = bot.send("/general/get_accounts", &twice).await;
    assert!(answer.legacy_refusal(400).contains("duplicate field"), "{}", answer.text);
    assert!(!answer.text.contains(&bot.key));
}
