//! `DELETE /v2/community/credentials/{credentialId}`: revoking API keys with an API key, and those that they
//! made.

use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::credentials::{PATH, admin_for_an_hour, create, key_of, list, path_of};
use crate::kit::{Actor, Answer, Server, account};

#[tokio::test]
async fn a_credential_that_is_revoked_is_not_accepted_from_then_on() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = create(&admin, json!({"name": "Bot", "scopes": ["community:read"]})).await;
    let bot = server.holder_of(&key_of(&made));
    bot.get("/v2/community").await.ok();
    let answer = admin.delete(&path_of(&made)).await;
    insta::assert_json_snapshot!(answer.whole());
    bot.get("/v2/community").await.problem(401, "revoked-credential");

    server.advance(Duration::from_mins(1));
    let again = admin.delete(&path_of(&made)).await;
    assert_eq!(again.ok()["data"], answer.ok()["data"], "it was revoked when it was");
    let mut listed = list(&admin).await[1].clone();
    listed["stillInForce"] = json!([]);
    listed["alsoRevoked"] = json!([]);
    assert_eq!(listed, answer.ok()["data"], "the list keeps it");
}

#[tokio::test]
async fn a_credential_that_was_revoked_while_its_request_waited_makes_no_other() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let own = list(&admin).await[0]["id"].as_str().expect("an id").to_owned();
    let (path, body) = (format!("{PATH}/{own}"), json!({"name": "Heir", "scopes": ["admin"]}));
    // Both requests are authenticated before either is written.
    let requests = [admin.delete(&path).boxed_local(), create(&admin, body).boxed_local()];
    let answers = server.together(requests).await;
    let [revoked, made] = answers.as_slice() else { panic!("two answers") };
    revoked.ok();
    made.problem(401, "revoked-credential");
}

#[tokio::test]
async fn an_administrator_revokes_their_own_credential_but_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = list(&admin).await[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("{PATH}/{id}");
    let answer = admin.delete(&path).await;
    assert_eq!(answer.ok()["data"]["revokedAt"], "2026-05-01T12:00:00.000Z");
    admin.delete(&path).await.problem(401, "revoked-credential");
}

#[tokio::test]
async fn of_two_revocations_at_once_both_are_answered_the_same() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = create(&admin, json!({"name": "Bot", "scopes": ["community:read"]})).await;
    let path = path_of(&made);
    let requests = [admin.delete(&path), admin.delete(&path)];
    let answers = server.together(requests).await;
    assert_eq!(answers[0].ok()["data"], answers[1].ok()["data"]);
}

/// Returns the id of a credential that was made.
#[track_caller]
fn id_of(answer: &Answer) -> Value {
    answer.ok()["data"]["id"].clone()
}

/// Makes a line of three credentials, each by the one before it, and one that the administrator made apart.
async fn line_of_makers(server: &Server, admin: &Actor) -> [Answer; 4] {
    let body = |name: &str| json!({"name": name, "scopes": ["admin"]});
    let first = create(admin, body("First")).await;
    let second = create(&server.holder_of(&key_of(&first)), body("Second")).await;
    let third = create(&server.holder_of(&key_of(&second)), body("Third")).await;
    [first, second, third, create(admin, body("Apart")).await]
}

#[tokio::test]
async fn who_revokes_a_credential_learns_which_it_made_are_still_in_force() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let [first, second, third, apart] = line_of_makers(&server, &admin).await;
    let answer = admin.delete(&path_of(&first)).await;
    assert_eq!(answer.ok()["data"]["stillInForce"], json!([id_of(&second), id_of(&third)]));
    assert_eq!(answer.ok()["data"]["alsoRevoked"], json!([]));
    for in_force in [&second, &third, &apart] {
        server.holder_of(&key_of(in_force)).get(PATH).await.ok();
    }
    let answer = admin.delete(&path_of(&second)).await;
    assert_eq!(answer.ok()["data"]["stillInForce"], json!([id_of(&third)]));
    let answer = admin.delete(&path_of(&first)).await;
    assert_eq!(
        answer.ok()["data"]["stillInForce"],
        json!([id_of(&third)]),
        "made through one that has ended"
    );
}

#[tokio::test]
async fn a_credential_is_revoked_together_with_all_that_it_made() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let [first, second, third, apart] = line_of_makers(&server, &admin).await;
    let answer = admin.delete(&format!("{}?cascade=true", path_of(&first))).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(answer.ok()["data"]["alsoRevoked"], json!([id_of(&second), id_of(&third)]));
    for revoked in [&first, &second, &third] {
        server.holder_of(&key_of(revoked)).get(PATH).await.problem(401, "revoked-credential");
    }
    server.holder_of(&key_of(&apart)).get(PATH).await.ok();
    admin.get(PATH).await.ok();
    let again = admin.delete(&format!("{}?cascade=true", path_of(&first))).await;
    assert_eq!(again.ok()["data"]["alsoRevoked"], json!([]), "none is left");
}

#[tokio::test]
async fn what_a_revoked_credential_made_can_be_revoked_afterwards() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let [first, second, third, _] = line_of_makers(&server, &admin).await;
    let plain = admin.delete(&path_of(&first)).await;
    server.advance(Duration::from_mins(1));
    let cascade = admin.delete(&format!("{}?cascade=true", path_of(&first))).await;
    assert_eq!(cascade.ok()["data"]["alsoRevoked"], json!([id_of(&second), id_of(&third)]));
    assert_eq!(
        cascade.ok()["data"]["revokedAt"],
        plain.ok()["data"]["revokedAt"],
        "it was revoked when it was"
    );
}

#[tokio::test]
async fn who_is_robbed_of_their_own_key_revokes_it_and_all_that_the_thief_made() {
    let server = Server::start().await;
    let stolen = server.admin().await;
    let own = list(&stolen).await[0]["id"].as_str().expect("an id").to_owned();
    let [first, ..] = line_of_makers(&server, &stolen).await;
    let answer = stolen.delete(&format!("{PATH}/{own}?cascade=true")).await;
    assert_eq!(answer.ok()["data"]["alsoRevoked"].as_array().map(Vec::len), Some(4));
    stolen.get(PATH).await.problem(401, "revoked-credential");
    server.holder_of(&key_of(&first)).get(PATH).await.problem(401, "revoked-credential");
}

#[tokio::test]
async fn nothing_is_revoked_if_one_of_those_that_would_be_could_do_more() {
    let server = Server::start().await;
    let low = server.admin_below(50).await;
    let maker = create(&low, json!({"name": "Maker", "scopes": ["admin"], "powerCeiling": 50})).await;
    let maker_id = server.stored_credential(&key_of(&maker)).await.id;
    server.bot_with("community:read", |credential| credential.made_by = Some(maker_id)).await;
    let refused = low.delete(&format!("{}?cascade=true", path_of(&maker))).await;
    let detail = refused.problem(403, "exceeds-credential")["detail"].as_str().expect("a sentence");
    assert!(detail.contains("\"test bot\"") && detail.contains("at most 50"), "{detail}");
    server.holder_of(&key_of(&maker)).get(PATH).await.ok();
}

#[tokio::test]
async fn whether_to_revoke_more_is_yes_or_no() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = create(&admin, json!({"name": "Bot", "scopes": ["community:read"]})).await;
    for query in ["cascade=all", "cascade=true&cascade=true"] {
        admin.delete(&format!("{}?{query}", path_of(&made))).await.problem(400, "invalid-query");
    }
    admin.delete(&format!("{}?cascade=false", path_of(&made))).await.ok();
}

#[tokio::test]
async fn a_credential_revokes_none_that_reaches_higher() {
    let server = Server::start().await;
    let low = server.admin_below(50).await;
    let made = server.admin().await;
    let unlimited = create(&made, json!({"name": "High", "scopes": ["community:read"]})).await;
    let ceiling = json!({"name": "High", "scopes": ["community:read"], "powerCeiling": 51});
    let higher = create(&made, ceiling).await;
    for high in [&unlimited, &higher] {
        low.delete(&path_of(high)).await.problem(403, "exceeds-credential");
        server.holder_of(&key_of(high)).get("/v2/community").await.ok();
    }
    insta::assert_json_snapshot!(low.delete(&path_of(&higher)).await.whole());
    let equal = json!({"name": "Equal", "scopes": ["admin"], "powerCeiling": 50});
    let equal = create(&made, equal).await;
    low.delete(&path_of(&equal)).await.ok();
}

#[tokio::test]
async fn a_credential_revokes_none_that_lasts_longer() {
    let server = Server::start().await;
    let (short, end) = admin_for_an_hour(&server).await;
    let admin = server.admin().await;
    let until = |end: Option<Timestamp>| json!({"name": "Bot", "scopes": ["community:read"], "expiresAt": end.map(|end| end.to_string())});
    for late in [None, Some(end + SignedDuration::from_millis(1))] {
        let made = create(&admin, until(late)).await;
        short.delete(&path_of(&made)).await.problem(403, "exceeds-credential");
        server.holder_of(&key_of(&made)).get("/v2/community").await.ok();
    }
    let made = create(&admin, until(Some(end))).await;
    short.delete(&path_of(&made)).await.ok();
}

#[tokio::test]
async fn a_credential_that_is_not_here_is_not_revoked() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    let id = list(&theirs).await[0]["id"].as_str().expect("an id").to_owned();
    admin.delete(&format!("{PATH}/{id}")).await.problem(404, "credential-not-found");
    insta::assert_json_snapshot!(admin.delete(&format!("{PATH}/{id}")).await.whole());
    admin.delete(&format!("{PATH}/{}", account::NOBODY)).await.problem(404, "credential-not-found");
    admin.delete(&format!("{PATH}/me")).await.problem(400, "invalid-path");
    assert_eq!(list(&theirs).await[0]["revokedAt"], Value::Null);
}
