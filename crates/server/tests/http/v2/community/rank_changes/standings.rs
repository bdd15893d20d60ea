//! `GET /v2/community/rank-changes/standings`: what every account holds, as a file beside the history.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, HISTORY, Server, account, rank};

/// Requests the standings.
async fn standings(actor: &Actor) -> Vec<Value> {
    let answer = actor.get(&format!("{HISTORY}/standings")).await;
    answer.success();
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    answer.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Returns the line of an account.
fn of<'a>(standings: &'a [Value], account: &str) -> &'a Value {
    standings.iter().find(|line| line["accId"] == account).expect("the account")
}

#[tokio::test]
async fn every_account_is_as_its_newest_change_left_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "active": false})).await;
    server.grant_for(account::NEWCOMER, rank::MEDIC, Duration::from_hours(1)).await;
    let history = bot.lines("").await;
    let newest: BTreeMap<_, _> = history.iter().map(|change| (change["accId"].to_string(), change)).collect();
    let standings = standings(&bot).await;
    for line in &standings {
        match newest.get(&line["accId"].to_string()) {
            Some(change) => {
                let left = (&change["currentRanks"], &change["currentStatus"], &change["changeNumber"]);
                assert_eq!((&line["ranks"], &line["comStatus"], &line["lastChange"]), left);
            }
            None => assert_eq!(
                (&line["ranks"], &line["comStatus"], &line["lastChange"]),
                (&json!([]), &json!(false), &Value::Null)
            ),
        }
    }
    let newcomer = of(&standings, account::NEWCOMER);
    assert_eq!(newcomer["ranks"], json!([{"rank": rank::MEDIC, "expiresAt": "2026-05-01T13:00:00.000Z"}]));
    let ids: Vec<_> = standings.iter().map(|line| line["accId"].to_string()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(bot.get("/v2/community/accounts").await.ok()["data"]["total"], ids.len());
}

#[tokio::test]
async fn a_standing_that_cannot_be_read_is_said_to_be_so_and_hides_no_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let whole = standings(&bot).await;
    server.sql("UPDATE account_standings SET next_end = 5 WHERE owner").await;
    let found = standings(&bot).await;
    assert_eq!(found.len(), whole.len());
    let owner = of(&found, account::OWNER);
    let unique_id = &of(&whole, account::OWNER)["uniqueId"];
    assert_eq!(*owner, json!({"accId": account::OWNER, "uniqueId": unique_id, "unreadable": true}));
    assert_eq!(of(&found, account::CADET), of(&whole, account::CADET));
}

#[tokio::test]
async fn the_neighbours_see_what_is_theirs() {
    let server = Server::start().await;
    let ours = standings(&server.bot().await).await;
    let theirs = standings(&server.neighbours_bot().await).await;
    assert_eq!(of(&theirs, account::NEIGHBOUR)["lastChange"], 1);
    assert!(theirs.iter().all(|line| !ours.contains(line)), "{theirs:?}");
}
