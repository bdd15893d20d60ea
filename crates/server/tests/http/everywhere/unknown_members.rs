//! Members that an endpoint does not know: ignored where clients of the documented API send them, refused
//! where a misspelling would change the effect of the request.

use serde_json::{Value, json};

use super::{call_with, with_bodies};
use crate::kit::{Endpoint, Server};

/// The endpoints of the documented API that take a body. Its clients send members that are unknown here.
const DOCUMENTED: [&str; 15] = [
    "triggerPromotionFlows",
    "undoRankChange",
    "createShortUrl",
    "setAccountRanks",
    "registerIdentifiers",
    "setAccountName",
    "editProfileFields",
    "clockAccount",
    "forceSync",
    "addServers",
    "setServers",
    "setAceConfig",
    "setServerType",
    "verifyWhitelist",
    "activityTracker",
];

fn is_documented(endpoint: &Endpoint) -> bool {
    DOCUMENTED.contains(&endpoint.operation_id)
}

/// Returns other spellings of a name: `dry_run`, `DRY-RUN`, `dryrun`, `dryRuns`, `dyRun`.
fn misspellings(name: &str) -> Vec<String> {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    let shouted = snake.replace('_', "-").to_uppercase();
    let mut all = vec![snake, shouted, name.to_lowercase(), format!("{name}s")];
    if name.len() > 3 {
        all.push(format!("{}{}", &name[..1], &name[2..]));
    }
    all.retain(|other| other != name);
    all.dedup();
    all
}

#[tokio::test]
async fn a_member_that_nobody_knows_is_ignored_at_the_documented_endpoints() {
    for endpoint in with_bodies().filter(|endpoint| is_documented(endpoint)) {
        let server = Server::start().await;
        let answer = call_with(&server.admin().await, endpoint, "x-ray", json!([{"a": Value::Null}])).await;
        answer.ok();
    }
}

#[tokio::test]
async fn a_member_that_nobody_knows_is_refused_at_all_other_endpoints() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies().filter(|endpoint| !is_documented(endpoint)) {
        let answer = call_with(&admin, endpoint, "x-ray", json!([{"a": Value::Null}])).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/x-ray", "{}", endpoint.operation_id);
        let known = endpoint.members().into_iter().flatten().map(|(name, _)| name);
        let detail = answer.body["detail"].as_str().expect("a sentence").to_owned();
        for name in known {
            assert!(detail.contains(&name), "{}: {detail}", endpoint.operation_id);
        }
        answer.problem(400, "invalid-body");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_misspelt_member_is_refused_at_every_endpoint_and_told_what_was_meant() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        for (name, value) in endpoint.members().into_iter().flatten() {
            for other in misspellings(&name) {
                let answer = call_with(&admin, endpoint, &other, value.clone()).await;
                let id = endpoint.operation_id;
                assert_eq!(answer.body["errors"][0]["pointer"], format!("/{other}"), "{id}: {}", answer.body);
                let detail = answer.sentence();
                assert!(detail.contains(&format!("there is no \"{other}\" here")), "{id}: {detail}");
                assert!(detail.contains(&format!("did you mean \"{name}\"?")), "{id}: {detail}");
                answer.problem(400, "invalid-body");
            }
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_unknown_member_of_an_object_within_a_body_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        for (name, value) in endpoint.members().into_iter().flatten() {
            let (mut changed, pointer) = (
                value.clone(),
                match &value {
                    Value::Array(entries) if entries[0].is_object() => format!("/{name}/0"),
                    // `metadata` may hold any members.
                    Value::Object(_) if name != "metadata" => format!("/{name}"),
                    _ => continue,
                },
            );
            let object = if changed.is_array() { &mut changed[0] } else { &mut changed };
            object["x/ray"] = json!(true);
            let answer = call_with(&admin, endpoint, &name, changed).await;
            let found = &answer.body["errors"][0]["pointer"];
            assert_eq!(*found, format!("{pointer}/x~1ray"), "{}", endpoint.operation_id);
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_unknown_member_of_a_grant_is_refused_and_gives_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    let endpoint = with_bodies().find(|endpoint| endpoint.operation_id == "setAccountRanks");
    let endpoint = endpoint.expect("an endpoint");
    for list in ["add", "set"] {
        for member in ["expires", "expires_at", "expiresat", "ExpiresIn", "until", "Rank"] {
            let grant = json!(["officer", {"rank": "medic", member: "P1D"}]);
            let answer = call_with(&admin, endpoint, list, grant).await;
            assert_eq!(answer.body["errors"][0]["pointer"], format!("/{list}/1/{member}"));
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}
