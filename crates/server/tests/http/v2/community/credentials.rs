//! `/v2/community/credentials`: listing and making API keys with an API key.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rankledger_domain::rank::Power;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

pub(super) const PATH: &str = "/v2/community/credentials";

pub(super) async fn create(admin: &Actor, body: Value) -> Answer {
    admin.post(PATH, body).await
}

pub(super) async fn list(admin: &Actor) -> Value {
    admin.get(PATH).await.ok()["data"].clone()
}

/// Returns the key of a credential that was made.
#[track_caller]
pub(super) fn key_of(answer: &Answer) -> String {
    answer.ok()["data"]["key"].as_str().expect("a key").to_owned()
}

/// Returns the path of a credential that was made.
#[track_caller]
pub(super) fn path_of(answer: &Answer) -> String {
    format!("{PATH}/{}", answer.ok()["data"]["id"].as_str().expect("an id"))
}

/// Returns an administrator whose credential ends in an hour, and that time.
pub(super) async fn admin_for_an_hour(server: &Server) -> (Actor, Timestamp) {
    let end = server.now() + SignedDuration::from_hours(1);
    (server.bot_with("admin", |credential| credential.expires_at = Some(end)).await, end)
}

#[tokio::test]
async fn an_administrator_makes_a_credential_whose_key_is_shown_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({
        "name": "Discörd bot",
        "scopes": ["ranks:undo", "ranks:write", "ranks:write"],
        "powerCeiling": 50,
        "expiresAt": "2027-01-01T01:00:00+01:00",
    });
    let answer = create(&admin, body).await;
    let key = key_of(&answer);
    let mut shown = answer.whole();
    shown["body"]["data"]["key"] = json!("rlk_...");
    insta::assert_json_snapshot!(shown);
    assert!(key.starts_with("rlk_") && key.len() == 62);
    let listed = admin.get(PATH).await;
    insta::assert_json_snapshot!(listed.whole());
    assert!(!listed.body.to_string().contains("rlk_"));
}

#[tokio::test]
async fn one_credential_is_shown_like_in_the_list() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = path_of(&create(&admin, json!({"name": "Bot", "scopes": ["ranks:write"]})).await);
    let shown = |listed: Value| listed.as_array().expect("a list").last().cloned().expect("the newest");
    assert_eq!(admin.get(&path).await.ok()["data"], shown(list(&admin).await));
    admin.delete(&path).await.ok();
    let revoked = admin.get(&path).await.ok()["data"].clone();
    assert_eq!(revoked, shown(list(&admin).await));
    assert!(revoked["revokedAt"].is_string(), "{revoked}");

    let unknown = format!("{PATH}/99999999-9999-9999-9999-999999999999");
    admin.get(&unknown).await.problem(404, "credential-not-found");
    server.neighbours_admin().await.get(&path).await.problem(404, "credential-not-found");
    server.bot().await.get(&path).await.problem(403, "missing-scope");
}

#[tokio::test]
async fn a_credential_says_which_credential_made_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let own = list(&admin).await[0].clone();
    assert_eq!(own["createdBy"], Value::Null, "the operator made it");
    let made = create(&admin, json!({"name": "Heir", "scopes": ["admin"]})).await;
    assert_eq!(made.ok()["data"]["createdBy"], own["id"]);
    let heir = server.holder_of(&key_of(&made));
    let grandchild = create(&heir, json!({"name": "Bot", "scopes": ["ranks:write"]})).await;
    assert_eq!(grandchild.ok()["data"]["createdBy"], made.ok()["data"]["id"]);
    assert_eq!(admin.get(&path_of(&grandchild)).await.ok()["data"]["createdBy"], made.ok()["data"]["id"]);
    let makers: Vec<_> =
        list(&admin).await.as_array().expect("a list").iter().map(|one| one["createdBy"].clone()).collect();
    assert_eq!(makers, [Value::Null, own["id"].clone(), made.ok()["data"]["id"].clone()]);
}

#[tokio::test]
async fn a_community_has_at_most_200_credentials_in_force() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = || json!({"name": "Swarm", "scopes": ["ranks:write"]});
    let in_force = list(&admin).await.as_array().expect("a list").len();
    let mut made = Vec::new();
    for _ in in_force..200 {
        made.push(path_of(&create(&admin, body()).await));
    }
    let refused = create(&admin, body()).await;
    insta::assert_json_snapshot!(refused.problem(409, "too-many-credentials"));
    assert_eq!(list(&admin).await.as_array().expect("a list").len(), 200, "nothing was made");

    admin.delete(&made[0]).await.ok();
    create(&admin, body()).await.ok();
    create(&admin, body()).await.problem(409, "too-many-credentials");
    create(&server.neighbours_admin().await, body()).await.ok();
}

#[tokio::test]
async fn a_credential_works_at_once_for_what_it_was_made_for() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"name": "Bot", "scopes": ["ranks:write"], "powerCeiling": 20});
    let bot = server.holder_of(&key_of(&create(&admin, body).await));
    bot.set_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await.undo_id();
    let too_high = bot.set_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await;
    assert_eq!(too_high.problem(403, "insufficient-power")["limit"], 20);
    bot.get("/v2/community").await.problem(403, "missing-scope");
    bot.get(PATH).await.problem(403, "missing-scope");
}

#[tokio::test]
async fn a_key_is_stored_by_its_hash_alone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = create(&admin, json!({"name": "Findable name", "scopes": ["admin"]})).await;
    let key = key_of(&answer);
    assert_eq!(server.stored_credential(&key).await.id.to_string(), answer.ok()["data"]["id"]);
    assert!(server.has_in_its_database("Findable name").await);
    assert!(!server.has_in_its_database(&key).await);
    assert!(!server.has_in_its_database(&key[4..]).await);
}

#[tokio::test]
async fn every_credential_has_a_key_of_its_own() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = || json!({"name": "Twin", "scopes": ["community:read"]});
    let (one, other) = (create(&admin, body()).await, create(&admin, body()).await);
    assert_ne!(key_of(&one), key_of(&other));
    admin.delete(&path_of(&one)).await.ok();
    server.holder_of(&key_of(&other)).get("/v2/community").await.ok();
}

#[tokio::test]
async fn an_admin_hands_out_every_scope() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for scope in [
        "community:read",
        "accounts:read",
        "accounts:write",
        "ranks:write",
        "ranks:undo",
        "ranks:rollback",
        "ranks:force",
        "events:read",
        "admin",
    ] {
        let answer = create(&admin, json!({"name": "Bot", "scopes": [scope]})).await;
        assert_eq!(answer.ok()["data"]["scopes"], json!([scope]));
    }
    let body = json!({"name": "Heir", "scopes": ["admin", "community:read"]});
    let heir = server.holder_of(&key_of(&create(&admin, body).await));
    create(&heir, json!({"name": "Grandchild", "scopes": ["admin"]})).await.ok();
}

#[tokio::test]
async fn who_is_no_admin_sees_makes_and_revokes_nothing() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.get(PATH).await.problem(403, "missing-scope");
    let before = list(&admin).await;
    let id = before[0]["id"].as_str().expect("an id");
    create(&bot, json!({"name": "A", "scopes": ["community:read"]})).await.problem(403, "missing-scope");
    bot.delete(&format!("{PATH}/{id}")).await.problem(403, "missing-scope");
    assert_eq!(list(&admin).await, before);
}

#[tokio::test]
async fn a_credential_makes_none_that_reaches_higher() {
    let server = Server::start().await;
    let low = server.admin_below(50).await;
    let before = list(&low).await;
    let with = |ceiling: Value| json!({"name": "Bot", "scopes": ["ranks:write"], "powerCeiling": ceiling});
    for ceiling in [json!(51), json!(u32::MAX), Value::Null] {
        create(&low, with(ceiling)).await.problem(403, "exceeds-credential");
    }
    insta::assert_json_snapshot!(create(&low, with(json!(51))).await.whole());
    assert_eq!(list(&low).await, before);
    for ceiling in [50, 0] {
        assert_eq!(create(&low, with(json!(ceiling))).await.ok()["data"]["powerCeiling"], ceiling);
    }
    let highest = server.admin_below(u32::MAX).await;
    create(&highest, with(Value::Null)).await.problem(403, "exceeds-credential");
}

#[tokio::test]
async fn a_credential_makes_none_that_lasts_longer() {
    let server = Server::start().await;
    let (admin, end) = admin_for_an_hour(&server).await;
    let before = list(&admin).await;
    let until = |end: Option<Timestamp>| json!({"name": "Bot", "scopes": ["community:read"], "expiresAt": end.map(|end| end.to_string())});
    for late in [None, Some(end + SignedDuration::from_millis(1))] {
        create(&admin, until(late)).await.problem(403, "exceeds-credential");
    }
    insta::assert_json_snapshot!(create(&admin, until(None)).await.whole());
    assert_eq!(list(&admin).await, before);
    create(&admin, until(Some(end))).await.ok();
}

#[tokio::test]
async fn only_an_admin_without_a_ceiling_gives_a_rate_factor_above_its_own() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let with = |factor: Value| json!({"name": "Server", "scopes": ["admin"], "powerCeiling": 50, "rateFactor": factor});
    assert_eq!(create(&admin, with(Value::Null)).await.ok()["data"]["rateFactor"], 1);
    let low = create(&admin, with(json!(20))).await;
    assert_eq!(low.ok()["data"]["rateFactor"], 20);
    assert_eq!(admin.get(&path_of(&low)).await.ok()["data"]["rateFactor"], 20);
    let low = server.holder_of(&key_of(&low));
    assert_eq!(create(&low, with(json!(20.0))).await.ok()["data"]["rateFactor"], 20);
    let refused = create(&low, with(json!(21))).await;
    let detail = refused.problem(403, "exceeds-credential")["detail"].as_str().expect("a sentence");
    assert!(detail.ends_with("its rate factor must be at most 20."), "{detail}");

    let high = create(&admin, with(json!(1000))).await;
    low.delete(&path_of(&high)).await.problem(403, "exceeds-credential");
    admin.delete(&path_of(&high)).await.ok();
}

#[tokio::test]
async fn a_credential_ends_when_it_was_made_to() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let now = server.now();
    for past in [now, now - SignedDuration::from_hours(1)] {
        let body = json!({"name": "Bot", "scopes": ["community:read"], "expiresAt": past.to_string()});
        let answer = create(&admin, body).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/expiresAt");
    }
    let end = now + SignedDuration::from_secs(60);
    let body = json!({"name": "Bot", "scopes": ["community:read"], "expiresAt": end.to_string()});
    let bot = server.holder_of(&key_of(&create(&admin, body).await));
    server.advance(Duration::from_secs(59));
    bot.get("/v2/community").await.ok();
    server.advance(Duration::from_secs(1));
    bot.get("/v2/community").await.problem(401, "expired-credential");
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = list(&admin).await;
    let read = json!(["community:read"]);
    for (body, pointer) in [
        (json!({"name": "", "scopes": read}), "/name"),
        (json!({"name": "ä".repeat(129), "scopes": read}), "/name"),
        (json!({"name": "bell\u{7}", "scopes": read}), "/name"),
        (json!({"name": "A", "scopes": []}), "/scopes"),
        (json!({"name": "A", "scopes": "admin"}), "/scopes"),
        (json!({"name": "A", "scopes": ["admin", 7]}), "/scopes/1"),
        (json!({"name": "A", "scopes": ["community:read", "Admin"]}), "/scopes/1"),
        (json!({"name": "A", "scopes": ["community:read accounts:read"]}), "/scopes/0"),
        (json!({"name": "A", "scopes": ["community:read", ""]}), "/scopes/1"),
        (json!({"name": "A", "scopes": read, "powerCeiling": -1}), "/powerCeiling"),
        (json!({"name": "A", "scopes": read, "rateFactor": 0}), "/rateFactor"),
        (json!({"name": "A", "scopes": read, "rateFactor": 1001}), "/rateFactor"),
        (json!({"name": "A", "scopes": read, "rateFactor": 1.5}), "/rateFactor"),
        (json!({"name": "A", "scopes": read, "powerCeiling": 4_294_967_296_u64}), "/powerCeiling"),
        (json!({"name": "A", "scopes": read, "expiresAt": "tomorrow"}), "/expiresAt"),
        (json!({"name": "A", "scopes": read, "expiresAt": "2027-01-01"}), "/expiresAt"),
    ] {
        let answer = create(&admin, body.clone()).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    create(&admin, json!({"name": "A"})).await.problem(400, "invalid-body");
    create(&admin, json!({"scopes": read})).await.problem(400, "invalid-body");
    let unknown = create(&admin, json!({"name": "A", "scopes": ["community:read", "ranks:rule"]})).await;
    insta::assert_json_snapshot!(unknown.whole());
    assert_eq!(list(&admin).await, before);
}

#[tokio::test]
async fn a_list_has_the_credentials_of_one_community_the_oldest_first() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    server.advance(Duration::from_secs(1));
    create(&admin, json!({"name": "Second", "scopes": ["community:read"]})).await.ok();
    server.advance(Duration::from_secs(1));
    create(&admin, json!({"name": "Third", "scopes": ["community:read"]})).await.ok();
    let names = |credentials: &Value| {
        let credentials = credentials.as_array().expect("a list").clone();
        credentials.iter().map(|credential| credential["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&list(&admin).await), ["test bot", "Second", "Third"]);
    assert_eq!(names(&list(&theirs).await), ["test bot"]);
}

#[tokio::test]
async fn a_credential_of_the_operator_is_listed_with_all_that_is_known_of_it() {
    let server = Server::start().await;
    server.bot_with("", |credential| credential.power_ceiling = Some(Power(7))).await;
    let listed = list(&server.admin().await).await;
    assert_eq!((&listed[0]["scopes"], &listed[0]["powerCeiling"]), (&json!([]), &json!(7)));
}
