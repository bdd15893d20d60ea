//! `PATCH /v2/community`: an administrator renames the community.

use serde_json::json;

use crate::kit::Server;

#[tokio::test]
async fn an_administrator_renames_the_community() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.patch("/v2/community", json!({"name": "The New Club"})).await;
    insta::assert_json_snapshot!(answer.whole());
    let shown = server.bot().await.get("/v2/community").await;
    assert_eq!(shown.ok()["data"], answer.ok()["data"]);
    let neighbours = server.neighbours_bot().await.get("/v2/community").await;
    assert_ne!(neighbours.ok()["data"]["name"], "The New Club");
    let log = admin.get("/v2/community/administration?kind=settings.changed&take=1").await;
    let entry = &log.ok()["data"]["entries"][0];
    assert_eq!(
        (&entry["before"]["name"], &entry["after"]["name"]),
        (&json!("The Club"), &json!("The New Club"))
    );
}

#[tokio::test]
async fn the_same_name_again_is_no_change() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = server.log().await.len();
    admin.patch("/v2/community", json!({"name": "The Club"})).await.success();
    assert_eq!(server.log().await.len(), before);
}

#[tokio::test]
async fn only_an_administrator_gives_a_name_that_can_be_one() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.bot().await.patch("/v2/community", json!({"name": "Mine"})).await.problem(403, "missing-scope");
    for body in [json!({}), json!({"name": ""}), json!({"name": 5}), json!({"name": "x", "id": "y"})] {
        admin.patch("/v2/community", body).await.problem(400, "invalid-body");
    }
    admin.freeze(json!({})).await.success();
    let limited = server.admin_below(90).await;
    limited.patch("/v2/community", json!({"name": "Mine"})).await.problem(423, "community-frozen");
}
