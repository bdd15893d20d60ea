//! Accounts, by v1: the row, the list, names, profile fields, kicks and bans.

use serde_json::{Value, json};

use crate::kit::{Answer, Server, account, rank};

/// Returns the names of the accounts that were listed.
#[track_caller]
fn names(answer: &Answer) -> Vec<&str> {
    let accounts = answer.legacy_json()["accounts"].as_array().expect("a list");
    accounts.iter().map(|account| account["accName"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn a_bot_reads_the_row_of_an_account() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    for account in [account::NEWCOMER, account::CADET, account::OFFICER, account::BANNED] {
        let answer = bot.call("GET_COM_ACCOUNT", json!([{"accId": account}])).await;
        let row = v2.get(&format!("/v2/community/accounts/{account}")).await.ok()["data"].clone();
        let row = row.as_object().expect("a row");
        let legacy = answer.legacy_json().as_object().expect("a row");
        assert!(legacy.keys().take(row.len()).eq(row.keys()), "member for member, in the same order");
        for (name, value) in row.iter().filter(|(name, _)| *name != "activeApiIds") {
            assert_eq!(legacy[name], *value, "{name}");
        }
    }
    insta::assert_json_snapshot!(
        bot.call("GET_COM_ACCOUNT", json!([{"uniqueId": 1002}])).await.legacy_json()
    );
}

#[tokio::test]
async fn an_account_is_read_as_an_object_and_as_an_array_of_one() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = bot.call("GET_COM_ACCOUNT", json!([{"uniqueId": 1003}])).await;
    let row = answer.legacy_json();
    let mut itself = row.clone();
    itself.as_object_mut().expect("a row").remove("0");
    assert_eq!(row["0"], itself);
    assert_eq!(row["activeApiIds"], json!(["100000000000000003"]), "without their types");
    assert_eq!((&row["primaryRank"], &row["secondaryRanks"]), (&json!(rank::OFFICER), &json!([rank::MEDIC])));
    assert_eq!(row["primaryDepartment"], "d0000000-0000-0000-0000-000000000001");
    assert_eq!(row["secondaryDepartments"], json!(["d0000000-0000-0000-0000-000000000002"]));
    let nothing = bot.call("GET_COM_ACCOUNT", json!([{"uniqueId": 1001}])).await;
    assert_eq!(nothing.legacy_json()["primaryRank"], Value::Null);
    assert_eq!(nothing.body["secondaryRanks"], json!([]));
}

#[tokio::test]
async fn a_rank_for_secondary_use_only_is_nobodys_primary_rank() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    v2.set_ranks(account::OFFICER, json!({"set": ["medic"]})).await.ok();
    let answer = bot.call("GET_COM_ACCOUNT", json!([{"uniqueId": 1003}])).await;
    assert_eq!(answer.legacy_json()["primaryRank"], Value::Null);
    assert_eq!(answer.body["secondaryRanks"], json!([rank::MEDIC]));
}

#[tokio::test]
async fn a_bot_reads_the_accounts_page_by_page() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = bot.call("GET_ACCOUNTS", json!([{"skip": 1, "take": 2}])).await;
    insta::assert_json_snapshot!(answer.legacy_json());

    let first = bot.call("GET_ACCOUNTS", json!([{}])).await;
    assert_eq!(names(&first).len(), 8);
    assert_eq!(
        (&first.body["total"], &first.body["skip"], &first.body["take"]),
        (&json!(8), &json!(0), &json!(25))
    );
    assert!(names(&bot.call("GET_ACCOUNTS", json!([{"skip": 8}])).await).is_empty());
    assert_eq!(names(&bot.call("GET_ACCOUNTS", json!([{"take": 100.0}])).await).len(), 8);
}

#[tokio::test]
async fn a_bot_lists_only_the_accounts_that_fit_every_filter() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for (filter, expected) in [
        (json!({"sysStatus": false}), vec!["Explorer"]),
        (json!({"comStatus": false}), vec!["Newcomer", "Owner"]),
        (json!({"banned": true}), vec!["Banned"]),
        (json!({"archived": true, "banned": null}), vec!["Archived"]),
        (
            json!({"sysStatus": true, "comStatus": true, "banned": false, "archived": false}),
            vec!["Ärwin Cadet", "Officer", "Chief"],
        ),
    ] {
        let answer = bot.call("GET_ACCOUNTS", json!([filter])).await;
        assert_eq!(names(&answer), expected, "{filter}");
        assert_eq!(answer.body["total"], expected.len());
    }
}

#[tokio::test]
async fn a_page_out_of_range_is_refused_with_its_place() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for (name, value) in [
        ("take", json!(0)),
        ("take", json!(101)),
        ("take", json!("25")),
        ("skip", json!(-1)),
        ("skip", json!(1.5)),
        ("skip", json!(4_294_967_296_u64)),
        ("banned", json!("yes")),
        ("sysStatus", json!(1)),
    ] {
        let answer = bot.call("GET_ACCOUNTS", json!([{name: value}])).await;
        let text = answer.legacy_refusal(400);
        assert!(text.starts_with(&format!("/data/0/{name} is not as it should be: ")), "{text}");
    }
    let answer = bot.call("GET_ACCOUNTS", json!([{"take": 101}])).await;
    assert_eq!(
        answer.text,
        "/data/0/take is not as it should be: it is 101: it must be a whole number from 1 to 100."
    );
}

#[tokio::test]
async fn a_bot_asks_whom_an_id_is_linked_to() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for id in [json!("LEGACY-7"), json!("discord:100000000000000002"), json!(100_000_000_000_000_002_u64)] {
        let answer = bot.call("CHECK_COM_APIID", json!([{"apiId": id}])).await;
        assert_eq!(answer.legacy_text(), "Ärwin Cadet");
    }
    for data in [
        json!([{"apiId": "discord:100000000000000099"}]),
        json!([{"apiId": "roblox:100000000000000002"}]),
        json!([{"apiId": "nobody"}]),
        json!([{"apiId": ""}]),
        json!([{"apiId": null}]),
        json!([{"accId": account::CADET}]),
        json!([{}]),
        json!([]),
        Value::Null,
    ] {
        let answer = bot.call("CHECK_COM_APIID", data.clone()).await;
        assert_eq!(answer.legacy_refusal(404), "API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY", "{data}");
    }
}

#[tokio::test]
async fn a_bot_renames_an_account() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let answer = bot
        .call("SET_ACCOUNT_NAME", json!([{"username": "officer", "accId": "", "newName": "Öfficer 2"}]))
        .await;
    assert_eq!(answer.legacy_text(), format!("New Community Name ({}): Öfficer 2", account::OFFICER));
    let row = v2.get(&format!("/v2/community/accounts/{}", account::OFFICER)).await;
    assert_eq!(row.ok()["data"]["accName"], "Öfficer 2");

    for name in [json!(""), json!("\u{1b}[2J"), json!("x".repeat(129)), json!(5), json!(null)] {
        let answer = bot.call("SET_ACCOUNT_NAME", json!([{"uniqueId": 1003, "newName": name}])).await;
        assert!(answer.legacy_refusal(400).contains("/newName"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_bot_fills_in_profile_fields_and_reads_all_of_them() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let fields = json!([{"id": "height", "value": 180}, {"id": "shift", "value": "Late"}]);
    let answer = bot
        .call("EDIT_ACC_PROFLIE_FIELDS", json!([{"accId": account::CADET, "profileFields": fields}]))
        .await;
    let row = v2.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(*answer.legacy_json(), row.ok()["data"]["profileFields"]["data"]);
    assert_eq!(
        *answer.legacy_json(),
        json!([{"id": "motto", "value": "Serve"}, {"id": "height", "value": 180}, {"id": "shift", "value": "Late"}])
    );

    // The path that the game resource makes of the misspelt name.
    let object = json!({"accID": account::CADET, "profileFields": [{"id": "height", "value": 181}]});
    let path = "//general/edit_acc_proflie_fields";
    let answer = bot.call_at(path, "EDIT_ACC_PROFLIE_FIELDS", json!([object])).await;
    assert_eq!(answer.legacy_json()[1], json!({"id": "height", "value": 181}));

    let written = server.written().await;
    for fields in [json!([{"id": "shift", "value": "Noon"}]), json!([{"id": "no-such-field", "value": 1}])] {
        let object = json!({"accId": account::CADET, "profileFields": fields});
        bot.call("EDIT_ACC_PROFLIE_FIELDS", json!([object])).await.legacy_refusal(400);
    }
    bot.call("EDIT_ACC_PROFLIE_FIELDS", json!([{"accId": account::CADET}])).await.legacy_refusal(400);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_bot_has_listeners_told_of_an_account_again() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let object = json!({"discordId": "100000000000000003", "accId": "", "username": "OFFICER"});
    let answer = bot.call("FORCE_SYNC", json!([object])).await;
    let text = answer.legacy_text();
    assert_eq!(text, format!("Sync triggered for: The Club (Officer - {})", account::OFFICER));
    let same = v2.post(&format!("/v2/community/accounts/{}/sync", account::OFFICER), json!({})).await;
    assert_eq!(same.ok()["data"], text);
    assert_eq!(server.events().await.len(), 2);
}

#[tokio::test]
async fn a_bot_kicks_and_bans_as_v2_does() {
    for (name, word, member) in [("KICK_ACCOUNT", "KICKED", "archived"), ("BAN_ACCOUNT", "BANNED", "banned")]
    {
        let server = Server::start().await;
        let (bot, v2) = server.legacy().await;
        let answer = bot.call(name, json!([{"discord": "100000000000000003"}])).await;
        assert_eq!(answer.legacy_text(), format!("ACCOUNT {word}: {}", account::OFFICER));
        let row = v2.get(&format!("/v2/community/accounts/{}", account::OFFICER)).await.ok()["data"].clone();
        assert_eq!((&row[member], &row["ranks"]), (&json!(true), &json!([])));

        let change = server.change(7).await;
        assert!(change.credential.is_some());
        let back = if member == "banned" { "unban" } else { "restore" };
        v2.change_standing(account::OFFICER, back, json!({})).await.ok();
        bot.call("UNDO_RANK_CHANGE", json!([{"undoId": "7"}])).await.legacy_json();
        assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    }
}

#[tokio::test]
async fn a_person_named_in_a_kick_or_ban_must_stand_above_the_account() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for name in ["KICK_ACCOUNT", "BAN_ACCOUNT"] {
        let object = json!({"uniqueId": 1004, "userId": "100000000000000003"});
        let answer = bot.call(name, json!([object])).await;
        assert!(answer.legacy_refusal(400).contains("power"), "{}", answer.text);
    }
    assert_eq!(server.written().await, written);
    let object = json!({"uniqueId": 1003, "userId": "100000000000000004", "reason": "Was rude"});
    bot.call("BAN_ACCOUNT", json!([object])).await.legacy_text();
    assert_eq!(server.change(7).await.reason.as_deref(), Some("Was rude"));
}
