//! `POST /v2/community/accounts/{accountId}/identifiers`: the account gets the identifiers of a request that
//! can be registered. Those that people share are in `identifiers_shared.rs`.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/identifiers")
}

/// Registers pairs of a type and a value.
async fn register(actor: &Actor, account: &str, pairs: &[(&str, &str)]) -> Answer {
    let entries = pairs.iter().map(|(kind, value)| json!({"type": kind, "value": value}));
    actor.post(&path(account), json!({"identifiers": entries.collect::<Vec<_>>()})).await
}

/// Returns the state of an identifier of the account: how often it was reported, and whether it is verified.
/// `None` if the account does not have it.
async fn state(actor: &Actor, account: &str, value: &str) -> Option<(i64, bool)> {
    let answer = actor.get(&path(account)).await;
    let all = answer.ok()["data"].as_array().expect("a list");
    let found = all.iter().find(|identifier| identifier["value"] == value)?;
    Some((found["refCount"].as_i64().expect("a count"), found["verified"] == true))
}

async fn row(actor: &Actor, account: &str) -> Value {
    actor.get(&format!("/v2/community/accounts/{account}")).await.ok()["data"].clone()
}

#[tokio::test]
async fn a_bot_registers_identifiers_and_sees_them_with_the_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let pairs =
        [("steam", "steam:11000010000AbCd"), (" Discord ", " 100000000000000088 "), ("teamspeak", "äB c")];
    let answer = register(&bot, account::NEWCOMER, &pairs).await;
    insta::assert_json_snapshot!(answer.whole());
    insta::assert_json_snapshot!(bot.get(&path(account::NEWCOMER)).await.ok()["data"]);
    let ids = &row(&bot, account::NEWCOMER).await["activeApiIds"];
    for id in [
        "discord:100000000000000001",
        "steam:11000010000abcd",
        "discord:100000000000000088",
        "teamspeak:äB c",
    ] {
        assert!(ids.as_array().is_some_and(|ids| ids.contains(&json!(id))), "{ids}");
    }
}

#[tokio::test]
async fn an_identifier_is_kept_in_one_spelling() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (kind, value, kept) in [
        ("steam", "76561198000000001", "1100001025e4c01"),
        ("STEAM", "1100001025E4C01", "1100001025e4c01"),
        ("steam", "steam:steam:0001100001025e4c", "1100001025e4c"),
        ("license", "License:ABCDEF", "abcdef"),
        ("license2", "0A", "0a"),
        ("ip", "::ffff:192.0.2.1", "192.0.2.1"),
        ("ip", "2001:DB8:0::1", "2001:db8::1"),
        ("fivem", "fivem: 77", "77"),
        ("custom_1-x", "CUSTOM_1-X:a:b", "a:b"),
        ("other", " two  words ", "two  words"),
        ("other", &"ä".repeat(128), &"ä".repeat(128)),
    ] {
        let answer = register(&bot, account::NEWCOMER, &[(kind, value)]).await;
        let registered = json!([{"type": kind.to_lowercase(), "value": kept}]);
        assert_eq!(answer.ok()["data"], registered, "{kind} {value}");
    }
    assert_eq!(state(&bot, account::NEWCOMER, "1100001025e4c01").await, Some((2, true)));
}

#[tokio::test]
async fn what_is_registered_again_is_counted() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let value = "100000000000000001";
    assert_eq!(state(&bot, account::NEWCOMER, value).await, Some((1, true)));
    let twice = [("discord", value), ("discord", "discord:100000000000000001")];
    let answer = register(&bot, account::NEWCOMER, &twice).await;
    assert_eq!(answer.ok()["data"], json!([{"type": "discord", "value": value}]));
    assert_eq!(state(&bot, account::NEWCOMER, value).await, Some((3, true)));
    assert_eq!(bot.get(&path(account::NEWCOMER)).await.ok()["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_identifier_that_was_not_verified_is_so_by_registration() {
    let server = Server::start().await;
    let bot = server.bot().await;
    assert_eq!(state(&bot, account::CADET, "110000100000002").await, Some((3, false)));
    register(&bot, account::CADET, &[("steam", "steam:110000100000002")]).await.ok();
    assert_eq!(state(&bot, account::CADET, "110000100000002").await, Some((4, true)));
    let found = bot.get("/v2/community/accounts/search?apiId=steam:110000100000002").await;
    assert_eq!(found.ok()["data"]["items"][0]["accId"], account::CADET);
    let taken = register(&bot, account::OFFICER, &[("steam", "110000100000002")]).await;
    taken.problem(409, "identifier-taken");
}

#[tokio::test]
async fn what_another_has_without_proof_goes_to_whoever_registers_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::OFFICER, &[("steam", "110000100000002")]).await.ok();
    assert_eq!(state(&bot, account::OFFICER, "110000100000002").await, Some((1, true)));
    assert_eq!(state(&bot, account::CADET, "110000100000002").await, Some((3, false)));
    let late = register(&bot, account::CADET, &[("steam", "110000100000002")]).await;
    assert_eq!(late.problem(409, "identifier-taken")["errors"][0]["owner"], account::OFFICER);
}

#[tokio::test]
async fn what_is_anothers_is_named_with_its_owner_and_the_rest_is_registered() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let pairs = [
        ("steam", "STEAM_0:1:2345"),
        ("xbl", "1"),
        ("discord", "100000000000000002"),
        ("discord", "100000000000000001"),
        ("discord", "discord:100000000000000004"),
        ("xbl", "xbl:1"),
    ];
    let answer = register(&bot, account::NEWCOMER, &pairs).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(state(&bot, account::NEWCOMER, "1").await, Some((2, true)));
    assert_eq!(state(&bot, account::NEWCOMER, "100000000000000001").await, Some((2, true)));
    assert_eq!(state(&bot, account::NEWCOMER, "100000000000000002").await, None);
}

#[tokio::test]
async fn if_everything_is_anothers_the_request_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let before = bot.get(&path(account::NEWCOMER)).await.ok()["data"].clone();
    let pairs = [
        ("discord", "100000000000000002"),
        ("license", "no hash"),
        ("discord", "discord:100000000000000004"),
    ];
    let answer = register(&bot, account::NEWCOMER, &pairs).await;
    answer.problem(409, "identifier-taken");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.get(&path(account::NEWCOMER)).await.ok()["data"], before);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_value_of_another_type_is_another_identifier() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::NEWCOMER, &[("roblox", "100000000000000002"), ("xbl", "77")]).await.ok();
    register(&bot, account::OFFICER, &[("live", "77"), ("roblox", "77")]).await.ok();
}

#[tokio::test]
async fn the_same_value_has_another_owner_in_another_community() {
    let server = Server::start().await;
    register(&server.bot().await, account::NEWCOMER, &[("discord", "100000000000000099")]).await.ok();
    let neighbour = server.neighbours_bot().await;
    register(&neighbour, account::NEIGHBOUR, &[("discord", "100000000000000001")]).await.ok();
    register(&neighbour, account::NEWCOMER, &[("xbl", "1")]).await.problem(404, "account-not-found");
}

#[tokio::test]
async fn the_first_discord_and_roblox_id_become_those_of_the_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    assert_eq!(row(&bot, account::OWNER).await["discordId"], Value::Null);
    let pairs = [("discord", "5"), ("discord", "6"), ("roblox", "roblox:7"), ("roblox", "8")];
    register(&bot, account::OWNER, &pairs).await.ok();
    assert_eq!(row(&bot, account::OWNER).await["discordId"], "5");
    let full = bot.set_ranks(account::OWNER, json!({"add": ["cadet"]})).await;
    assert_eq!(full.ok()["data"]["robloxId"], "7");
    register(&bot, account::CADET, &[("discord", "9"), ("roblox", "9")]).await.ok();
    assert_eq!(row(&bot, account::CADET).await["discordId"], "100000000000000002");
    let full = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    assert_eq!(full.ok()["data"]["robloxId"], "77");
}

#[tokio::test]
async fn at_most_100_identifiers_are_registered_at_once() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let entries = |count: usize| -> Vec<_> {
        (1..=count).map(|id| json!({"type": "xbl", "value": id.to_string()})).collect()
    };
    let answer = bot.post(&path(account::NEWCOMER), json!({"identifiers": entries(101)})).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/identifiers");
    let answer = bot.post(&path(account::NEWCOMER), json!({"identifiers": entries(100)})).await;
    assert_eq!(answer.ok()["data"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn a_request_without_identifiers_registers_none() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    assert_eq!(register(&bot, account::NEWCOMER, &[]).await.ok()["data"], json!([]));
    assert_eq!(server.written().await, written);
    register(&bot, account::NOBODY, &[]).await.problem(404, "account-not-found");
}

#[tokio::test]
async fn an_identifier_that_is_none_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (kind, value) in [
        ("", "1"),
        (" ", "1"),
        ("disc ord", "1"),
        ("discörd", "1"),
        (&"x".repeat(33), "1"),
        ("discord", ""),
        ("discord", " "),
        ("discord", "discord:"),
        ("other", "a\u{1}b"),
        ("other", "turned \u{202e}around"),
        ("other", "\u{1b}[2J"),
        ("other", &"x".repeat(129)),
    ] {
        let answer = register(&bot, account::NEWCOMER, &[("xbl", "1"), (kind, value)]).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/identifiers/1", "{kind} {value}: {}", answer.body);
        answer.problem(400, "invalid-body");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_identifier_that_does_not_have_the_form_of_its_type_is_left_out() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (kind, value) in [
        ("discord", "user#0001"),
        ("discord", "1234567890123456789012"),
        ("discord", "steam:1"),
        ("discord", "-1"),
        ("discord", "١٢٣"),
        ("steam", "STEAM_0:1:2345"),
        ("steam", "76561197960265727"),
        ("steam", "110000112345678z"),
        ("license", "xyz"),
        ("license", &"a".repeat(65)),
        ("ip", "192.0.2"),
        ("ip", "192.0.2.1:80"),
    ] {
        let written = server.written().await;
        let alone = register(&bot, account::NEWCOMER, &[(kind, value)]).await;
        assert_eq!(
            alone.problem(400, "invalid-body")["errors"][0]["pointer"],
            "/identifiers/0",
            "{kind} {value}"
        );
        assert_eq!(server.written().await, written);
        let beside = register(&bot, account::NEWCOMER, &[("xbl", "1"), (kind, value)]).await;
        assert_eq!(beside.ok()["data"], json!([{"type": "xbl", "value": "1"}]), "{kind} {value}");
        let told = &beside.body["meta"]["identifiers"][1];
        assert_eq!((&told["outcome"], &told["value"]), (&json!("malformed"), &json!(value)), "{told}");
    }
    insta::assert_json_snapshot!(
        register(&bot, account::NEWCOMER, &[("discord", "user#0001")]).await.whole()
    );
}

#[tokio::test]
async fn a_discord_id_that_stands_on_the_row_of_another_account_is_taken() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.link_discord(account::OFFICER, "100000000000000077").await;
    let refused = register(&bot, account::NEWCOMER, &[("discord", "100000000000000077")]).await;
    let problem = refused.problem(409, "identifier-taken");
    assert_eq!(problem["errors"][0]["owner"], account::OFFICER);
    register(&bot, account::OFFICER, &[("discord", "100000000000000077")]).await.ok();
}

#[tokio::test]
async fn nobody_is_linked_to_an_account_that_stands_too_high_for_the_credential() {
    let server = Server::start().await;
    let low = server.bot_below(50).await;
    let id = [("discord", "100000000000000066")];
    for high in [account::CHIEF, account::OWNER] {
        register(&low, high, &id).await.problem(403, "insufficient-power");
    }
    register(&low, account::CADET, &id).await.ok();
}

#[tokio::test]
async fn whoever_is_banned_or_archived_gains_no_identifier_that_would_act_as_them_later() {
    let rogue = "100000000000000066";
    for (put_out, bring_back, kind) in
        [("ban", "unban", "account-banned"), ("archive", "restore", "account-archived")]
    {
        let server = Server::start().await;
        let (bot, admin) = (server.bot_below(50).await, server.admin().await);
        let act = async |action: &str| {
            admin.post(&format!("/v2/community/accounts/{}/{action}", account::CHIEF), json!({})).await
        };
        let taken = act(put_out).await.undo_id();
        let refused = register(&bot, account::CHIEF, &[("discord", rogue)]).await;
        refused.problem(409, kind);
        insta::assert_json_snapshot!(kind, refused.whole());
        assert_eq!(state(&admin, account::CHIEF, rogue).await, None);
        act(bring_back).await.ok();
        admin.undo(&taken, json!({})).await.ok();
        let medic = |user: &str| json!({"add": ["medic"], "userId": user});
        let admin_as = async |user: &str| admin.set_ranks(account::CADET, medic(user)).await;
        admin_as(rogue).await.problem(422, "unknown-user");
        admin_as("100000000000000004").await.ok();
    }
}

#[tokio::test]
async fn what_a_banned_account_has_already_is_counted_as_before() {
    let server = Server::start().await;
    let admin = server.admin().await;
    // Game servers report at every join what they know.
    let known = [("discord", "100000000000000004")];
    admin.post(&format!("/v2/community/accounts/{}/ban", account::CHIEF), json!({})).await.ok();
    register(&admin, account::CHIEF, &known).await.ok();
    assert_eq!(state(&admin, account::CHIEF, known[0].1).await, Some((2, true)));
    register(&admin, account::CHIEF, &[]).await.ok();
}

#[tokio::test]
async fn an_identifier_without_proof_is_not_verified_while_its_account_is_banned() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.post(&format!("/v2/community/accounts/{}/ban", account::CADET), json!({})).await.ok();
    let refused = register(&admin, account::CADET, &[("steam", "110000100000002")]).await;
    refused.problem(409, "account-banned");
    assert_eq!(state(&admin, account::CADET, "110000100000002").await, Some((3, false)));
    admin
        .send(http::Method::POST, &format!("/v2/community/accounts/{}/unban", account::CADET), "")
        .await
        .ok();
    register(&admin, account::CADET, &[("steam", "110000100000002")]).await.ok();
}

/// Registers so many new identifiers at once, the first with this number.
async fn register_many(bot: &Actor, account: &str, first: usize, many: usize) -> Answer {
    let values: Vec<_> = (first..first + many).map(|number| format!("{number:x}")).collect();
    let identifiers: Vec<_> = values.iter().map(|value| ("license", value.as_str())).collect();
    register(bot, account, &identifiers).await
}

#[tokio::test]
async fn an_account_has_a_bounded_number_of_identifiers() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register_many(&bot, account::NEWCOMER, 0, 100).await.ok();
    // The newcomer has a Discord id besides.
    let refused = register_many(&bot, account::NEWCOMER, 100, 100).await;
    let problem = refused.problem(409, "too-many-identifiers");
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.starts_with("The account has 101 identifiers and would have 201 "), "{detail}");
    register_many(&bot, account::NEWCOMER, 100, 99).await.ok();
    register_many(&bot, account::NEWCOMER, 0, 100).await.ok();
    register_many(&bot, account::NEWCOMER, 199, 1).await.problem(409, "too-many-identifiers");
}
