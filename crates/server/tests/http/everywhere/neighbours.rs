//! Two communities on one server: a request of one never touches the other, whatever it names.

use serde_json::Value;

use crate::kit::{Actor, ENDPOINTS, Server, account};

/// Returns everything that the community shows to an administrator.
async fn everything(admin: &Actor) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "/v2/community",
        "/v2/community/accounts?take=100",
        "/v2/community/departments?includeRetired=true",
        "/v2/community/profile-fields",
        "/v2/community/clockin-types",
        "/v2/community/custom-log-types",
        "/v2/community/promotion-flows",
        "/v2/community/credentials",
        &format!("/v2/community/accounts/{}", account::CADET),
    ] {
        all.push(admin.get(path).await.ok()["data"].clone());
    }
    all
}

#[tokio::test]
async fn a_neighbour_changes_nothing_of_ours_at_any_endpoint() {
    let server = Server::start().await;
    let admin = server.admin().await;
    // The revocation endpoint names the credential of this bot.
    server.bot().await;
    let before = (server.written().await, everything(&admin).await);
    let neighbour = server.neighbours_admin().await;
    for endpoint in ENDPOINTS.iter() {
        neighbour.call(endpoint).await;
    }
    assert_eq!((server.written().await, everything(&admin).await), before);
}

#[tokio::test]
async fn what_is_ours_is_not_there_for_a_neighbour() {
    let server = Server::start().await;
    server.admin().await;
    server.bot().await;
    let neighbour = server.neighbours_admin().await;
    for endpoint in ENDPOINTS.iter() {
        let names_an_id = endpoint.path.split('/').any(|part| part.len() == 36 && part.contains('-'));
        // A `PUT` creates the item if the id, which the client chooses, is unknown.
        if names_an_id && endpoint.method != "PUT" {
            let mut members = endpoint.members().unwrap_or_default();
            members.remove("userId");
            let body = Value::from(members).to_string();
            let answer = neighbour.send(endpoint.method.clone(), endpoint.path, body).await;
            assert_eq!(answer.status, 404, "{}: {}", endpoint.operation_id, answer.body);
        }
    }
}

#[tokio::test]
async fn no_answer_to_a_neighbour_tells_of_ours() {
    let server = Server::start().await;
    server.admin().await;
    let neighbour = server.neighbours_admin().await;
    for endpoint in ENDPOINTS.iter() {
        let answer = neighbour.call(endpoint).await;
        let text = answer.body.to_string();
        for ours in ["The Club", "Ärwin", "Police", "Cadet", "100000000000000002", "cms.example.com", "Serve"]
        {
            assert!(!text.contains(ours), "{}: {text}", endpoint.operation_id);
        }
    }
}
