//! The scopes of ranks: what their holders may do in the console.

use serde_json::{Value, json};

use crate::kit::{Server, account};

#[tokio::test]
async fn an_administrator_sets_the_scopes_of_a_rank() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = "/v2/community/ranks/officer";
    let body = json!({"scopes": ["ranks:undo", "accounts:read", "ranks:undo"]});
    let edited = admin.patch(path, body).await.ok()["data"].clone();
    assert_eq!(edited["scopes"], json!(["accounts:read", "ranks:undo"]), "each once, in their order");
    assert_eq!(admin.get(path).await.ok()["data"], edited);
    let relabelled = admin.patch(path, json!({"label": "Constable"})).await;
    assert_eq!(relabelled.ok()["data"]["scopes"], edited["scopes"], "what is not named stays");
    let log = admin.get("/v2/community/administration?take=2").await.ok()["data"]["entries"][1].clone();
    let (before, after) = (&log["before"]["rank"]["scopes"], &log["after"]["rank"]["scopes"]);
    assert_eq!((before, after), (&json!([]), &json!(["accounts:read", "ranks:undo"])));
    assert_eq!(admin.patch(path, json!({"scopes": []})).await.ok()["data"]["scopes"], json!([]));
    let made = json!({"label": "Marshal", "power": 40, "scopes": ["admin"]});
    let made = admin.post("/v2/community/departments/d0000000-0000-0000-0000-000000000001/ranks", made).await;
    assert_eq!(made.ok()["data"]["scopes"], json!(["admin"]));
}

#[tokio::test]
async fn a_scope_that_there_is_not_is_refused_by_its_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"scopes": ["ranks:undo", "ranks:all"]});
    let refused = admin.patch("/v2/community/ranks/officer", body).await;
    assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], "/scopes/1");
    let bot = server.bot().await;
    bot.patch("/v2/community/ranks/officer", json!({"scopes": []})).await.problem(403, "missing-scope");
}

#[tokio::test]
async fn scopes_that_a_rank_carries_mean_nothing_for_a_key_that_names_its_holder() {
    let server = Server::start().await;
    server.let_rank("chief", &["admin"]).await;
    let bot = server.bot_with("accounts:read", |_| {}).await;
    let body = json!({"add": ["officer"], "userId": account::CHIEF});
    bot.set_ranks(account::CADET, body).await.problem(403, "missing-scope");
}

#[tokio::test]
async fn taking_scopes_from_a_rank_counts_for_each_holder() {
    let server = Server::start().await;
    server.let_rank("cadet", &["accounts:read"]).await;
    let (admin, low) = (server.admin().await, server.admin_below(100).await);
    admin.put("/v2/community/guards", json!({"enabled": true, "removalsPerMinute": 1})).await.ok();
    let path = "/v2/community/ranks/cadet";
    let more = low.patch(path, json!({"scopes": ["accounts:read", "ranks:undo"]})).await;
    more.ok();
    let less = low.patch(path, json!({"scopes": []})).await;
    let problem: &Value = less.problem(429, "abnormal-usage-detected");
    assert_eq!(problem["removals"], 3, "three hold it");
}
