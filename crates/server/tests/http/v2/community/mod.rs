//! `GET /v2/community` and `GET /v2/community/sub-version`: which community a credential belongs to.

mod accounts;
mod administration;
mod administration_listed;
mod composed_names;
mod credential_uses;
mod credentials;
mod credentials_edit;
mod credentials_revoke;
mod definitions;
mod departments;
mod departments_administration;
mod departments_retirement;
mod events;
mod events_stream;
mod flags;
mod freeze;
mod guards;
mod guards_refused;
mod lists;
mod lookup;
mod promotion_flows;
mod promotion_flows_administration;
mod rank_changes;
mod ranks;
mod ranks_power;
mod ranks_retirement;
mod ranks_scopes;
mod rename;
mod servers;
mod short_urls;
mod webhooks;

use crate::kit::Server;

#[tokio::test]
async fn a_bot_reads_which_community_its_credential_belongs_to() {
    let server = Server::start().await;
    let answer = server.bot().await.get("/v2/community").await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_neighbour_reads_of_the_neighbours() {
    let server = Server::start().await;
    let answer = server.neighbours_bot().await.get("/v2/community").await;
    assert_eq!(answer.ok()["data"]["id"], "neighbours");
    assert_eq!(answer.ok()["data"]["servers"], 0);
}

#[tokio::test]
async fn a_client_that_starts_up_reads_a_sub_version_that_is_a_number() {
    let server = Server::start().await;
    let answer = server.bot().await.get("/v2/community/sub-version").await;
    insta::assert_json_snapshot!(answer.whole());
    assert!(answer.ok()["data"]["subVersion"].is_u64());
}
