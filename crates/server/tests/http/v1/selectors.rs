//! How a call of v1 names an account: by any of five selectors, each alone or several together.

use serde_json::{Value, json};

use crate::kit::{Legacy, Server, account};

/// Returns the id of the account that this request object names. `None` if it is refused because it names no
/// account.
async fn named(bot: &Legacy, object: &Value) -> Option<String> {
    let answer = bot.call("GET_COM_ACCOUNT", json!([object])).await;
    if answer.status == 200 {
        return answer.legacy_json()["accId"].as_str().map(str::to_owned);
    }
    assert_eq!(answer.legacy_refusal(400), "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY");
    None
}

#[tokio::test]
async fn a_bot_names_an_account_by_whatever_it_knows_of_it() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for object in [
        json!({"accId": account::CADET}),
        json!({"accountId": account::CADET}),
        json!({"accId": account::CADET.to_uppercase()}),
        json!({"accId": account::CADET.replace('-', "")}),
        json!({"accId": format!(" {} ", account::CADET)}),
        json!({"apiId": "discord:100000000000000002"}),
        json!({"apiId": "100000000000000002"}),
        json!({"apiId": 100_000_000_000_000_002_u64}),
        json!({"apiId": "Discord: 100000000000000002 "}),
        json!({"apiId": "LEGACY-7"}),
        json!({"username": "Ärwin Cadet"}),
        json!({"username": "äRWIN cadet"}),
        json!({"discord": "100000000000000002"}),
        json!({"discord": 100_000_000_000_000_002_u64}),
        json!({"discordId": "100000000000000002"}),
        json!({"discordId": 100_000_000_000_000_002_u64}),
        json!({"uniqueId": 1002}),
        json!({"uniqueId": 1002.0}),
        json!({"uniqueId": "1002"}),
        json!({"uniqueId": " 1002 "}),
    ] {
        assert_eq!(named(&bot, &object).await.as_deref(), Some(account::CADET), "{object}");
    }
}

#[tokio::test]
async fn several_selectors_name_the_account_that_fits_them_all() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for object in [
        json!({"accId": account::CADET, "apiId": "LEGACY-7", "username": "ärwin cadet", "discord": "100000000000000002",
            "uniqueId": 1002}),
        json!({"discord": "100000000000000002", "discordId": "100000000000000002"}),
        json!({"discord": 100_000_000_000_000_002_u64, "discordId": "100000000000000002"}),
        json!({"uniqueId": "1002", "apiId": "discord:100000000000000002"}),
    ] {
        assert_eq!(named(&bot, &object).await.as_deref(), Some(account::CADET), "{object}");
    }
}

#[tokio::test]
async fn a_selector_that_is_null_or_empty_counts_as_absent() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for object in [
        json!({"accId": "", "apiId": "", "username": "", "discord": "", "discordId": "", "uniqueId": "1002"}),
        json!({"accId": null, "apiId": null, "username": null, "discord": null, "discordId": null, "uniqueId": 1002}),
        json!({"accId": " ", "apiId": " ", "discord": " ", "uniqueId": 1002}),
        json!({"discord": "", "discordId": "100000000000000002"}),
        json!({"discord": null, "discordId": "100000000000000002"}),
        json!({"discord": "100000000000000002", "discordId": ""}),
        json!({"uniqueId": "", "username": "ärwin cadet"}),
    ] {
        assert_eq!(named(&bot, &object).await.as_deref(), Some(account::CADET), "{object}");
    }
}

#[tokio::test]
async fn selectors_that_contradict_each_other_name_nobody() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for object in [
        json!({"accId": account::CADET, "uniqueId": 1003}),
        json!({"accId": account::CADET, "username": "Officer"}),
        json!({"username": "Officer", "discord": "100000000000000002"}),
        json!({"apiId": "LEGACY-7", "discord": "100000000000000003"}),
        json!({"discord": "100000000000000002", "discordId": "100000000000000003"}),
        json!({"uniqueId": 1002, "discordId": "100000000000000003"}),
        json!({"accId": account::NOBODY, "uniqueId": 1002}),
        json!({"accId": "nonsense", "uniqueId": 1002}),
        json!({"uniqueId": "first", "accId": account::CADET}),
    ] {
        assert_eq!(named(&bot, &object).await, None, "{object}");
    }
}

#[tokio::test]
async fn a_request_object_that_names_nobody_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for object in [
        json!({}),
        json!({"accId": ""}),
        json!({"accId": null, "username": ""}),
        json!({"name": "Officer"}),
        json!({"accId": account::CADET, "accountId": account::OFFICER}),
        json!({"accountId": account::CADET, "accID": account::OFFICER}),
        json!({"accId": account::NOBODY}),
        json!({"accId": "1002"}),
        json!({"accId": 1002}),
        json!({"apiId": "roblox:100000000000000002"}),
        json!({"apiId": "discord:"}),
        json!({"apiId": ":100000000000000002"}),
        json!({"apiId": "legacy-7"}),
        json!({"username": "Offic"}),
        json!({"username": "%"}),
        json!({"username": " Officer"}),
        json!({"discord": "1"}),
        json!({"uniqueId": 0}),
        json!({"uniqueId": -1002}),
        json!({"uniqueId": 1002.5}),
        json!({"uniqueId": "1e3"}),
        json!({"uniqueId": "99999999999999999999999"}),
        json!({"uniqueId": 18_446_744_073_709_551_615_u64}),
    ] {
        assert_eq!(named(&bot, &object).await, None, "{object}");
    }
}

#[tokio::test]
async fn an_account_of_the_neighbours_is_nobody_here() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let neighbours = server.neighbours_legacy().await;
    for object in [
        json!({"accId": account::NEIGHBOUR}),
        json!({"username": "Neighbour"}),
        json!({"discord": "100000000000000099"}),
        json!({"apiId": "discord:100000000000000099"}),
    ] {
        assert_eq!(named(&bot, &object).await, None, "{object}");
        assert_eq!(named(&neighbours, &object).await.as_deref(), Some(account::NEIGHBOUR), "{object}");
    }
    let number = json!({"uniqueId": 1001});
    assert_eq!(named(&bot, &number).await.as_deref(), Some(account::NEWCOMER));
    assert_eq!(named(&neighbours, &number).await.as_deref(), Some(account::NEIGHBOUR));
}

#[tokio::test]
async fn an_identifier_that_is_not_verified_names_nobody() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for id in ["steam:110000100000002", "110000100000002"] {
        assert_eq!(named(&bot, &json!({"apiId": id})).await, None, "{id}");
        let answer = bot.call("CHECK_COM_APIID", json!([{"apiId": id}])).await;
        assert_eq!(answer.legacy_refusal(404), "API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY");
    }
}

#[tokio::test]
async fn what_fits_two_accounts_names_neither() {
    let server = Server::with_flows().await;
    let (bot, _) = server.legacy().await;
    for name in ["Twin", "twin", "TWIN"] {
        assert_eq!(named(&bot, &json!({"username": name})).await, None);
    }
    assert!(named(&bot, &json!({"username": "Twin", "uniqueId": 1011})).await.is_some());

    server.link_discord(account::OFFICER, "100000000000000004").await;
    assert_eq!(named(&bot, &json!({"discord": "100000000000000004"})).await, None);
    let chief = named(&bot, &json!({"discord": "100000000000000004", "username": "chief"})).await;
    assert_eq!(chief.as_deref(), Some(account::CHIEF));
}

#[tokio::test]
async fn an_ambiguous_or_unknown_name_changes_nobody() {
    let server = Server::with_flows().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for name in ["twin", "nobody"] {
        for call in [
            "SET_ACCOUNT_RANKS",
            "SET_ACCOUNT_NAME",
            "KICK_ACCOUNT",
            "BAN_ACCOUNT",
            "FORCE_SYNC",
            "CLOCK_IN_OUT",
        ] {
            let object =
                json!({"username": name, "add": ["officer"], "newName": "Other", "forceClockIn": true});
            let answer = bot.call(call, json!([object])).await;
            assert_eq!(
                answer.legacy_refusal(400),
                "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY",
                "{call}"
            );
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_selector_of_another_type_is_refused_with_its_place() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for (name, value) in [
        ("accId", json!({"id": account::CADET})),
        ("apiId", json!(["LEGACY-7"])),
        ("username", json!(1002)),
        ("discord", json!(true)),
        ("discordId", json!({})),
        ("uniqueId", json!([1002])),
    ] {
        let answer = bot.call("GET_COM_ACCOUNT", json!([{"username": "officer", name: value}])).await;
        let text = answer.legacy_refusal(400);
        assert!(text.starts_with(&format!("/data/0/{name} is not as it should be: ")), "{text}");
    }
    let answer = bot.call("GET_COM_ACCOUNT", json!([{"uniqueId": []}])).await;
    assert_eq!(
        answer.legacy_refusal(400),
        "/data/0/uniqueId is not as it should be: it must be a text or a number."
    );
}
