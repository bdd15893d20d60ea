//! Behaviour that all endpoints share, tested at each of them: see [`crate::kit::ENDPOINTS`].

mod bodies;
mod clients;
mod dry_run;
mod idempotency;
mod members;
mod names;
mod nearest;
mod neighbours;
mod paths;
mod queries;
mod unknown_members;

use rankledger_server::api::endpoints;
use serde_json::Value;

use crate::kit::{Actor, Answer, ENDPOINTS, Endpoint, Server};

/// Calls an endpoint with its body, in which one member has another value.
async fn call_with(actor: &Actor, endpoint: &Endpoint, member: &str, value: Value) -> Answer {
    let mut members = endpoint.members().expect("the endpoint takes a body");
    members.insert(member.to_owned(), value);
    actor.send(endpoint.method.clone(), endpoint.path, Value::from(members).to_string()).await
}

/// Returns the endpoints that take a body.
fn with_bodies() -> impl Iterator<Item = &'static Endpoint> {
    ENDPOINTS.iter().filter(|endpoint| !endpoint.body.is_empty())
}

#[test]
fn the_endpoints_are_those_of_the_table() {
    let ours = ENDPOINTS.iter().map(|endpoint| (endpoint.operation_id, endpoint.per_minute));
    let mut ours: Vec<_> = ours.collect();
    let known = endpoints::endpoints().map(|known| (known.operation_id, known.per_minute as usize));
    let mut known: Vec<_> = known.collect();
    ours.sort_unstable();
    known.sort_unstable();
    assert_eq!(ours, known);
}

#[tokio::test]
async fn an_administrator_is_answered_at_every_endpoint() {
    for endpoint in ENDPOINTS.iter() {
        let server = Server::start().await;
        let admin = server.admin().await;
        // The revocation endpoint names the credential of this bot.
        server.bot().await;
        admin.call(endpoint).await.success();
    }
}
