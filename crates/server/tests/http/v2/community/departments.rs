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
