//! Lists of game servers that are refused: nothing of them is written.

use serde_json::{Value, json};

use super::{PATH, full};
use crate::kit::{Server, account, rank};

/// Returns the server with another value for a member.
fn with(member: &str, value: &Value) -> Value {
    let mut server = full(1);
    server[member] = value.clone();
    server
}

#[tokio::test]
async fn a_part_of_another_form_is_refused_at_its_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (written, before) = (server.written().await, admin.servers().await);
    for (member, value) in [
        ("id", json!(-1)),
        ("id", json!(9_007_199_254_740_992_i64)),
        ("id", json!("1")),
        ("id", Value::Null),
        ("name", json!("")),
        ("name", json!("two\nlines")),
        ("name", json!("x".repeat(129))),
        ("description", json!("\u{1b}[2J")),
        ("description", json!("x".repeat(501))),
        ("ip", json!("1.2.3.4:30120")),
        ("ip", json!("http://city")),
        ("ip", json!("300.1.1.1")),
        ("port", json!(0)),
        ("port", json!(65536)),
        ("port", json!("http")),
        ("port", json!(80.5)),
        ("port", json!(true)),
        ("type", json!("a\nb")),
        ("robloxJoinCode", json!("a\u{202e}b")),
        ("robloxMetadata", json!([1])),
        ("erlcApiKey", json!("two words")),
        ("pushSecret", json!("\u{e4}")),
        ("pushSecret", json!("x".repeat(257))),
        ("pushUrl", json!("city.example.com")),
        ("pushUrl", json!("ftp://city.example.com")),
        ("pushUrl", json!("http://user:password@city.example.com/")),
        ("pushUrl", json!("http:///path")),
        ("pushUrl", json!("http://city.example.com/#part")),
        ("pushUrl", json!("http://300.1.1.1/")),
        ("pushUrl", json!(format!("http://city.example.com/{}", "x".repeat(500)))),
        ("allowedRanks", json!("cadet")),
        ("blockedRanks", json!([7])),
    ] {
        let answer = admin.put_servers(json!([{"id": 5, "name": "Fine"}, with(member, &value)])).await;
        let pointer =
            answer.problem(400, "invalid-body")["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert!(pointer.starts_with(&format!("/servers/1/{member}")), "{member} {value}: {}", answer.body);
    }
    let answer = admin.put_servers(json!([{"name": "Nameless"}])).await;
    answer.problem(400, "invalid-body");
    assert_eq!((server.written().await, admin.servers().await), (written, before));
}

#[tokio::test]
async fn a_principal_that_is_another_command_to_the_console_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for principal in ["group.admin\nquit", "group.admin; quit", "two words", "a\"b", "", "\u{2028}"] {
        let mappings =
            json!([{"ranks": ["cadet"], "principal": "fine"}, {"ranks": [], "principal": principal}]);
        let answer = admin.put_servers(json!([with("aceConfig", &json!({ "mappings": mappings }))])).await;
        let place = &answer.problem(400, "invalid-body")["errors"][0]["pointer"];
        assert_eq!(*place, "/servers/0/aceConfig/mappings/1/principal", "{principal:?}");
        let answer = admin.patch(&format!("{PATH}/1/ace-config"), json!({ "mappings": mappings })).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/mappings/1/principal");
    }
    let none = json!({"mappings": [{"ranks": ["cadet"]}]});
    admin.patch(&format!("{PATH}/1/ace-config"), none).await.problem(400, "invalid-body");
    let two = json!({"mappings": [{"principal": "a", "aceGroup": "b"}]});
    admin.patch(&format!("{PATH}/1/ace-config"), two).await.problem(400, "invalid-body");
}

#[tokio::test]
async fn unknown_ranks_are_all_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.servers().await;
    let answer = admin
        .put_servers(json!([{
            "id": 1, "name": "Main", "allowedRanks": ["cadet", "cadett"], "blockedRanks": [rank::FOREIGN],
            "aceConfig": {"mappings": [{"ranks": [account::CADET], "principal": "a", "discordRoleId": "1234567890"}]},
        }]))
        .await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(admin.servers().await, before);
}

#[tokio::test]
async fn two_servers_with_one_id_are_refused() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let before = admin.servers().await;
    let twice = json!([{"id": 5, "name": "A"}, {"id": 6, "name": "B"}, {"id": 5, "name": "C"}]);
    for answer in [admin.put_servers(twice.clone()).await, bot.post(PATH, json!({ "servers": twice })).await]
    {
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/servers/2/id");
    }
    let taken = bot.post(PATH, json!({"servers": [{"id": 5, "name": "A"}, {"id": 2, "name": "B"}]})).await;
    insta::assert_json_snapshot!(taken.whole());
    assert_eq!(admin.servers().await, before);
}

#[tokio::test]
async fn a_community_has_at_most_200_servers() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let many = |count: i64| (1..=count).map(|id| json!({"id": id, "name": "Many"})).collect::<Vec<_>>();
    admin.put_servers(json!(many(201))).await.problem(422, "refused-entry");
    admin.put_servers(json!(many(200))).await.ok();
    bot.post(PATH, json!({"servers": [{"id": 201, "name": "One more"}]})).await.problem(422, "refused-entry");
    admin.put_servers(json!(many(199))).await.ok();
    bot.post(PATH, json!({"servers": [{"id": 201, "name": "One more"}]})).await.ok();
}

#[tokio::test]
async fn a_frozen_community_keeps_its_servers() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let low = server.admin_below(100).await;
    admin.freeze(json!({})).await.ok();
    bot.post(PATH, json!({"servers": [{"id": 9, "name": "A"}]})).await.problem(423, "community-frozen");
    bot.patch(&format!("{PATH}/1/type"), json!({"type": "x"})).await.problem(423, "community-frozen");
    low.put_servers(json!([])).await.problem(423, "community-frozen");
    low.patch(&format!("{PATH}/1/ace-config"), json!({})).await.problem(423, "community-frozen");
    bot.post(&format!("{PATH}/1/activity/start"), json!({})).await.ok();
    bot.post(&format!("{PATH}/1/activity"), json!({"uniqueId": 1002})).await.ok();
    admin.put_servers(json!([{"id": 1, "name": "Repaired"}])).await.ok();
}

#[tokio::test]
async fn who_acts_stands_above_the_ranks_that_they_put_into_a_list_or_take_out() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.admin_below(20).await);
    admin.put_servers(json!([full(1)])).await.ok();
    let before = admin.servers().await;
    let mapping = |key: &str| json!({"mappings": [{"ranks": [key], "principal": "group.admin"}]});
    for (member, value) in [
        ("allowedRanks", json!(["cadet"])),
        ("allowedRanks", json!(["cadet", "officer", "chief"])),
        ("blockedRanks", json!([])),
        ("aceConfig", mapping("officer")),
        ("aceConfig", mapping("chief")),
    ] {
        low.put_servers(json!([with(member, &value)])).await.problem(403, "insufficient-power");
    }
    low.put_servers(json!([])).await.problem(403, "insufficient-power");
    assert_eq!(admin.servers().await, before);
    low.put_servers(json!([with("allowedRanks", &json!([rank::OFFICER]))])).await.ok();
    low.put_servers(json!([with("name", &json!("Renamed"))])).await.ok();
}

#[tokio::test]
async fn nobody_lets_themselves_in_or_gives_themselves_permissions() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let put = |server: Value, user: &str| {
        let body = json!({"servers": [server], "userId": user});
        let admin = admin.clone();
        async move { admin.put(PATH, body).await }
    };
    let closed = json!({"id": 1, "name": "Main", "allowedRanks": ["chief"], "blockedRanks": ["cadet"]});
    put(closed.clone(), account::OWNER).await.ok();
    let open = |list: Value| json!({"id": 1, "name": "Main", "allowedRanks": list});
    // The officer is a medic, too. What gives them nothing is fine, but for their power.
    put(open(json!(["chief", "officer"])), account::OFFICER).await.problem(403, "insufficient-power");
    put(open(json!([])), account::OFFICER).await.problem(403, "insufficient-power");
    // The chief stands above officers, and is one for a moment.
    admin.change_ranks(account::CHIEF, json!({"add": ["officer"], "remove": []})).await;
    let kept_out = json!({"id": 1, "name": "Main", "allowedRanks": ["medic"], "blockedRanks": []});
    put(kept_out, account::OWNER).await.ok();
    let refused = put(open(json!(["medic", "officer"])), account::CHIEF).await;
    insta::assert_json_snapshot!(refused.whole());
    put(open(json!(["medic", "cadet"])), account::CHIEF).await.ok();
    let mapped = |principal: &str| json!({"mappings": [{"ranks": ["officer"], "principal": principal}], "userId": account::CHIEF});
    let config = format!("{PATH}/1/ace-config");
    admin.patch(&config, mapped("group.admin")).await.problem(403, "insufficient-power");
    admin
        .patch(&config, json!({"mappings": [{"ranks": ["officer"], "principal": "group.admin"}]}))
        .await
        .ok();
    admin.patch(&config, mapped("group.admin")).await.ok();
    admin.patch(&config, mapped("group.god")).await.problem(403, "insufficient-power");
    let barred = json!({"servers": [], "userId": account::BANNED});
    admin.put(PATH, barred).await.problem(403, "insufficient-power");
}
