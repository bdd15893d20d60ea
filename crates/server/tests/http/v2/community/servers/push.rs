//! Game servers that hear of changes: the row makes the subscription, changes it and removes it.

use std::time::Duration;

use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::rank::Power;
use rankledger_domain::subscription::Disabled;
use serde_json::{Value, json};

use super::PATH;
use crate::deliveries::receiver::{Manner, Receiver, change, start};
use crate::kit::{Actor, Server, account, rank};
use crate::v2::community::webhooks;

/// A game server that hears of changes at this URL, and that only cadets may join.
fn told(url: &str) -> Value {
    json!({
        "id": 7, "name": "City", "pushUrl": url, "pushSecret": "key-of-the-city", "allowedRanks": [rank::CADET],
    })
}

/// Returns the subscriptions that game servers have made.
async fn of_servers(admin: &Actor) -> Vec<Value> {
    let listed = admin.get(webhooks::PATH).await;
    let all = listed.ok()["data"].as_array().expect("a list").clone();
    all.into_iter().filter(|one| !one["server"].is_null()).collect()
}

#[tokio::test]
async fn who_loses_the_rank_that_lets_them_in_is_refused_and_the_game_server_told_at_once() {
    let (server, admin) = webhooks::lenient().await;
    let receiver = Receiver::start(Manner::Answers(200, "ok")).await;
    admin.post(PATH, json!({"servers": [told(&receiver.url())]})).await.ok();
    let job = start(&server);
    let bot = server.bot().await;
    let check = format!("{PATH}/7/whitelist/check");
    bot.post(&check, json!({"accId": account::CADET})).await.ok();
    bot.set_ranks(account::CADET, json!({"remove": ["cadet"]})).await.ok();
    let got = tokio::time::timeout(Duration::from_secs(30), receiver.got(1)).await.expect("a push event");
    job.stop().await;
    assert_eq!(
        (&got[0].body["key"], &got[0].body["type"]),
        (&json!("key-of-the-city"), &json!("ACCOUNT_UPDATED"))
    );
    assert_eq!(got[0].body["data"]["ranks"], json!([]));
    let refused = bot.post(&check, json!({"accId": account::CADET})).await;
    assert_eq!(refused.body["detail"], "NOT ALLOWED ON WHITELIST");
}

#[tokio::test]
async fn the_subscription_follows_the_row() {
    let (server, admin) = webhooks::lenient().await;
    let put = async |row: Value| admin.put_servers(json!([row])).await;
    put(told("http://127.0.0.1:30120/a")).await.ok();
    let made = of_servers(&admin).await;
    assert_eq!(made.len(), 1);
    assert_eq!(
        (&made[0]["server"], &made[0]["name"], &made[0]["kind"]),
        (&json!(7), &json!("City"), &json!("game-server"))
    );
    let mut act = webhooks::last_act(&server).await;
    assert_eq!(act["after"]["id"].take(), made[0]["id"]);
    insta::assert_json_snapshot!(act);
    let kinds =
        async || server.log().await.iter().map(|linked| linked.entry.act.kind.as_str()).collect::<Vec<_>>();
    let before = kinds().await.len();

    put(json!({"id": 7, "name": "City"})).await.ok();
    assert_eq!(
        (of_servers(&admin).await, kinds().await.len()),
        (made.clone(), before),
        "nothing has changed"
    );

    put(json!({"id": 7, "name": "City", "pushSecret": "an0ther"})).await.ok();
    let act = webhooks::last_act(&server).await;
    assert_eq!((&act["kind"], &act["after"]["secret"]), (&json!("subscription.updated"), &json!("replaced")));

    put(json!({"id": 7, "name": "Town", "pushUrl": null, "ip": "127.0.0.1", "port": 30120})).await.ok();
    let renamed = of_servers(&admin).await;
    assert_eq!(
        (&renamed[0]["id"], &renamed[0]["name"], &renamed[0]["url"]),
        (&made[0]["id"], &json!("Town"), &json!("http://127.0.0.1:30120/sonorancms/events"))
    );

    put(json!({"id": 7, "name": "Town", "pushSecret": null})).await.ok();
    assert_eq!(of_servers(&admin).await, Vec::<Value>::new());
    put(told("http://127.0.0.1:30120/a")).await.ok();
    admin.put_servers(json!([])).await.ok();
    assert_eq!(of_servers(&admin).await, Vec::<Value>::new());
    assert_eq!(webhooks::last_act(&server).await["kind"], "subscription.removed");
}

#[tokio::test]
async fn a_push_address_that_is_not_public_is_refused_unless_the_operator_allows_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (written, rows) = (server.written().await, admin.servers().await);
    for (row, member, word) in [
        (told("http://203.0.113.7:30120/x"), "pushUrl", "allow_http"),
        (told("https://127.0.0.1:30120/x"), "pushUrl", "allow_networks"),
        (told("https://[::ffff:10.0.0.7]/x"), "pushUrl", "allow_networks"),
        (told("https://192.168.1.4:6379/x"), "pushUrl", "another service"),
        (
            json!({"id": 7, "name": "City", "ip": "10.0.0.7", "port": 30120, "pushSecret": "key"}),
            "ip",
            "allow_http",
        ),
    ] {
        let answer = admin.post(PATH, json!({"servers": [row]})).await;
        let problem = answer.problem(400, "invalid-body");
        assert_eq!(problem["errors"][0]["pointer"], format!("/servers/0/{member}"));
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains(word)), "{problem}");
    }
    assert_eq!((server.written().await, admin.servers().await), (written, rows));
    let untold = json!({"id": 7, "name": "City", "ip": "10.0.0.7", "port": 30120});
    admin.post(PATH, json!({"servers": [untold]})).await.ok();
}

#[tokio::test]
async fn whoever_may_not_read_secrets_cannot_have_one_sent_to_themselves() {
    let (server, admin) = webhooks::lenient().await;
    admin.put_servers(json!([told("http://127.0.0.1:30120/a")])).await.ok();
    let limited = server.bot_with("admin community:read", |new| new.power_ceiling = Some(Power(1000))).await;
    let moved = json!({"id": 7, "name": "City", "pushUrl": "http://127.0.0.1:30120/mine"});
    let refused = limited.put_servers(json!([moved])).await;
    assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], "/servers/0/pushSecret");
    let mut known = moved.clone();
    known["pushSecret"] = json!("key-of-the-city");
    limited.put_servers(json!([known])).await.ok();
    admin.put_servers(json!([{"id": 7, "name": "City", "pushUrl": "http://127.0.0.1:30120/b"}])).await.ok();

    let body = json!({
        "kind": "game-server", "name": "By hand", "url": "http://127.0.0.1:30120/c", "secret": "Zk3Qw8Lm2Xv7Ty5Rn9",
    });
    let path = webhooks::path_of(&webhooks::create(&admin, body).await);
    let edit = json!({"url": "http://127.0.0.1:30120/mine"});
    limited.patch(&path, edit.clone()).await.problem(400, "invalid-webhook-url");
    limited.patch(&path, json!({"name": "By a hand"})).await.ok();
    admin.patch(&path, edit).await.ok();
}

#[tokio::test]
async fn a_corrected_address_enables_what_the_server_has_disabled() {
    let (server, admin) = webhooks::lenient().await;
    let put = async |url: &str| admin.put_servers(json!([told(url)])).await.ok().clone();
    put("http://127.0.0.1:30120/a").await;
    let id = of_servers(&admin).await[0]["id"].clone();
    let id = SubscriptionId(id.as_str().expect("an id").parse().expect("a UUID"));
    let disable = async |because: Option<String>| {
        change(&server, id, |one| one.disabled = Some(Disabled { at: one.created_at, because })).await;
    };
    let is_enabled = async || of_servers(&admin).await[0]["enabled"].clone();
    disable(Some("nothing was delivered".to_owned())).await;
    put("http://127.0.0.1:30120/a").await;
    assert_eq!(is_enabled().await, false, "nothing was corrected");
    put("http://127.0.0.1:30120/b").await;
    assert_eq!(is_enabled().await, true);
    disable(None).await;
    put("http://127.0.0.1:30120/c").await;
    assert_eq!(is_enabled().await, false, "a person did it");
}

#[tokio::test]
async fn nobody_gives_themselves_permissions_by_a_new_server_or_one_that_is_made_anew() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let by = json!(account::OFFICER);
    let mine = json!({"id": 8, "name": "Mine", "aceConfig": {"mappings": [{"ranks": ["cadet"], "principal": "group.admin"}]}});
    let blocked = json!({"id": 9, "name": "Closed to them", "blockedRanks": ["cadet"]});
    server.bot().await.set_ranks(account::OFFICER, json!({"add": ["cadet"]})).await.ok();
    let added = admin.post(PATH, json!({"servers": [mine], "userId": by})).await;
    added.problem(403, "insufficient-power");
    admin.post(PATH, json!({"servers": [blocked]})).await.ok();
    let rows = admin.servers().await;
    let others: Vec<_> = rows
        .into_iter()
        .filter(|row| row["id"] != 9)
        .map(|row| json!({"id": row["id"], "name": row["name"]}))
        .collect();
    let removed = admin.put(PATH, json!({"servers": others, "userId": by})).await;
    removed.problem(403, "insufficient-power");
}
