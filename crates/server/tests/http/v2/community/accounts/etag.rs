//! The `ETag` of an account: it changes with everything that a client can change of the account.

use serde_json::json;

use crate::kit::{Actor, Server, account};

/// Makes the write to the cadet that this end of its path names.
async fn write(bot: &Actor, what: &str) {
    let path = format!("/v2/community/accounts/{}/{what}", account::CADET);
    let answer = match what {
        "name" => bot.patch(&path, json!({"newName": "Arwin"})).await,
        "identifiers" => bot.post(&path, json!({"identifiers": [{"type": "xbl", "value": "1"}]})).await,
        "profile-fields" => bot.patch(&path, json!({"profileFields": [{"id": "height", "value": 2}]})).await,
        _ => bot.post(&path, json!({})).await,
    };
    answer.ok();
}

#[tokio::test]
async fn a_bot_that_has_seen_the_account_before_a_write_does_not_change_its_ranks() {
    for what in
        ["name", "identifiers", "profile-fields", "clock", "ban", "unban", "archive", "restore", "kick"]
    {
        let server = Server::start().await;
        let bot = server.bot().await;
        let row = format!("/v2/community/accounts/{}", account::CADET);
        if what == "unban" {
            write(&bot, "ban").await;
        }
        if what == "restore" {
            write(&bot, "archive").await;
        }
        let seen = bot.get(&row).await.etag().to_owned();
        write(&bot, what).await;
        let now = bot.get(&row).await.etag().to_owned();
        assert_ne!(seen, now, "{what}");
        assert_eq!(bot.get(&format!("{row}/ranks")).await.etag(), now, "{what}");
        let late = bot.with("if-match", &seen).set_ranks(account::CADET, json!({"remove": ["cadet"]})).await;
        late.problem(412, "version-mismatch");
        bot.with("if-match", &now).set_ranks(account::CADET, json!({"remove": ["cadet"]})).await.ok();
    }
}

#[tokio::test]
async fn a_write_to_another_account_changes_no_etag() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let row = format!("/v2/community/accounts/{}", account::OFFICER);
    let seen = bot.get(&row).await.etag().to_owned();
    for what in ["name", "identifiers", "profile-fields", "clock"] {
        write(&bot, what).await;
    }
    assert_eq!(bot.get(&row).await.etag(), seen);
}

#[tokio::test]
async fn a_clock_out_changes_the_etag_once_more() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let row = format!("/v2/community/accounts/{}", account::CADET);
    let mut seen = vec![bot.get(&row).await.etag().to_owned()];
    for _ in 0..2 {
        write(&bot, "clock").await;
        let now = bot.get(&row).await.etag().to_owned();
        assert!(!seen.contains(&now));
        seen.push(now);
    }
}
