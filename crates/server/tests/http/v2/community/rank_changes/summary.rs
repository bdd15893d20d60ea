//! `GET /v2/community/rank-changes/summary`: who did how much.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

const HOUR: Duration = Duration::from_hours(1);

async fn summary(actor: &Actor, query: &str) -> Answer {
    actor.get(&format!("/v2/community/rank-changes/summary?{query}")).await
}

/// Makes a server with four changes, an hour apart: two by the chief with one bot, one of nobody with it, and
/// one of nobody with another. Returns the two bots.
async fn busy() -> (Server, Actor, Actor) {
    let server = Server::start().await;
    let (bot, other) = (server.bot().await, server.bot().await);
    server.advance(HOUR);
    bot.change_ranks(account::CADET, json!({"set": ["officer"], "userId": account::CHIEF})).await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["medic", "cadet"], "userId": account::CHIEF})).await;
    server.advance(HOUR);
    bot.change_ranks(account::NEWCOMER, json!({"remove": ["medic"]})).await;
    server.advance(HOUR);
    other.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    (server, bot, other)
}

#[tokio::test]
async fn an_owner_counts_the_changes_by_person() {
    let (_server, bot, _) = busy().await;
    insta::assert_json_snapshot!(summary(&bot, "by=user&source=api").await.whole());
}

#[tokio::test]
async fn the_changes_are_counted_by_key_rank_and_hour() {
    let (_server, bot, _) = busy().await;
    let groups = |answer: &Answer, member: &str| -> Vec<(bool, Value)> {
        let groups = answer.ok()["data"]["groups"].as_array().expect("groups").clone();
        groups.iter().map(|group| (group.get(member).is_some(), group["changes"].clone())).collect()
    };
    let by_key = summary(&bot, "by=key&source=api").await;
    assert_eq!(groups(&by_key, "credentialId"), [(true, json!(3)), (true, json!(1))]);
    let by_hour = summary(&bot, "by=hour&source=api").await;
    assert_eq!(groups(&by_hour, "hour"), [(true, json!(1)), (true, json!(1)), (true, json!(2))]);
    let first = &by_hour.ok()["data"]["groups"][2];
    assert!(first["hour"].as_str().expect("a time").ends_with(":00:00.000Z"), "{first}");
    let by_rank = summary(&bot, "by=rank&source=api").await;
    assert_eq!(groups(&by_rank, "rank"), [(true, json!(3)), (true, json!(2)), (true, json!(1))]);
    let medic = &by_rank.ok()["data"]["groups"][0];
    assert_eq!((&medic["ranksGiven"], &medic["ranksTaken"]), (&json!(2), &json!(1)), "of this rank alone");
}

#[tokio::test]
async fn without_a_way_to_group_there_are_only_the_counts() {
    let (_server, bot, _) = busy().await;
    let all = summary(&bot, "source=api").await.ok()["data"].clone();
    assert_eq!((&all["changes"], &all["members"], &all["groups"]), (&json!(4), &json!(2), &json!([])));
    assert_eq!((&all["ranksGiven"], &all["ranksTaken"]), (&json!(4), &json!(2)));
    assert_eq!(all["by"], json!(null));
    let none = summary(&bot, "from=2100-01-01T00:00:00Z").await.ok()["data"].clone();
    assert_eq!((&none["changes"], &none["first"]), (&json!(0), &json!(null)));
}

#[tokio::test]
async fn the_filter_is_that_of_the_history_and_the_groups_may_be_fewer() {
    let (_server, bot, other) = busy().await;
    let by_chief = summary(&other, &format!("by=rank&userId={}&take=1", account::CHIEF)).await;
    let data = &by_chief.ok()["data"];
    assert_eq!((&data["changes"], &data["moreGroups"]), (&json!(2), &json!(2)));
    assert_eq!(data["groups"].as_array().map(Vec::len), Some(1));
    for query in ["by=colour", "take=0", "take=1001", "rank=admiral", "userId=nobody", "from=yesterday"] {
        summary(&bot, query).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn a_neighbour_counts_nothing_of_it_and_a_key_needs_the_scope() {
    let (server, _, _) = busy().await;
    let neighbour = server.neighbours_bot().await;
    let counted = summary(&neighbour, "source=api").await;
    assert_eq!(counted.ok()["data"]["changes"], 0);
    let writer = server.bot_with("ranks:write", |_| {}).await;
    summary(&writer, "").await.problem(403, "missing-scope");
}
