//! What the preview of a rollback says that its filter does not catch.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

/// Makes a server on which the chief has changed two accounts with one bot and one with another. With the
/// first, the owner has changed one more, and nobody another.
async fn mixed() -> (Server, Actor, Actor) {
    let server = Server::start().await;
    let (bot, other) = (server.admin().await, server.admin().await);
    let chief = |ranks: Value| json!({"add": ranks, "userId": account::CHIEF});
    bot.change_ranks(account::CADET, chief(json!(["officer"]))).await;
    bot.change_ranks(account::NEWCOMER, chief(json!(["cadet"]))).await;
    other.change_ranks(account::NEWCOMER, chief(json!(["officer"]))).await;
    bot.change_ranks(account::CADET, json!({"add": ["medic"], "userId": account::OWNER})).await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["medic"]})).await;
    (server, bot, other)
}

async fn not_caught(actor: &Actor, filter: Value) -> Value {
    actor.preview(filter).await.ok()["data"]["notCaught"].clone()
}

#[tokio::test]
async fn a_preview_by_person_counts_the_rest_of_the_keys() {
    let (server, bot, _) = mixed().await;
    let key = server.change(7).await.credential.expect("a key");
    let rest = not_caught(&bot, json!({"userId": account::CHIEF})).await;
    assert_eq!(
        rest,
        json!([{"credentialId": key, "userId": null, "changes": 2, "namingOthers": 1, "namingNobody": 1}])
    );
    let narrow = not_caught(&bot, json!({"userId": account::CHIEF, "accounts": [account::CADET]})).await;
    assert_eq!((&narrow[0]["changes"], &narrow[0]["namingOthers"]), (&json!(3), &json!(1)));
}

#[tokio::test]
async fn a_preview_by_key_counts_what_its_persons_did_with_others() {
    let (server, bot, _) = mixed().await;
    let key = server.change(7).await.credential.expect("a key");
    let rest = not_caught(&bot, json!({"credentialId": key})).await;
    assert_eq!(
        rest,
        json!([{"credentialId": null, "userId": account::CHIEF, "changes": 1, "namingOthers": 0, "namingNobody": 0}])
    );
}

#[tokio::test]
async fn what_was_undone_or_is_of_another_time_is_not_counted() {
    let (server, bot, _) = mixed().await;
    bot.undo(11, json!({})).await.reversal();
    let rest = not_caught(&bot, json!({"userId": account::CHIEF})).await;
    assert_eq!(rest[0]["namingOthers"], 1, "{rest}");
    let now = server.now();
    let later = not_caught(&bot, json!({"userId": account::CHIEF, "from": now.to_string()})).await;
    assert!(later.is_array(), "{later}");
    let by_account = not_caught(&bot, json!({"accounts": [account::CADET]})).await;
    assert_eq!(by_account, json!([]), "neither a person nor a key is asked for");
}
