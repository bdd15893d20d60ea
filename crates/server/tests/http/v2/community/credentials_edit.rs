//! `PATCH /v2/community/credentials/{credentialId}`: giving a key another rate factor.

use std::time::Duration;

use rankledger_server::config::RateLimits;
use serde_json::{Value, json};

use super::credentials::{PATH, create, key_of, path_of};
use crate::kit::{Actor, Answer, Options, Server};

async fn edit(admin: &Actor, path: &str, factor: Value) -> Answer {
    admin.patch(path, json!({ "rateFactor": factor })).await
}

#[tokio::test]
async fn an_administrator_gives_a_key_another_rate_factor() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = create(&admin, json!({"name": "City", "scopes": ["accounts:read"]})).await;
    let path = path_of(&made);
    insta::assert_json_snapshot!(edit(&admin, &path, json!(20)).await.whole());
    assert_eq!(admin.get(&path).await.ok()["data"]["rateFactor"], 20);
    let entries = admin.get("/v2/community/administration?kind=key.updated").await;
    let entries = entries.ok()["data"]["entries"].clone();
    assert_eq!(entries.as_array().map(Vec::len), Some(1), "{entries}");
    assert_eq!(
        (&entries[0]["before"]["rateFactor"], &entries[0]["after"]["rateFactor"]),
        (&json!(1), &json!(20))
    );
    let written = server.written().await;
    edit(&admin, &path, json!(20.0)).await.ok();
    assert_eq!(server.written().await, written, "nothing has changed");
}

#[tokio::test]
async fn the_key_has_the_new_limit_at_once() {
    let mode = "documented".parse().expect("a mode");
    let per_minute = [("getCommunity".to_owned(), 2)].into();
    let rate_limits = RateLimits { mode, per_minute, ..RateLimits::default() };
    let server = Server::with(Options { rate_limits, ..Options::default() }).await;
    let admin = server.admin().await;
    let created = create(&admin, json!({"name": "City", "scopes": ["community:read"]})).await;
    let city = server.holder_of(&key_of(&created));
    for _ in 0..2 {
        city.get("/v2/community").await.ok();
    }
    city.get("/v2/community").await.problem(429, "rate-limited");
    edit(&admin, &path_of(&created), json!(10)).await.ok();
    // The bucket was empty, and fills up ten times as fast from now on.
    server.advance(Duration::from_secs(3));
    let answer = city.get("/v2/community").await;
    answer.ok();
    assert_eq!(answer.header("ratelimit-policy"), Some("\"getCommunity\";q=20;w=60"));
}

#[tokio::test]
async fn nobody_changes_a_key_that_reaches_higher_or_gives_more_than_they_have() {
    let server = Server::start().await;
    let (admin, bot, low) = (server.admin().await, server.bot().await, server.admin_below(50).await);
    let high = path_of(&create(&admin, json!({"name": "High", "scopes": ["ranks:write"]})).await);
    let body = json!({"name": "Low", "scopes": ["ranks:write"], "powerCeiling": 20});
    let own = path_of(&create(&admin, body).await);
    let written = server.written().await;
    edit(&bot, &own, json!(1)).await.problem(403, "missing-scope");
    edit(&low, &high, json!(1)).await.problem(403, "exceeds-credential");
    insta::assert_json_snapshot!(edit(&low, &own, json!(2)).await.problem(403, "exceeds-credential"));
    let unknown = format!("{PATH}/99999999-9999-9999-9999-999999999999");
    edit(&admin, &unknown, json!(2)).await.problem(404, "credential-not-found");
    edit(&server.neighbours_admin().await, &own, json!(2)).await.problem(404, "credential-not-found");
    assert_eq!(server.written().await, written);
    admin.freeze(json!({})).await.ok();
    edit(&low, &own, json!(1)).await.problem(423, "community-frozen");
    edit(&admin, &own, json!(2)).await.ok();
    admin.delete(&own).await.ok();
    edit(&admin, &own, json!(1)).await.problem(404, "credential-not-found");
}

#[tokio::test]
async fn a_factor_that_cannot_be_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = path_of(&create(&admin, json!({"name": "City", "scopes": ["ranks:write"]})).await);
    let written = server.written().await;
    for factor in [json!(0), json!(1001), json!(1.5), json!("2"), json!(null), json!(-1)] {
        let refused = edit(&admin, &path, factor.clone()).await;
        assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], "/rateFactor", "{factor}");
    }
    admin.patch(&path, json!({})).await.problem(400, "invalid-body");
    admin.patch(&path, json!({"rateFactor": 2, "name": "Town"})).await.problem(400, "invalid-body");
    assert_eq!(server.written().await, written);
}
