//! `GET /v2/community/accounts`: the accounts of a community, page by page.

mod account;
mod activity;
mod by_discord_id;
mod clock;
mod create;
mod discord;
mod etag;
mod identifiers;
mod identifiers_register;
mod identifiers_remove;
mod identifiers_shared;
mod keys_guide;
mod name;
mod profile_fields;
mod profile_fields_refused;
mod ranks;
mod ranks_acting_user;
mod ranks_authority;
mod ranks_ends;
mod ranks_expiry;
mod ranks_if_match;
mod ranks_refused;
mod search;
mod standing;
mod standing_power;
mod standing_undo;
mod sync;

use serde_json::json;

use crate::kit::account::NEIGHBOUR;
use crate::kit::{Answer, Server, rank};

/// Returns the names of the accounts that were listed.
#[track_caller]
fn names(answer: &Answer) -> Vec<&str> {
    let items = answer.ok()["data"]["items"].as_array().expect("a list");
    items.iter().map(|item| item["accName"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn a_bot_lists_the_accounts_by_number() {
    let server = Server::start().await;
    let answer = server.bot().await.get("/v2/community/accounts").await;
    assert_eq!(
        names(&answer),
        ["Newcomer", "Ärwin Cadet", "Officer", "Chief", "Owner", "Banned", "Archived", "Explorer"]
    );
    let data = &answer.ok()["data"];
    assert_eq!((&data["total"], &data["skip"], &data["take"]), (&json!(8), &json!(0), &json!(25)));
}

#[tokio::test]
async fn a_bot_reads_one_page() {
    let server = Server::start().await;
    let answer = server.bot().await.get("/v2/community/accounts?skip=1&take=2&sysStatus=true").await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_bot_reads_the_members_with_their_ranks_in_one_request() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts?include=ranks&skip=1&take=2").await.whole());
    let all = bot.get("/v2/community/accounts?include=ranks&take=100").await;
    let items = all.ok()["data"]["items"].as_array().expect("a list").clone();
    assert_eq!(items.len(), 8);
    for item in items {
        assert_eq!(item["ranks"], bot.ranks_of(item["accId"].as_str().expect("an id")).await, "{item}");
    }
    let medics = bot.get("/v2/community/accounts?include=ranks&rank=medic").await;
    assert_eq!(medics.ok()["data"]["items"][0]["ranks"], json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn what_else_is_to_be_included_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (value, given) in [("Ranks", "Ranks"), ("ranks,fields", "ranks,fields"), ("%20ranks", " ranks")] {
        let answer = bot.get(&format!("/v2/community/accounts?include={value}")).await;
        let errors = &answer.problem(400, "invalid-query")["errors"];
        assert_eq!(*errors, json!([{"parameter": "include", "value": given}]));
    }
    bot.get("/v2/community/accounts?include=ranks&include=ranks").await.problem(400, "invalid-query");
    assert_eq!(
        bot.get("/v2/community/accounts?include=").await.ok()["data"]["items"][1]["ranks"],
        json!(null)
    );
}

#[tokio::test]
async fn a_page_beyond_the_last_is_empty() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for skip in ["8", "4294967295"] {
        let answer = bot.get(&format!("/v2/community/accounts?skip={skip}")).await;
        assert!(names(&answer).is_empty());
        assert_eq!(answer.ok()["data"]["total"], 8);
    }
}

#[tokio::test]
async fn a_bot_lists_only_the_accounts_that_fit_every_filter() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (query, expected) in [
        ("sysStatus=false", vec!["Explorer"]),
        ("sysStatus=0", vec!["Explorer"]),
        ("banned=true", vec!["Banned"]),
        ("archived=1", vec!["Archived"]),
        ("comStatus=false", vec!["Newcomer", "Owner"]),
        (
            "comStatus=true&banned=false&archived=false&sysStatus=true",
            vec!["Ärwin Cadet", "Officer", "Chief"],
        ),
        ("banned=true&archived=true", vec![]),
    ] {
        let answer = bot.get(&format!("/v2/community/accounts?{query}")).await;
        assert_eq!(names(&answer), expected, "{query}");
        assert_eq!(answer.ok()["data"]["total"], expected.len(), "{query}");
    }
}

#[tokio::test]
async fn an_empty_or_unknown_parameter_counts_as_absent() {
    let server = Server::start().await;
    let answer = server.bot().await.get("/v2/community/accounts?skip=&take=&sysStatus=&page=3&page=4").await;
    assert_eq!(names(&answer).len(), 8);
}

#[tokio::test]
async fn a_bot_takes_1_to_100_accounts_at_a_time() {
    let server = Server::start().await;
    let bot = server.bot().await;
    assert_eq!(names(&bot.get("/v2/community/accounts?take=1").await).len(), 1);
    assert_eq!(names(&bot.get("/v2/community/accounts?take=100").await).len(), 8);
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts?take=101").await.whole());
}

#[tokio::test]
async fn a_parameter_that_is_not_in_its_range_is_named() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (name, value) in [
        ("take", "0"),
        ("take", "101"),
        ("take", "-1"),
        ("take", "abc"),
        ("take", "2.5"),
        ("take", "99999999999999999999999999"),
        ("skip", "-1"),
        ("skip", "4294967296"),
        ("skip", "1e3"),
        ("sysStatus", "yes"),
        ("comStatus", "TRUE"),
        ("banned", "2"),
        ("archived", "null"),
    ] {
        let answer = bot.get(&format!("/v2/community/accounts?{name}={value}")).await;
        let errors = &answer.problem(400, "invalid-query")["errors"];
        assert_eq!(*errors, json!([{"parameter": name, "value": value}]));
    }
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.get("/v2/community/accounts?take=5&take=5").await;
    assert_eq!(answer.problem(400, "invalid-query")["errors"], json!([{"parameter": "take"}]));
}

#[tokio::test]
async fn a_query_that_does_not_decode_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for query in ["take=%FF", "sysStatus=%00", "take=%zz", "skip=%31%"] {
        bot.get(&format!("/v2/community/accounts?{query}")).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn an_account_of_the_neighbours_is_not_in_the_list() {
    let server = Server::start().await;
    let ours = server.bot().await.get("/v2/community/accounts?take=100").await;
    assert!(!ours.ok().to_string().contains(NEIGHBOUR));
    let theirs = server.neighbours_bot().await.get("/v2/community/accounts").await;
    assert_eq!(names(&theirs), ["Neighbour", "Watch Owner"]);
}

#[tokio::test]
async fn a_bot_lists_the_accounts_that_hold_a_rank() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (rank, expected) in [
        ("cadet", vec!["Ärwin Cadet", "Banned", "Archived"]),
        (rank::CADET, vec!["Ärwin Cadet", "Banned", "Archived"]),
        (&rank::MEDIC.to_uppercase(), vec!["Officer"]),
        ("explorer", vec!["Explorer"]),
        ("diver", vec![]),
        ("cadet&banned=true", vec!["Banned"]),
        ("cadet&take=1&skip=1", vec!["Banned"]),
        ("%63adet", vec!["Ärwin Cadet", "Banned", "Archived"]),
    ] {
        let answer = bot.get(&format!("/v2/community/accounts?rank={rank}")).await;
        assert_eq!(names(&answer), expected, "{rank}");
    }
    assert_eq!(bot.get("/v2/community/accounts?rank=cadet&take=1").await.ok()["data"]["total"], 3);
    assert_eq!(names(&bot.get("/v2/community/accounts?rank=").await).len(), 8);
}

#[tokio::test]
async fn a_rank_that_is_not_there_is_no_empty_list() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for rank in ["Cadet", "watchman", rank::FOREIGN, "%00", "%FF", "%20", "cadet,officer", &"x".repeat(5000)]
    {
        let answer = bot.get(&format!("/v2/community/accounts?rank={rank}")).await;
        assert_eq!(answer.problem(400, "invalid-query")["errors"][0]["parameter"], "rank", "{rank}");
    }
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts?rank=watchman").await.whole());
    bot.get("/v2/community/accounts?rank=cadet&rank=officer").await.problem(400, "invalid-query");
}
