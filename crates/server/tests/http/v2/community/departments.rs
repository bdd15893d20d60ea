//! `GET /v2/community/departments`: the ranks that can be given.

use serde_json::Value;

use crate::kit::{Server, rank};

const PATH: &str = "/v2/community/departments";

#[tokio::test]
async fn a_bot_reads_the_departments_with_the_ranks_that_can_be_given() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(PATH).await.whole());
}

#[tokio::test]
async fn a_rank_disappears_from_its_department_when_it_is_retired() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let medics = |answer: &Value| answer["data"][1]["ranks"].as_array().expect("ranks").len();
    assert_eq!(medics(bot.get(PATH).await.ok()), 1);
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    assert_eq!(medics(bot.get(PATH).await.ok()), 0);
}

#[tokio::test]
async fn a_neighbour_reads_other_departments() {
    let server = Server::start().await;
    let answer = server.neighbours_bot().await.get(PATH).await;
    let departments = answer.ok()["data"].as_array().expect("departments");
    assert_eq!(departments.len(), 1);
    assert_eq!(departments[0]["ranks"][0]["id"], rank::FOREIGN);
}

#[tokio::test]
async fn a_bot_that_asks_for_what_is_retired_reads_that_too() {
    let server = Server::start().await;
    let answer = server.bot().await.get(&format!("{PATH}?includeRetired=true")).await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn what_is_retired_is_shown_only_if_it_is_asked_for() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let usual = bot.get(PATH).await;
    for query in ["includeRetired=false", "includeRetired=0", "includeRetired=", "retired=true"] {
        assert_eq!(bot.get(&format!("{PATH}?{query}")).await.ok()["data"], usual.ok()["data"], "{query}");
    }
    let all = bot.get(&format!("{PATH}?includeRetired=1")).await;
    assert_eq!(all.ok()["data"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_wish_that_is_neither_yes_nor_no_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for value in ["yes", "TRUE", "2", "%00"] {
        let answer = bot.get(&format!("{PATH}?includeRetired={value}")).await;
        assert_eq!(answer.problem(400, "invalid-query")["errors"][0]["parameter"], "includeRetired");
    }
    bot.get(&format!("{PATH}?includeRetired=1&includeRetired=1")).await.problem(400, "invalid-query");
}
