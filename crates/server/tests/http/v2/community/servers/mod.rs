//! `GET`, `POST` and `PUT /v2/community/servers`: the game servers of the community.

mod ace_config;
mod activity;
mod push;
mod refused;
mod r#type;
mod whitelist;

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

pub(crate) const PATH: &str = "/v2/community/servers";

/// Returns a server with every member that a request can have.
pub(crate) fn full(id: i64) -> Value {
    json!({
        "id": id, "name": "Main Server", "description": "The city\nby night", "ip": "203.0.113.7", "port": 30120,
        "type": "qb-core", "robloxJoinCode": "ABCD-1234", "robloxMetadata": {"place": 7}, "erlcApiKey": "erlc-key",
        "aceConfig": {"mappings": [{"ranks": ["officer", rank::CHIEF], "principal": "group.admin"}]},
        "allowedRanks": ["cadet", rank::OFFICER], "blockedRanks": ["medic"],
        "pushUrl": "https://city.example.com/events", "pushSecret": "s3cret-of-the-city",
    })
}

impl Actor {
    /// Replaces all game servers.
    pub(crate) async fn put_servers(&self, servers: Value) -> Answer {
        self.put(PATH, json!({ "servers": servers })).await
    }

    /// Returns the game servers.
    pub(crate) async fn servers(&self) -> Vec<Value> {
        self.get(PATH).await.ok()["data"]["servers"].as_array().expect("a list").clone()
    }
}

/// Returns the entries of the log about game servers: before and after.
async fn logged(server: &Server) -> Vec<(Value, Value)> {
    let read = |state: &Option<String>| {
        state.as_deref().map_or(Value::Null, |text| serde_json::from_str(text).expect("it is JSON"))
    };
    let all = server.log().await.into_iter().map(|linked| linked.entry.act);
    let about = all.filter(|act| act.kind.as_str() == "structure.changed");
    about.map(|act| (read(&act.before), read(&act.after))).collect()
}

#[tokio::test]
async fn a_bot_reads_the_game_servers() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(PATH).await.whole());
}

#[tokio::test]
async fn an_administrator_replaces_the_list_and_no_answer_shows_a_secret() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.put_servers(json!([full(1), {"id": 7, "name": "Bare"}])).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(admin.servers().await, *answer.ok()["data"]["servers"].as_array().expect("a list"));
    assert_eq!(server.bot().await.get("/v2/community").await.ok()["data"]["servers"], 2);
    for answer in [answer, admin.get(PATH).await, admin.get("/v2/community/administration").await] {
        assert!(!answer.text.contains("s3cret") && !answer.text.contains("erlc-key"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_game_server_adds_itself_with_its_ordinary_key() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let own = json!({
        "id": 9, "name": "Server 9", "description": "Auto-created", "ip": null, "port": 30120, "type": "qb-core",
    });
    let answer = bot.post(PATH, json!({"servers": [own]})).await;
    insta::assert_json_snapshot!(answer.whole());
    let ids: Vec<_> = bot.servers().await.iter().map(|server| server["id"].clone()).collect();
    assert_eq!(ids, [1, 2, 9]);
    // As the documentation writes it.
    let documented = json!({
        "id": 10, "name": "A", "description": "B", "ip": "127.0.0.1", "port": "30120", "type": "FiveM",
        "erlcApiKey": "", "robloxJoinCode": "ABC123", "aceConfig": {}, "robloxMetadata": {},
    });
    bot.post(PATH, json!({"servers": [documented]})).await.ok();
    // As Lua writes empty tables.
    let empty = json!({"id": 11, "name": "C", "aceConfig": [], "robloxMetadata": [], "allowedRanks": []});
    bot.post(PATH, json!({"servers": [empty]})).await.ok();
    bot.post(PATH, json!({"servers": []})).await.ok();
}

#[tokio::test]
async fn a_server_keeps_what_a_replacement_does_not_name() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.put_servers(json!([full(1)])).await.ok();
    let before = admin.servers().await;
    let renamed = admin.put_servers(json!([{"id": 1, "name": "Renamed"}])).await;
    let mut expected = before[0].clone();
    expected["name"] = json!("Renamed");
    assert_eq!(renamed.ok()["data"]["servers"], json!([expected]));
    // An answer can be sent back as it is.
    assert_eq!(
        admin.put_servers(json!(admin.servers().await)).await.ok()["data"]["servers"],
        json!([expected])
    );

    let bare = json!([{
        "id": 1, "name": "Renamed", "description": "", "ip": null, "port": "", "type": null, "robloxJoinCode": "",
        "robloxMetadata": {}, "erlcApiKey": "", "aceConfig": {"mappings": []}, "allowedRanks": [],
        "blockedRanks": [], "pushUrl": "", "pushSecret": null,
    }]);
    let bared = admin.put_servers(bare).await.ok()["data"]["servers"][0].clone();
    for member in ["ip", "port", "type", "robloxJoinCode", "pushUrl"] {
        assert_eq!(bared[member], Value::Null, "{member}");
    }
    assert_eq!((&bared["hasPushSecret"], &bared["hasErlcApiKey"]), (&json!(false), &json!(false)));
    assert_eq!((&bared["allowedRanks"], &bared["aceConfig"]["mappings"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_ordinary_key_says_neither_who_may_join_nor_where_secrets_go() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let before = bot.servers().await;
    for (member, value) in [
        ("pushUrl", json!("http://203.0.113.7/x")),
        ("pushSecret", json!("mine")),
        ("allowedRanks", json!(["cadet"])),
        ("blockedRanks", json!(["cadet"])),
        ("aceConfig", json!({"mappings": [{"ranks": ["cadet"], "principal": "group.admin"}]})),
    ] {
        let mut own = json!({"id": 9, "name": "Mine"});
        own[member] = value;
        let refused = bot.post(PATH, json!({"servers": [{"id": 8, "name": "First"}, own]})).await;
        assert!(
            refused.problem(403, "missing-scope")["detail"]
                .as_str()
                .is_some_and(|text| text.contains("admin"))
        );
    }
    bot.put_servers(json!([])).await.problem(403, "missing-scope");
    bot.patch(&format!("{PATH}/1/ace-config"), json!({})).await.problem(403, "missing-scope");
    assert_eq!(bot.servers().await, before);
    let reader = server.bot_with("community:read accounts:read", |_| {}).await;
    reader.post(PATH, json!({"servers": [{"id": 9, "name": "Mine"}]})).await.problem(403, "missing-scope");
    reader.patch(&format!("{PATH}/1/type"), json!({"type": "x"})).await.problem(403, "missing-scope");
    reader.get(PATH).await.ok();
}

#[tokio::test]
async fn every_change_of_a_server_stands_in_the_log_without_its_secrets() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    admin.put_servers(json!([full(1)])).await.ok();
    admin.put_servers(json!([full(1)])).await.ok();
    let mut other = full(1);
    other["pushSecret"] = json!("an0ther");
    other["erlcApiKey"] = Value::Null;
    admin.put_servers(json!([other])).await.ok();
    bot.patch(&format!("{PATH}/1/type"), json!({"type": "qb-core"})).await.ok();
    bot.patch(&format!("{PATH}/1/type"), json!({"type": "ESX"})).await.ok();
    bot.post(PATH, json!({"servers": [{"id": 9, "name": "Mine"}]})).await.ok();
    admin.put_servers(json!([])).await.ok();
    let logged = logged(&server).await;
    insta::assert_json_snapshot!(logged);
    let text = json!(logged).to_string();
    assert!(!text.contains("s3cret") && !text.contains("an0ther") && !text.contains("erlc-key"));
}

#[tokio::test]
async fn a_neighbour_has_servers_of_their_own() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    let ours = admin.servers().await;
    theirs.put_servers(json!([{"id": 1, "name": "Theirs"}])).await.ok();
    assert_eq!(admin.servers().await, ours);
    theirs.put_servers(json!([])).await.ok();
    assert_eq!(admin.servers().await, ours);
    theirs.get(&format!("{PATH}/1/whitelist")).await.problem(404, "server-not-found");
    theirs.patch(&format!("{PATH}/1/type"), json!({"type": "x"})).await.problem(404, "server-not-found");
}

#[tokio::test]
async fn a_server_that_is_removed_has_nobody_on_it_any_more() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let id = server.play(account::CADET, Some(1)).await;
    server.play(account::OFFICER, Some(2)).await;
    admin.put_servers(json!([{"id": 2, "name": "Test"}])).await.ok();
    let latest = |of: &str| format!("/v2/community/accounts/{of}/activity/latest?type=activity");
    let row = bot.get(&latest(account::CADET)).await.ok()["data"][0].clone();
    assert_eq!((&row["id"], &row["completed"]), (&json!(id), &json!(true)));
    assert_eq!(bot.get(&latest(account::OFFICER)).await.ok()["data"][0]["completed"], false);
}
