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
