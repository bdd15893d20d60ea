//! Several nodes write to one community, and one of them dies.

use rankledger_instances::{Durability, Postgres};
use serde_json::{Value, json};

use super::kit::{admin_key, ask, front_of, node, ranks, until, with_community, writing};
use super::load::load;

#[test]
fn two_nodes_and_thirty_two_clients_write_one_ledger() {
    let postgres = Postgres::start(Durability::None).expect("a database server");
    let url = with_community(&postgres);
    let nodes = [node(&url), node(&url)];
    let nginx = front_of([nodes[0].address, nodes[1].address]);
    let load = load(&nginx.url(), 32, |progress| progress.wait_for(600));
    println!("two nodes: {}", load.report());
    load.check(&url);
}

#[test]
fn when_a_node_dies_clients_go_on_with_another() {
    let postgres = Postgres::start(Durability::None).expect("a database server");
    let url = with_community(&postgres);
    let (one, other) = (node(&url), node(&url));
    let nginx = front_of([one.address, other.address]);
    let load = load(&nginx.url(), 16, |progress| {
        progress.wait_for(200);
        one.kill();
        progress.wait_for(200);
    });
    println!("a node was killed: {}", load.report());
    until("the other node does not write", || writing(&other) == 200);
    load.check(&url);
}

#[test]
fn a_credential_that_one_node_revokes_is_refused_by_the_other_at_once() {
    let postgres = Postgres::start(Durability::None).expect("a database server");
    let url = with_community(&postgres);
    let (one, other, admin) = (node(&url), node(&url), admin_key(&url));
    for _ in 0..10 {
        let scopes = json!({"name": "bot", "scopes": ["accounts:read"]});
        let (status, made) = ask(&one, &admin, "POST", "/v2/community/credentials", &scopes);
        assert_eq!(status, 200, "{made}");
        let text = |member: &str| made["data"][member].as_str().expect("a text").to_owned();
        // The other node has the key cached from now on.
        assert_eq!(ranks(&other, &text("key")).0, 200);
        let path = format!("/v2/community/credentials/{}", text("id"));
        let (status, answer) = ask(&one, &admin, "DELETE", &path, &Value::Null);
        assert_eq!(status, 200, "{answer}");
        assert_eq!(ranks(&other, &text("key")).0, 401);
    }
}
