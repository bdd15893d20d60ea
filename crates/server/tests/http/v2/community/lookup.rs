//! `GET /v2/community/lookup`: the credential's own community, and no other.

use serde_json::json;

use crate::kit::Server;

const UUID: &str = "e0000000-0000-0000-0000-000000000001";

fn path(id: &str) -> String {
    format!("/v2/community/lookup?id={id}")
}

#[tokio::test]
async fn a_bot_looks_its_community_up_by_id() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(&path("club")).await.whole());
}

#[tokio::test]
async fn a_bot_looks_its_community_up_by_uuid_in_any_spelling() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let by_id = bot.get(&path("club")).await;
    for uuid in [UUID, &UUID.to_uppercase(), &UUID.replace('-', ""), "%650000000-0000-0000-0000-000000000001"]
    {
        assert_eq!(bot.get(&path(uuid)).await.ok()["data"], by_id.ok()["data"], "{uuid}");
    }
}

#[tokio::test]
async fn another_community_is_as_absent_as_one_that_never_was() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let foreign = bot.get(&path("neighbours")).await;
    let unknown = bot.get(&path("strangers!")).await;
    let text = unknown.problem(404, "community-not-found").to_string().replace("strangers!", "neighbours");
    assert_eq!(foreign.problem(404, "community-not-found").to_string(), text);
    insta::assert_json_snapshot!(foreign.whole());
    for id in [
        "e0000000-0000-0000-0000-000000000002",
        "CLUB",
        "club%20",
        "clu",
        "%00",
        "%FF",
        "*",
        &"x".repeat(5000),
    ] {
        let answer = bot.get(&path(id)).await;
        answer.problem(404, "community-not-found");
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.len() < 400), "{id}");
    }
}

#[tokio::test]
async fn a_lookup_that_names_nothing_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for query in ["", "?", "?id", "?id=", "?name=club"] {
        let answer = bot.get(&format!("/v2/community/lookup{query}")).await;
        assert_eq!(answer.problem(400, "invalid-query")["errors"], json!([{"parameter": "id"}]), "{query}");
    }
    insta::assert_json_snapshot!(bot.get("/v2/community/lookup").await.whole());
}

#[tokio::test]
async fn an_id_that_is_given_twice_is_refused_and_other_parameters_are_ignored() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.get("/v2/community/lookup?id=club&id=club").await;
    assert_eq!(answer.problem(400, "invalid-query")["errors"], json!([{"parameter": "id"}]));
    bot.get("/v2/community/lookup?take=0&id=club&x=1&x=2").await.ok();
}

#[tokio::test]
async fn a_neighbour_finds_the_neighbours() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    assert_eq!(neighbour.get(&path("neighbours")).await.ok()["data"]["name"], "The Neighbours");
    neighbour.get(&path(UUID)).await.problem(404, "community-not-found");
}
