//! Authority over rank changes: the credential's power ceiling, and the power of the person in `userId`.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

/// Checks that `actor` is refused for lack of power, and that nothing is written.
async fn assert_too_low(server: &Server, actor: &Actor, account: &str, body: Value) {
    let before = (server.written().await, actor.ranks_of(account).await);
    let answer = actor.set_ranks(account, body.clone()).await;
    assert_eq!(answer.body["type"], "/problems/insufficient-power", "{body}");
    answer.problem(403, "insufficient-power");
    assert_eq!((server.written().await, actor.ranks_of(account).await), before);
}

#[tokio::test]
async fn a_bot_gives_and_takes_only_ranks_strictly_below_its_ceiling() {
    let server = Server::start().await;
    let bot = server.bot_below(20).await;
    bot.set_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await.ok();
    let answer = bot.set_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await;
    answer.problem(403, "insufficient-power");
    insta::assert_json_snapshot!(answer.whole());
    assert_too_low(&server, &bot, account::NEWCOMER, json!({"set": ["medic"]})).await;
    bot.set_ranks(account::NEWCOMER, json!({"remove": ["cadet"]})).await.ok();
}

#[tokio::test]
async fn a_bot_changes_only_accounts_strictly_below_its_ceiling() {
    let server = Server::start().await;
    let bot = server.bot_below(30).await;
    let answer = bot.set_ranks(account::OFFICER, json!({"add": ["cadet"]})).await;
    answer.problem(403, "insufficient-power");
    insta::assert_json_snapshot!(answer.whole());
    for body in [json!({"remove": ["officer"]}), json!({"active": false}), json!({"set": []})] {
        assert_too_low(&server, &bot, account::OFFICER, body).await;
    }
    server.bot_below(31).await.set_ranks(account::OFFICER, json!({"set": []})).await.ok();
}

#[tokio::test]
async fn only_a_bot_without_ceiling_changes_the_owner() {
    let server = Server::start().await;
    let high = server.bot_below(u32::MAX).await;
    let answer = high.set_ranks(account::OWNER, json!({"add": ["cadet"]})).await;
    answer.problem(403, "insufficient-power");
    insta::assert_json_snapshot!(answer.whole());
    server.bot().await.set_ranks(account::OWNER, json!({"add": ["cadet"]})).await.ok();
}

#[tokio::test]
async fn an_owner_without_ranks_stands_above_every_rank() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let by_chief = json!({"add": ["cadet"], "userId": account::CHIEF});
    assert_too_low(&server, &bot, account::OWNER, by_chief).await;
    let by_owner = json!({"add": ["chief"], "userId": account::OWNER});
    bot.set_ranks(account::NEWCOMER, by_owner).await.ok();
    bot.set_ranks(account::CHIEF, json!({"set": [], "userId": account::OWNER})).await.ok();
}

#[tokio::test]
async fn a_person_gives_only_ranks_strictly_below_their_own() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let with = |key: &str| json!({"add": [key], "userId": account::OFFICER});
    bot.set_ranks(account::NEWCOMER, with("officer")).await.ok();
    assert_too_low(&server, &bot, account::NEWCOMER, with("medic")).await;
    assert_too_low(&server, &bot, account::NEWCOMER, with("chief")).await;
    assert_too_low(&server, &bot, account::CHIEF, with("cadet")).await;
    assert_too_low(
        &server,
        &bot,
        account::CADET,
        json!({"add": ["cadet", "medic"], "userId": account::OFFICER}),
    )
    .await;
}

#[tokio::test]
async fn a_person_without_ranks_changes_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    assert_too_low(&server, &bot, account::CADET, json!({"remove": ["cadet"], "userId": account::NEWCOMER}))
        .await;
}

#[tokio::test]
async fn the_lower_of_ceiling_and_person_decides() {
    let server = Server::start().await;
    let low_bot = server.bot_below(20).await;
    for user in [account::CHIEF, account::OWNER] {
        let body = json!({"add": ["officer"], "userId": user});
        assert_too_low(&server, &low_bot, account::NEWCOMER, body).await;
    }
    let high_bot = server.bot_below(1000).await;
    let body = json!({"add": ["medic"], "userId": account::OFFICER});
    assert_too_low(&server, &high_bot, account::NEWCOMER, body).await;
    low_bot.set_ranks(account::NEWCOMER, json!({"add": ["cadet"], "userId": account::CHIEF})).await.ok();
}

#[tokio::test]
async fn a_person_gives_up_their_own_ranks() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"remove": ["medic"], "active": false, "userId": account::OFFICER});
    assert_eq!(*bot.set_ranks(account::OFFICER, body).await.ranks(), json!([rank::OFFICER]));
    assert_eq!(server.change(7).await.actor.map(|id| id.to_string()).as_deref(), Some(account::OFFICER));
}

#[tokio::test]
async fn a_person_gives_themselves_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.set_ranks(account::CHIEF, json!({"add": ["cadet"], "userId": account::CHIEF})).await;
    answer.problem(403, "insufficient-power");
    insta::assert_json_snapshot!(answer.whole());
    let swap = json!({"add": ["cadet"], "remove": ["chief"], "userId": account::CHIEF});
    assert_too_low(&server, &bot, account::CHIEF, swap).await;
    bot.set_ranks(account::CHIEF, json!({"active": false})).await.ok();
    let awake = json!({"active": true, "userId": account::CHIEF});
    assert_too_low(&server, &bot, account::CHIEF, awake).await;
}

#[tokio::test]
async fn a_ceiling_holds_even_where_a_person_gives_up_their_own_ranks() {
    let server = Server::start().await;
    let bot = server.bot_below(20).await;
    let body = json!({"remove": ["medic"], "userId": account::OFFICER});
    assert_too_low(&server, &bot, account::OFFICER, body).await;
}

#[tokio::test]
async fn a_banned_or_archived_person_changes_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for user in [account::BANNED, account::ARCHIVED] {
        assert_too_low(&server, &bot, account::EXPLORER, json!({"remove": ["explorer"], "userId": user}))
            .await;
        assert_too_low(&server, &bot, user, json!({"remove": ["cadet"], "userId": user})).await;
    }
}

#[tokio::test]
async fn only_ranks_that_change_are_looked_at() {
    let server = Server::start().await;
    let bot = server.bot_below(40).await;
    let body = json!({"set": ["medic", "officer", "cadet"], "remove": ["chief"]});
    bot.set_ranks(account::OFFICER, body).await.ok();
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC, rank::CADET]));
}

#[tokio::test]
async fn a_request_that_changes_nothing_needs_no_power() {
    let server = Server::start().await;
    let bot = server.bot_below(0).await;
    let written = server.written().await;
    let body = json!({"add": ["chief"], "userId": account::NEWCOMER});
    assert_eq!(bot.set_ranks(account::CHIEF, body).await.ok()["meta"]["undoId"], Value::Null);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn the_power_of_today_decides() {
    let server = Server::start().await;
    let bot = server.bot_below(25).await;
    bot.set_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await.ok();
    server.edit_rank(rank::OFFICER, |officer| officer.power.0 = 25).await;
    assert_too_low(&server, &bot, account::NEWCOMER, json!({"remove": ["officer"]})).await;
    server.edit_rank(rank::OFFICER, |officer| officer.power.0 = 24).await;
    bot.set_ranks(account::NEWCOMER, json!({"remove": ["officer"]})).await.ok();
}
