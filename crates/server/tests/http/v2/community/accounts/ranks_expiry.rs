//! Grants whose end has come: the scheduler's command removes them, and records that in the ledger.

use std::time::Duration;

use rankledger_domain::rank_change::{ChangeKind, Source};
use serde_json::{Value, json};

use crate::kit::{Actor, Fault, Server, account, rank};

const HOUR: Duration = Duration::from_hours(1);

/// Gives ranks that end in so many hours.
async fn give(actor: &Actor, account: &str, ranks: &[(&str, u64)]) -> String {
    let grants = ranks
        .iter()
        .map(|(rank, hours)| json!({"rank": rank, "expiresIn": format!("PT{hours}H"), "onHeld": "replace"}));
    actor.change_ranks(account, json!({"add": grants.collect::<Vec<_>>()})).await
}

#[tokio::test]
async fn a_rank_goes_when_its_time_has_come_and_not_before() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::CADET, &[("medic", 1)]).await;
    server.advance(Duration::from_millis(3_599_999));
    assert_eq!(server.expire_due().await, 0);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::MEDIC]));
    server.advance(Duration::from_millis(1));
    assert_eq!(server.expire_due().await, 1);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(server.expire_due().await, 0);
}

#[tokio::test]
async fn it_is_recorded_as_a_change_by_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::CADET, &[("medic", 1), ("officer", 2), ("chief", 3)]).await;
    let (number, events) = server.written().await;
    server.advance(2 * HOUR);
    assert_eq!(server.expire_due().await, 1);
    assert_eq!(server.written().await, (number + 1, events + 1), "one change for both ranks");
    let change = server.change(number + 1).await;
    assert_eq!((change.kind, change.source), (ChangeKind::Change, Source::Expiry));
    assert_eq!((change.actor, change.credential, &change.reason), (None, None, &None));
    assert_eq!(change.at, server.now());
    let removed: Vec<_> = change.transition.removed().map(|held| held.rank.to_string()).collect();
    assert_eq!(removed, [rank::MEDIC, rank::OFFICER]);
    assert_eq!(change.transition.added().count(), 0);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::CHIEF]));
}

#[tokio::test]
async fn the_status_follows_from_the_ranks_that_are_left() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::NEWCOMER, &[("medic", 1)]).await;
    give(&bot, account::CADET, &[("medic", 1)]).await;
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 2);
    for (account, active) in [(account::NEWCOMER, false), (account::CADET, true)] {
        let row = bot.get(&format!("/v2/community/accounts/{account}")).await;
        assert_eq!(row.ok()["data"]["comStatus"], active);
    }
}

#[tokio::test]
async fn the_version_of_the_account_counts_on() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let path = format!("/v2/community/accounts/{}/ranks", account::CADET);
    give(&bot, account::CADET, &[("medic", 1)]).await;
    let etag = bot.get(&path).await.etag().to_owned();
    server.advance(HOUR);
    server.expire_due().await;
    assert_ne!(bot.get(&path).await.etag(), etag);
    let stale = bot.with("if-match", &etag).set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    stale.problem(412, "version-mismatch");
}

#[tokio::test]
async fn banned_and_archived_accounts_and_retired_ranks_are_no_exception() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for account in [account::CADET, account::OFFICER] {
        give(&admin, account, &[("medic", 1), ("chief", 2)]).await;
    }
    for (account, action) in [(account::CADET, "ban"), (account::OFFICER, "archive")] {
        let path = format!("/v2/community/accounts/{account}/{action}");
        admin.post(&path, json!({"keepRanks": true})).await.ok();
    }
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 2);
    assert_eq!(admin.ranks_of(account::CADET).await, json!([rank::CADET, rank::CHIEF]));
    assert_eq!(admin.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::CHIEF]));
}

#[tokio::test]
async fn it_does_not_make_a_barred_account_active() {
    let server = Server::start().await;
    let admin = server.admin().await;
    give(&admin, account::CADET, &[("medic", 1)]).await;
    let path = format!("/v2/community/accounts/{}", account::CADET);
    admin.set_ranks(account::CADET, json!({"active": false})).await.ok();
    admin.post(&format!("{path}/ban"), json!({"keepRanks": true})).await.ok();
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 1);
    assert_eq!(admin.get(&path).await.ok()["data"]["comStatus"], false);
}

#[tokio::test]
async fn every_community_is_looked_at() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_bot().await);
    give(&bot, account::CADET, &[("medic", 1)]).await;
    give(&neighbour, account::NEIGHBOUR, &[("watchman", 1)]).await;
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 2);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(neighbour.ranks_of(account::NEIGHBOUR).await, json!([]));
}

#[tokio::test]
async fn what_is_due_goes_in_portions_the_soonest_end_first() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::CADET, &[("medic", 2)]).await;
    give(&bot, account::NEWCOMER, &[("medic", 1)]).await;
    give(&bot, account::CHIEF, &[("medic", 3)]).await;
    server.advance(5 * HOUR);
    for left in [vec![account::CADET, account::CHIEF], vec![account::CHIEF], vec![]] {
        assert_eq!(server.expire_portion(1).await, 1);
        for account in [account::CADET, account::NEWCOMER, account::CHIEF] {
            let holds = bot
                .ranks_of(account)
                .await
                .as_array()
                .is_some_and(|ranks| ranks.contains(&json!(rank::MEDIC)));
            assert_eq!(holds, left.contains(&account), "{account}");
        }
    }
    assert_eq!(server.expire_portion(1).await, 0);
}

#[tokio::test]
async fn more_time_in_time_keeps_the_rank() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::CADET, &[("medic", 1)]).await;
    give(&bot, account::CADET, &[("medic", 2)]).await;
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 0);
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 1);
}

#[tokio::test]
async fn a_rank_that_has_gone_for_its_time_is_not_given_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let given = give(&bot, account::CADET, &[("medic", 1)]).await;
    server.advance(HOUR);
    server.expire_due().await;
    let (expiry, _) = server.written().await;
    bot.undo(expiry, json!({})).await.problem(409, "grant-expired");
    let undone = bot.undo(given, json!({})).await;
    assert_eq!(undone.ok()["data"]["reversalUndoId"], Value::Null, "it is so already");
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    server.advance(HOUR);
    assert_eq!(server.expire_due().await, 0, "given anew, it has no end");
}

#[tokio::test]
async fn a_removal_before_the_end_is_not_undone_after_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::CADET, &[("medic", 1)]).await;
    let removal = bot.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
    server.advance(HOUR);
    bot.undo(removal, json!({})).await.problem(409, "grant-expired");
}

#[tokio::test]
async fn what_could_not_be_written_is_taken_away_the_next_time() {
    let server = Server::start().await;
    let bot = server.bot().await;
    give(&bot, account::CADET, &[("medic", 1)]).await;
    let written = server.written().await;
    server.advance(HOUR);
    server.fail(Fault::BrokenWrites);
    server.try_expire(1).await.expect_err("the database fails");
    server.recover();
    assert_eq!(server.written().await, written);
    assert_eq!(server.expire_due().await, 1);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}
