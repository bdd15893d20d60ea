//! `PATCH /v2/community/accounts/{accountId}/profile-fields`: an account fills in profile fields.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

pub(super) async fn edit(actor: &Actor, account: &str, fields: Value) -> Answer {
    let path = format!("/v2/community/accounts/{account}/profile-fields");
    actor.patch(&path, json!({"profileFields": fields})).await
}

async fn filled_in(actor: &Actor, account: &str) -> Value {
    let answer = actor.get(&format!("/v2/community/accounts/{account}")).await;
    answer.ok()["data"]["profileFields"]["data"].clone()
}

#[tokio::test]
async fn a_bot_fills_fields_in_and_sees_all_that_the_account_has() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = edit(&bot, account::CADET, json!([{"id": "height", "value": 1.85}])).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(filled_in(&bot, account::CADET).await, answer.ok()["data"]);
}

#[tokio::test]
async fn every_type_of_field_takes_what_it_is_for() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (field, value) in [
        ("motto", json!("Sërve — 李\u{1f46e}")),
        ("motto", json!("")),
        ("motto", json!("x".repeat(4000))),
        ("skills", json!(["Driving", "First aid"])),
        ("skills", json!([])),
        ("story", json!("Two\r\nlines,\n\ta tab")),
        ("height", json!(-0.5)),
        ("height", json!(9_007_199_254_740_993_i64)),
        ("height", json!(1e300)),
        ("insured", json!(false)),
        ("shift", json!("Late")),
        ("permits", json!(["Truck", "Boat"])),
        ("permits", json!([])),
        ("birthday", json!("2000-02-29")),
        ("website", json!("https://example.com/a?b=c#d")),
        ("portrait", json!("http://example.com/me.png")),
        ("discord", json!("cadet#0001")),
        ("roblox", json!("77")),
        ("steam", json!("110000100000002")),
        ("fivem", json!("fivem:77")),
    ] {
        let answer = edit(&bot, account::NEWCOMER, json!([{"id": field, "value": value}])).await;
        let all = answer.ok()["data"].as_array().expect("a list");
        let found = all.iter().find(|filled| filled["id"] == field).expect("the field");
        assert_eq!(found["value"], value, "{field}");
    }
    assert_eq!(filled_in(&bot, account::NEWCOMER).await.as_array().map(Vec::len), Some(14));
}

#[tokio::test]
async fn fields_stand_in_the_order_of_the_community() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let fields = json!([
        {"id": "fivem", "value": "1"},
        {"id": "height", "value": 2},
        {"id": "skills", "value": []},
        {"id": "motto", "value": "Last"},
    ]);
    let answer = edit(&bot, account::OFFICER, fields).await;
    let ids = answer.ok()["data"].as_array().expect("a list").iter().map(|field| field["id"].as_str());
    assert_eq!(ids.flatten().collect::<Vec<_>>(), ["motto", "skills", "height", "fivem"]);
}

#[tokio::test]
async fn null_empties_a_field() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for empty in [json!({"id": "motto", "value": null}), json!({"id": "motto"})] {
        edit(&bot, account::CADET, json!([{"id": "motto", "value": "Serve"}])).await.ok();
        let answer = edit(&bot, account::CADET, json!([empty])).await;
        assert_eq!(answer.ok()["data"], json!([]));
        assert_eq!(filled_in(&bot, account::CADET).await, json!([]));
    }
    assert_eq!(
        edit(&bot, account::CADET, json!([{"id": "shift", "value": null}])).await.ok()["data"],
        json!([])
    );
}

#[tokio::test]
async fn of_two_entries_for_one_field_the_last_counts() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let twice = json!([{"id": "height", "value": 1}, {"id": "height", "value": 2}]);
    assert_eq!(edit(&bot, account::OFFICER, twice).await.ok()["data"], json!([{"id": "height", "value": 2}]));
    let gone = json!([{"id": "height", "value": 3}, {"id": "height", "value": null}]);
    assert_eq!(edit(&bot, account::OFFICER, gone).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_told_to_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let path = format!("/v2/community/accounts/{}", account::CADET);
    let etag = bot.get(&path).await.etag().to_owned();
    for fields in [
        json!([]),
        json!([{"id": "motto", "value": "Serve"}]),
        json!([{"id": "height", "value": null}]),
        json!([{"id": "motto", "value": "Protect"}, {"id": "motto", "value": "Serve"}]),
    ] {
        let answer = edit(&bot, account::CADET, fields).await;
        assert_eq!(answer.ok()["data"], json!([{"id": "motto", "value": "Serve"}]));
    }
    assert_eq!((server.written().await, bot.get(&path).await.etag()), (written, etag.as_str()));
    edit(&bot, account::CADET, json!([{"id": "motto", "value": "Protect"}])).await.ok();
    assert_eq!(server.written().await, (written.0, written.1 + 1));
}

#[tokio::test]
async fn what_is_filled_in_stays_when_the_field_is_removed() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    admin.delete("/v2/community/profile-fields/motto").await.ok();
    let answer = edit(&bot, account::CADET, json!([{"id": "height", "value": 2}])).await;
    assert_eq!(answer.ok()["data"].as_array().map(Vec::len), Some(2));
    edit(&bot, account::CADET, json!([{"id": "motto", "value": null}])).await.problem(422, "refused-entry");
}
