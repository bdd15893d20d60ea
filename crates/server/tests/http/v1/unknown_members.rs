//! Members that a call does not know: ignored beside the known ones, refused if they are a misspelling of
//! one, or if they are in an object within the request object.

use serde_json::json;

use crate::kit::{Server, account};

#[tokio::test]
async fn an_unknown_member_of_a_grant_is_refused_and_gives_nothing() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for list in ["add", "set"] {
        let object = json!({"accId": account::CADET, list: ["officer", {"rank": "medic", "expires": "P1D"}]});
        let refusal = bot.call("SET_ACCOUNT_RANKS", json!([object])).await;
        let text = refusal.legacy_refusal(400);
        assert!(text.starts_with(&format!("/data/0/{list}/1/expires ")), "{text}");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_misspelt_member_is_refused_and_told_what_was_meant() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for (call, misspelt, meant) in [
        ("SET_ACCOUNT_RANKS", json!({"dry_run": true, "add": ["officer"]}), "dryRun"),
        ("SET_ACCOUNT_RANKS", json!({"Remove": ["cadet"], "add": ["officer"]}), "remove"),
        ("SET_ACCOUNT_RANKS", json!({"userid": "x", "add": ["officer"]}), "userId"),
        ("KICK_ACCOUNT", json!({"keep_ranks": true}), "keepRanks"),
        ("BAN_ACCOUNT", json!({"keepranks": true}), "keepRanks"),
        ("CLOCK_IN_OUT", json!({"forceClockin": true}), "forceClockIn"),
        ("FORCE_SYNC", json!({"unique_id": 1003}), "uniqueId"),
        ("SET_ACCOUNT_RANKS", json!({"removes": ["cadet"], "add": ["officer"]}), "remove"),
        ("SET_ACCOUNT_NAME", json!({"newNmae": "x", "newName": "y"}), "newName"),
        ("GET_LATEST_ACTIVITY", json!({"servrId": 1}), "serverId"),
    ] {
        let mut object = misspelt;
        object["accId"] = json!(account::CADET);
        let refusal = bot.call(call, json!([object])).await;
        let text = refusal.legacy_refusal(400);
        assert!(text.contains(&format!("did you mean \"{meant}\"?")), "{call}: {text}");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_end_beside_the_ranks_is_told_where_it_belongs() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    let object = json!({"accId": account::CADET, "add": ["officer"], "expiresIn": "P7D"});
    let refusal = bot.call("SET_ACCOUNT_RANKS", json!([object])).await;
    let text = refusal.legacy_refusal(400);
    assert!(text.starts_with("/data/0/expiresIn ") && text.contains(r#""rank": "vip""#), "{text}");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_member_of_a_request_object_that_nobody_knows_is_ignored() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let object = json!({"accId": account::CADET, "keep": true, "x-ray": [{}]});
    let answer = bot.call("KICK_ACCOUNT", json!([object])).await;
    assert!(answer.legacy_text().starts_with("ACCOUNT KICKED"), "{}", answer.text);
}
