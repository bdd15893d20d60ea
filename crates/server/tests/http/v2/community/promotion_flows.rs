//! `GET /v2/community/promotion-flows`: named sets of ranks to add and remove.

mod trigger;
mod trigger_refused;
mod trigger_users;

use serde_json::json;

use crate::kit::Server;

const PATH: &str = "/v2/community/promotion-flows";

#[tokio::test]
async fn a_bot_reads_the_promotion_flows() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(PATH).await.whole());
}

#[tokio::test]
async fn a_neighbour_without_promotion_flows_reads_an_empty_list() {
    let server = Server::start().await;
    let answer = server.neighbours_bot().await.get(PATH).await;
    assert_eq!(answer.ok()["data"], json!([]));
}

#[tokio::test]
async fn the_keys_of_flows_are_shown_to_those_who_ask() {
    let server = Server::with_flows().await;
    let flows = server.bot().await.get("/v2/community/promotion-flows?includeKeys=true").await;
    let keys: Vec<_> =
        flows.ok()["data"].as_array().expect("flows").iter().map(|flow| &flow["key"]).collect();
    assert!(keys.contains(&&serde_json::json!("up")), "{keys:?}");
}
