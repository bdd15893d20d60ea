//! `GET` and `PATCH /v2/community/servers/{serverId}/ace-config`: the permissions that ranks have on a game
//! server.

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Server, rank};

const PATH: &str = "/v2/community/servers/1/ace-config";

fn admins() -> Value {
    json!([{"ranks": ["officer", rank::CHIEF, "officer"], "principal": "group.admin"}])
}

#[tokio::test]
async fn an_administrator_sets_the_permissions() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.patch(PATH, json!({ "mappings": admins() })).await;
    insta::assert_json_snapshot!(answer.whole());
    let shown = server.bot().await.get(PATH).await;
    assert_eq!(shown.ok()["data"], answer.ok()["data"]["mappings"]);
    assert_eq!(admin.servers().await[0]["aceConfig"], answer.ok()["data"]);
}

#[tokio::test]
async fn a_program_reads_a_list_and_the_fivem_resource_an_object() {
    let server = Server::start().await;
    server.admin().await.patch(PATH, json!({ "mappings": admins() })).await.ok();
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.get(PATH).await.whole());
    let resource = bot.with("x-sonorancms-version", "1.6.32");
    insta::assert_json_snapshot!(resource.get(PATH).await.whole());
}

#[tokio::test]
async fn a_body_without_mappings_changes_nothing_and_an_empty_list_takes_them_away() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let set = admin.patch(PATH, json!({ "mappings": admins() })).await.ok()["data"].clone();
    for body in ["{}", "[]", "", r#"{"mappings": null}"#] {
        assert_eq!(admin.send(Method::PATCH, PATH, body).await.ok()["data"], set, "{body}");
    }
    let emptied = admin.patch(PATH, json!({"mappings": []})).await;
    assert_eq!(emptied.ok()["data"], json!({"mappings": []}));
    assert_eq!(admin.get(PATH).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn a_discord_role_is_the_rank_of_that_key() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let documented = json!({"mappings": [{"discordRoleId": "1234567890", "aceGroup": "admin"}]});
    let refused = admin.patch(PATH, documented.clone()).await;
    assert_eq!(refused.problem(422, "unknown-rank")["errors"][0]["pointer"], "/mappings/0/discordRoleId");
    admin.patch("/v2/community/ranks/medic", json!({"key": "1234567890"})).await.ok();
    let set = admin.patch(PATH, documented).await;
    let expected = json!({"mappings": [{"ranks": [rank::MEDIC], "principal": "admin"}]});
    assert_eq!(set.ok()["data"], expected);
}

#[tokio::test]
async fn a_retired_rank_may_keep_its_permissions() {
    let server = Server::start().await;
    let body = json!({"mappings": [{"ranks": ["explorer"], "principal": "group.explorer"}]});
    server.admin().await.patch(PATH, body).await.ok();
}

#[tokio::test]
async fn a_server_that_is_not_there_has_no_permissions() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = PATH.replace("/1/", "/9/");
    admin.get(&path).await.problem(404, "server-not-found");
    admin.patch(&path, json!({"mappings": []})).await.problem(404, "server-not-found");
}
