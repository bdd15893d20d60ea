//! Ranks, by v1: the same rules and the same ledger as those of v2.

use rankledger_domain::rank::Power;
use rankledger_domain::rank_change::Source;
use serde_json::{Value, json};

use crate::kit::{Answer, Legacy, Server, account, rank};

/// Changes the ranks of the cadet.
async fn set(bot: &Legacy, mut object: Value) -> Answer {
    object["accId"] = json!(account::CADET);
    bot.call("SET_ACCOUNT_RANKS", json!([object])).await
}

#[tokio::test]
async fn a_bot_reads_the_ranks_of_an_account() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for (object, expected) in [
        (json!({"uniqueId": 1003}), json!([rank::OFFICER, rank::MEDIC])),
        (json!({"discord": "100000000000000001"}), json!([])),
        (json!({"username": "explorer"}), json!([rank::EXPLORER])),
    ] {
        let answer = bot.call("GET_ACCOUNT_RANKS", json!([object])).await;
        assert_eq!(*answer.legacy_json(), expected);
    }
}

#[tokio::test]
async fn a_bot_gives_a_rank_and_sees_the_whole_row() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let answer = set(&bot, json!({"add": [rank::OFFICER]})).await;
    let row = v2.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::CADET, rank::OFFICER]));
    for (name, value) in row.ok()["data"].as_object().expect("a row") {
        assert_eq!(answer.body[name], *value, "{name}");
    }
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn set_add_and_remove_work_together_and_remove_wins() {
    for (object, expected) in [
        (json!({"set": ["officer"]}), json!([rank::OFFICER])),
        (json!({"set": []}), json!([])),
        (json!({"add": ["officer", "medic"]}), json!([rank::CADET, rank::OFFICER, rank::MEDIC])),
        (json!({"remove": ["cadet"]}), json!([])),
        (json!({"add": ["officer"], "remove": ["officer"]}), json!([rank::CADET])),
        (json!({"add": ["cadet"], "remove": ["cadet"]}), json!([])),
        (json!({"set": ["officer"], "add": ["medic"]}), json!([rank::OFFICER, rank::MEDIC])),
        (
            json!({"set": ["officer", "medic"], "add": ["chief"], "remove": [rank::MEDIC]}),
            json!([rank::OFFICER, rank::CHIEF]),
        ),
        (json!({"set": null, "add": ["medic"], "remove": null}), json!([rank::CADET, rank::MEDIC])),
    ] {
        let server = Server::start().await;
        let (bot, _) = server.legacy().await;
        let answer = set(&bot, object.clone()).await;
        assert_eq!(answer.legacy_json()["ranks"], expected, "{object}");
        assert_eq!(bot.ranks_of(account::CADET).await, expected, "{object}");
    }
}

#[tokio::test]
async fn every_selector_finds_the_account_whose_ranks_are_set() {
    for object in [
        json!({"accId": account::CADET}),
        json!({"apiId": "LEGACY-7"}),
        json!({"username": "ÄRWIN CADET"}),
        json!({"discord": "100000000000000002"}),
        json!({"uniqueId": "1002"}),
        json!({"accountId": account::CADET}),
        json!({"accID": account::CADET, "accId": "", "accountId": null}),
        json!({"accId": "", "apiId": "", "username": "", "discord": "", "uniqueId": 1002}),
        json!({"accId": account::CADET.to_uppercase(), "uniqueId": 1002}),
    ] {
        let server = Server::start().await;
        let (bot, _) = server.legacy().await;
        let mut request = object.clone();
        request["add"] = json!(["officer"]);
        let answer = bot.call("SET_ACCOUNT_RANKS", json!([request])).await;
        assert_eq!(answer.legacy_json()["accId"], account::CADET, "{object}");
        assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
    }
}

#[tokio::test]
async fn two_account_ids_that_differ_name_nobody() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let object = json!({"accId": account::CADET, "accountId": account::OFFICER, "add": ["medic"]});
    let answer = bot.call("SET_ACCOUNT_RANKS", json!([object])).await;
    assert_eq!(answer.legacy_refusal(400), "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY");
}

#[tokio::test]
async fn a_primary_and_secondary_ranks_are_set_as_older_clients_do() {
    for (set, expected) in [
        (json!({"primary": "officer", "secondary": ["medic"]}), json!([rank::OFFICER, rank::MEDIC])),
        (json!({"primary": rank::OFFICER}), json!([rank::OFFICER])),
        (json!({"secondary": [rank::MEDIC]}), json!([rank::CADET, rank::MEDIC])),
        (json!({"primary": null}), json!([])),
        (json!({"primary": null, "secondary": ["medic"]}), json!([rank::MEDIC])),
        (json!({"secondary": []}), json!([rank::CADET])),
        (json!({}), json!([rank::CADET])),
    ] {
        let server = Server::start().await;
        let (bot, _) = server.legacy().await;
        let answer = set_object(&bot, &set).await;
        assert_eq!(answer.legacy_json()["ranks"], expected, "{set}");
        assert_eq!(bot.ranks_of(account::CADET).await, expected, "{set}");
    }
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    set(&bot, json!({"add": ["medic"]})).await.legacy_json();
    let answer = set_object(&bot, &json!({"primary": "officer"})).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::MEDIC, rank::OFFICER]), "secondary ranks stay");
    for wrong in [json!({"secondary": "medic"}), json!({"primary": "nonsense"}), json!({"primary": [1]})] {
        set_object(&bot, &wrong).await.legacy_refusal(400);
    }
    let answer = set_object(&bot, &json!({"primary": ""})).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::MEDIC]), "an empty text takes it away");
}

#[tokio::test]
async fn a_primary_rank_is_replaced_only_if_it_is_certain_which_one_it_is() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    set(&bot, json!({"set": ["officer", "chief", "medic"]})).await.legacy_json();
    let written = server.written().await;
    for half in [json!({"primary": "cadet"}), json!({"primary": null}), json!({"secondary": ["medic"]})] {
        let refused = set_object(&bot, &half).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused.legacy_refusal(400));
        }
    }
    assert_eq!(server.written().await, written, "no secondary rank was taken for the primary one");
    let both = json!({"primary": "cadet", "secondary": ["chief", "medic"]});
    let answer = set_object(&bot, &both).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::CHIEF, rank::MEDIC, rank::CADET]));
    let answer = set_object(&bot, &json!({"primary": "officer"})).await;
    let expected = json!([rank::CHIEF, rank::MEDIC, rank::OFFICER]);
    assert_eq!(answer.legacy_json()["ranks"], expected, "one for primary use only is certain");
}

#[tokio::test]
async fn a_rank_is_set_in_no_place_that_it_is_not_for() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for (set, place) in [
        (json!({"primary": "medic"}), "/data/0/set/primary"),
        (json!({"primary": {"rank": rank::MEDIC, "expiresIn": "PT1H"}}), "/data/0/set/primary"),
        (json!({"primary": "officer", "secondary": ["medic", "cadet"]}), "/data/0/set/secondary/1"),
        (json!({"secondary": [rank::CADET]}), "/data/0/set/secondary/0"),
    ] {
        let refused = set_object(&bot, &set).await;
        assert!(refused.legacy_refusal(400).starts_with(place), "{set}: {}", refused.text);
    }
    assert_eq!(server.written().await, written);
}

async fn set_object(bot: &Legacy, set_to: &Value) -> Answer {
    set(bot, json!({"set": set_to})).await
}

#[tokio::test]
async fn the_ledger_numbers_the_changes_of_v1_and_v2_in_one_series() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    set(&bot, json!({"add": ["officer"]})).await.legacy_json();
    let second = v2.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    assert_eq!(second.ok()["meta"]["changeNumber"], 8);
    set(&bot, json!({"remove": ["cadet"]})).await.legacy_json();
    let (first, second, third) = (server.change(7).await, server.change(8).await, server.change(9).await);
    for change in [&first, &second, &third] {
        assert_eq!(change.source, Source::Api);
        assert_eq!((change.credential, change.actor), (second.credential, None), "one and the same bot");
    }
}

#[tokio::test]
async fn a_change_that_changes_nothing_is_not_recorded() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    assert_eq!(set(&bot, json!({"add": ["cadet"]})).await.legacy_json()["ranks"], json!([rank::CADET]));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn the_person_and_the_reason_are_kept() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    set(&bot, json!({"add": ["officer"], "userId": "100000000000000004", "reason": "Passed"}))
        .await
        .legacy_json();
    let change = server.change(7).await;
    assert_eq!(change.actor.map(|actor| actor.to_string()).as_deref(), Some(account::CHIEF));
    assert_eq!(change.reason.as_deref(), Some("Passed"));
}

#[tokio::test]
async fn a_person_or_a_bot_gives_nothing_that_is_above_them() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let (low, _) = server
        .legacy_with("ranks:write ranks:undo", |credential| {
            credential.power_ceiling = Some(Power(20));
        })
        .await;
    let written = server.written().await;
    let by_person = set(&bot, json!({"add": ["medic"], "userId": "100000000000000003"})).await;
    let by_bot = set(&low, json!({"add": ["officer"]})).await;
    insta::assert_json_snapshot!([by_person.legacy_refusal(400), by_bot.legacy_refusal(400)]);
    let unknown = set(&bot, json!({"add": ["officer"], "userId": "nobody"})).await;
    assert!(unknown.legacy_refusal(400).contains("\"nobody\""), "{}", unknown.text);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn what_the_rules_refuse_is_refused_in_the_words_of_v2() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let written = server.written().await;
    for (account, object) in [
        (account::BANNED, json!({"add": ["officer"]})),
        (account::ARCHIVED, json!({"add": ["officer"]})),
        (account::CADET, json!({})),
        (account::CADET, json!({"add": ["explorer"]})),
        (account::CADET, json!({"add": ["officer", "no-such-rank"]})),
        (account::CADET, json!({"set": [rank::FOREIGN]})),
        (account::CADET, json!({"add": ["officer"], "reason": "\u{202e}"})),
    ] {
        let mut request = object.clone();
        request["accId"] = json!(account);
        let answer = bot.call("SET_ACCOUNT_RANKS", json!([request])).await;
        let same = v2.set_ranks(account, object.clone()).await;
        assert!(same.status.is_client_error(), "{object}");
        assert_eq!(answer.legacy_refusal(400), same.body["detail"].as_str().expect("a sentence"), "{object}");
    }
    for (name, value) in [("add", json!("officer")), ("set", json!([1])), ("remove", json!({"0": "cadet"}))] {
        let answer = set(&bot, json!({name: value})).await;
        assert!(answer.legacy_refusal(400).starts_with(&format!("/data/0/{name}")), "{}", answer.text);
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_rank_is_given_until_a_time_as_in_v2() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let answer = set(&bot, json!({"add": ["officer", {"rank": "medic", "expiresIn": "PT1H"}]})).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::CADET, rank::OFFICER, rank::MEDIC]));
    let read = v2.get(&format!("/v2/community/accounts/{}/ranks", account::CADET)).await;
    assert_eq!(read.ok()["meta"]["expiresAt"], json!({rank::MEDIC: "2026-05-01T13:00:00.000Z"}));
    let refused = set(&bot, json!({"add": [{"rank": "medic", "expiresIn": "an hour"}]})).await;
    assert_eq!(refused.status.as_u16(), 400);
    assert!(refused.text.contains("/add/0/expiresIn"), "{}", refused.text);
}
