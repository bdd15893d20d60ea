//! `GET /v2/community/administration`: what was done besides rank changes, by whom, from where.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, department, rank};

/// The path of the endpoint.
pub(super) const PATH: &str = "/v2/community/administration";

impl Actor {
    /// Lists the log, newest first.
    pub(super) async fn administration(&self, query: &str) -> Answer {
        self.get(&format!("{PATH}?{query}")).await
    }
}

/// Returns the entries of a page.
pub(super) fn entries(answer: &Answer) -> &Vec<Value> {
    answer.ok()["data"]["entries"].as_array().expect("a list")
}

/// Returns the newest entry.
pub(super) async fn newest(actor: &Actor) -> Value {
    entries(&actor.administration("take=1").await)[0].clone()
}

/// A request by an administrator: its method, its path, its body, and the entry that it leaves: its kind, its
/// account, what was before and what is after it. Null stands for what the test does not look at.
type Done = (&'static str, String, Value, &'static str, Option<&'static str>, Value, Value);

pub(super) fn of_account(account: &str, action: &str) -> String {
    format!("/v2/community/accounts/{account}/{action}")
}

/// Acts on accounts.
fn on_accounts() -> Vec<Done> {
    let standing = |banned: bool, archived: bool, more: Value| {
        let mut standing = json!({"banned": banned, "archived": archived});
        for (name, value) in more.as_object().expect("members") {
            standing[name] = value.clone();
        }
        standing
    };
    let kept = json!({"reason": null, "until": null, "changeNumber": null});
    vec![
        (
            "POST",
            "/v2/community/accounts".to_owned(),
            json!({"name": "Recruit", "accId": account::NOBODY, "identifiers": [{"type": "steam", "value": "7"}]}),
            "account.created",
            Some(account::NOBODY),
            Value::Null,
            json!({"name": "Recruit", "uniqueId": 1009, "identifiers": ["steam:7"]}),
        ),
        (
            "PATCH",
            of_account(account::CADET, "name"),
            json!({"newName": "Zoë"}),
            "account.renamed",
            Some(account::CADET),
            json!({"name": "Ärwin Cadet"}),
            json!({"name": "Zoë"}),
        ),
        (
            "POST",
            of_account(account::CADET, "identifiers"),
            json!({"identifiers": [{"type": "xbox", "value": "x1"}]}),
            "identifiers.changed",
            Some(account::CADET),
            Value::Null,
            json!({"identifiers": ["xbox:x1"]}),
        ),
        (
            "POST",
            of_account(account::OFFICER, "ban"),
            json!({"keepRanks": true, "reason": "Rude"}),
            "account.banned",
            Some(account::OFFICER),
            json!({"banned": false, "archived": false}),
            standing(true, false, json!({"reason": "Rude", "until": null, "changeNumber": null})),
        ),
        (
            "POST",
            of_account(account::OFFICER, "unban"),
            json!({}),
            "account.unbanned",
            Some(account::OFFICER),
            json!({"banned": true, "archived": false}),
            standing(false, false, kept.clone()),
        ),
        (
            "POST",
            of_account(account::OFFICER, "kick"),
            json!({"reason": "Left"}),
            "account.kicked",
            Some(account::OFFICER),
            json!({"banned": false, "archived": false}),
            standing(false, true, json!({"reason": "Left", "until": null, "changeNumber": 7})),
        ),
        (
            "POST",
            of_account(account::OFFICER, "restore"),
            json!({}),
            "account.restored",
            Some(account::OFFICER),
            json!({"banned": false, "archived": true}),
            standing(false, false, kept),
        ),
    ]
}

/// Acts on the structure of the community.
fn on_structure() -> Vec<Done> {
    let kind = "structure.changed";
    let medic = |label: &str, retired: bool| {
        json!({"rank": {
            "id": rank::MEDIC, "key": "medic", "label": label, "power": 30, "department": department::MEDICAL,
            "primaryOnly": false, "secondaryOnly": true, "retired": retired, "position": 0, "scopes": []
        }})
    };
    vec![
        (
            "PATCH",
            "/v2/community/ranks/medic".to_owned(),
            json!({"label": "Paramedic"}),
            kind,
            None,
            medic("Medic", false),
            medic("Paramedic", false),
        ),
        (
            "POST",
            "/v2/community/ranks/medic/retire".to_owned(),
            json!({}),
            kind,
            None,
            medic("Paramedic", false),
            medic("Paramedic", true),
        ),
        (
            "PUT",
            "/v2/community/clockin-types/night".to_owned(),
            json!({"label": "Night"}),
            kind,
            None,
            Value::Null,
            Value::Null,
        ),
        (
            "DELETE",
            "/v2/community/clockin-types/night".to_owned(),
            Value::Null,
            kind,
            None,
            Value::Null,
            Value::Null,
        ),
        (
            "POST",
            "/v2/community/departments".to_owned(),
            json!({"label": "Fire"}),
            kind,
            None,
            Value::Null,
            Value::Null,
        ),
        (
            "PUT",
            "/v2/community/departments/order".to_owned(),
            json!({"departments": [department::MEDICAL]}),
            kind,
            None,
            Value::Null,
            Value::Null,
        ),
    ]
}

/// Acts of protection.
fn on_protection() -> Vec<Done> {
    let guard = |per_minute: u32| {
        json!({
            "enabled": true, "removalsPerMinute": per_minute, "removalsPerHour": 100,
            "communityRemovalsPerMinute": 3 * per_minute, "communityRemovalsPerHour": 300,
        })
    };
    vec![
        (
            "PUT",
            "/v2/community/guards".to_owned(),
            json!({"enabled": true, "removalsPerMinute": 5}),
            "guard.changed",
            None,
            Value::Null,
            guard(5),
        ),
        (
            "POST",
            "/v2/community/freeze".to_owned(),
            json!({"reason": "A thief"}),
            "community.frozen",
            None,
            Value::Null,
            Value::Null,
        ),
        (
            "POST",
            "/v2/community/unfreeze".to_owned(),
            json!({}),
            "community.thawed",
            None,
            Value::Null,
            Value::Null,
        ),
        (
            "POST",
            "/v2/community/credentials".to_owned(),
            json!({"name": "Bot", "scopes": ["accounts:read"], "powerCeiling": 50}),
            "key.created",
            None,
            Value::Null,
            Value::Null,
        ),
    ]
}

#[tokio::test]
async fn every_act_leaves_one_entry_that_says_what_was_before_and_after() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (method, path, body, kind, account, before, after) in
        [on_accounts(), on_structure(), on_protection()].into_iter().flatten()
    {
        let count = server.log().await.len();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        admin.send(method.parse().expect("a method"), &path, body).await.ok();
        assert_eq!(server.log().await.len(), count + 1, "{method} {path}");
        let entry = newest(&admin).await;
        assert_eq!((&entry["kind"], &entry["accId"]), (&json!(kind), &json!(account)), "{entry}");
        for (member, expected) in [("before", before), ("after", after)] {
            if !expected.is_null() {
                assert_eq!(entry[member], expected, "{method} {path}: {member}");
            }
        }
        assert_ne!((&entry["before"], &entry["after"]), (&Value::Null, &Value::Null), "{method} {path}");
    }
}

#[tokio::test]
async fn what_changes_nothing_or_is_refused_leaves_no_entry() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let count = server.log().await.len();
    admin.unfreeze(json!({})).await.ok();
    admin.set_guards(json!({})).await.ok();
    admin.patch("/v2/community/ranks/medic", json!({})).await.ok();
    admin.patch(&of_account(account::CADET, "name"), json!({"newName": "Ärwin Cadet"})).await.ok();
    admin.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    admin.put("/v2/community/departments/order", json!({"departments": []})).await.ok();
    bot.freeze(json!({})).await.problem(403, "missing-scope");
    bot.change_standing(account::NOBODY, "ban", json!({})).await.problem(404, "account-not-found");
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    assert_eq!(server.log().await.len(), count);
}

#[tokio::test]
async fn an_entry_says_who_did_it_with_which_key_and_from_where() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let peer: SocketAddr = "[::ffff:192.0.2.7]:4711".parse().expect("an address");
    let remote = admin.from(peer);
    remote.freeze(json!({"userId": "100000000000000004", "reason": "A thief"})).await.ok();
    insta::assert_json_snapshot!(remote.administration("take=1").await.whole());
    let entry = newest(&admin).await;
    assert_eq!((&entry["address"], &entry["userId"]), (&json!("192.0.2.7"), &json!(account::CHIEF)));
    assert_eq!(entry["after"]["reason"], "A thief");
    // A header that anybody can write is not believed.
    let liar = remote.with("x-forwarded-for", "203.0.113.9");
    liar.unfreeze(json!({})).await.ok();
    let entry = newest(&admin).await;
    assert_eq!((&entry["address"], &entry["userId"]), (&json!("192.0.2.7"), &Value::Null));
    let credentials = admin.get("/v2/community/credentials").await;
    let ids: Vec<_> =
        credentials.ok()["data"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect();
    assert!(ids.contains(&entry["credentialId"]), "{ids:?}");
}

#[tokio::test]
async fn what_v1_does_is_recorded_with_its_key_and_its_address() {
    let server = Server::start().await;
    let admin = server.admin().await.from("198.51.100.4:80".parse().expect("an address"));
    let key = server.bot_key().await;
    let body = json!({
        "id": "club", "key": key, "type": "SET_ACCOUNT_NAME",
        "data": [{"accId": account::CADET, "newName": "Zoë"}]
    });
    let answer = admin.post("/general/set_account_name", body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let entry = newest(&admin).await;
    assert_eq!((&entry["kind"], &entry["address"]), (&json!("account.renamed"), &json!("198.51.100.4")));
    assert_ne!(entry["credentialId"], Value::Null);
}

#[tokio::test]
async fn a_key_that_is_made_and_revoked_is_recorded_without_its_secret() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"name": "Bot", "scopes": ["accounts:read"], "powerCeiling": 50});
    let made = admin.post("/v2/community/credentials", body).await;
    let (id, key) = (made.ok()["data"]["id"].clone(), made.ok()["data"]["key"].as_str().expect("a key"));
    let state = json!({
        "id": id, "name": "Bot", "scopes": ["accounts:read"], "powerCeiling": 50, "rateFactor": 1, "expiresAt": null
    });
    assert_eq!(newest(&admin).await["after"], state);
    assert!(!server.has_in_its_database(key).await);
    let path = format!("/v2/community/credentials/{}", id.as_str().expect("an id"));
    admin.delete(&path).await.ok();
    let revoked = newest(&admin).await;
    assert_eq!((&revoked["kind"], &revoked["before"]), (&json!("key.revoked"), &state));
    let count = server.log().await.len();
    admin.delete(&path).await.ok();
    assert_eq!(server.log().await.len(), count, "it is revoked once");
}

#[tokio::test]
async fn a_rollback_is_recorded_with_its_changes() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot_with("ranks:write", |_| {}).await);
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let preview = json!({"filter": {"accounts": [account::CADET], "from": "2026-01-01T00:00:00Z"}});
    let path = "/v2/community/rank-changes/rollback";
    let preview = admin.post(path, preview).await;
    let run = admin.post(path, json!({"planToken": preview.ok()["data"]["planToken"]})).await;
    let batch = run.ok()["data"]["batchId"].clone();
    let entry = newest(&admin).await;
    assert_eq!((&entry["kind"], &entry["after"]["batchId"]), (&json!("rollback.completed"), &batch));
    assert_eq!(entry["after"]["lastNumber"], entry["afterChange"], "it comes after its changes");
}
