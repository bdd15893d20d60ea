//! Game servers that hear of changes: the row makes the subscription, changes it and removes it.

use std::time::Duration;

use serde_json::{Value, json};

use super::PATH;
use crate::deliveries::receiver::{Manner, Receiver, start};
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
