//! `PATCH /v2/community/accounts/{accountId}/profile-fields`, refused: the answer names every wrong entry,
//! and nothing is written.

use serde_json::{Value, json};

use super::profile_fields::edit;
use crate::kit::{Server, account};

#[tokio::test]
async fn every_entry_that_does_not_fit_is_named_and_nothing_is_written() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let fields = json!([
        {"id": "motto", "value": "Protect"},
        {"id": "height", "value": "tall"},
        {"id": "car", "value": "red"},
        {"id": "shift", "value": "Noon"},
        {"id": "permits", "value": ["Boat", "Rocket"]},
    ]);
    let answer = edit(&bot, account::CADET, fields).await;
    answer.problem(422, "refused-entry");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    let row = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(row.ok()["data"]["profileFields"]["data"], json!([{"id": "motto", "value": "Serve"}]));
}

#[tokio::test]
async fn every_type_of_field_refuses_what_it_is_not_for() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (field, values) in [
        (
            "motto",
            vec![
                json!(1),
                json!(["a"]),
                json!({}),
                json!(true),
                json!("two\nlines"),
                json!("x".repeat(4001)),
            ],
        ),
        ("skills", vec![json!("Driving"), json!([1]), json!(["a\nb"]), json!([null]), json!([["a"]])]),
        ("story", vec![json!(1), json!("a\u{1}"), json!("\u{202e}x"), json!(["a"])]),
        ("height", vec![json!("1"), json!(""), json!(true), json!([1])]),
        ("insured", vec![json!("true"), json!(1), json!(0), json!("")]),
        ("shift", vec![json!("late"), json!(""), json!(["Late"]), json!(1)]),
        ("permits", vec![json!("Boat"), json!(["boat"]), json!([1]), json!({"0": "Boat"})]),
        (
            "birthday",
            vec![
                json!("2026-02-29"),
                json!("1.4.2026"),
                json!("2026-04-15T00:00:00Z"),
                json!(20_260_415),
                json!(""),
            ],
        ),
        (
            "website",
            vec![
                json!("example.com"),
                json!("ftp://example.com"),
                json!("javascript:alert(1)"),
                json!("https://"),
                json!("https:///x"),
                json!("https://a b"),
            ],
        ),
        ("portrait", vec![json!("data:image/png;base64,AA"), json!(1), json!("HTTPS")]),
        ("discord", vec![json!(100_000_000_000_000_002_u64), json!("a\u{1b}b")]),
        ("roblox", vec![json!(77), json!("seven"), json!("")]),
        ("steam", vec![json!("STEAM_0:1:2345"), json!("x")]),
        ("fivem", vec![json!("x"), json!({})]),
    ] {
        for value in values {
            let answer = edit(&bot, account::NEWCOMER, json!([{"id": field, "value": value}])).await;
            assert_eq!(answer.body["type"], "/problems/refused-entry", "{field}: {value}");
            let errors = &answer.problem(422, "refused-entry")["errors"];
            assert_eq!(errors[0]["pointer"], "/profileFields/0/value", "{field}: {value}");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_field_that_is_not_defined_is_refused_even_where_it_would_be_emptied() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (id, value) in [
        ("car", json!("red")),
        ("car", Value::Null),
        ("Motto", json!("x")),
        ("", json!("x")),
        ("motto ", json!("x")),
    ] {
        let answer = edit(&bot, account::CADET, json!([{"id": id, "value": value}])).await;
        assert_eq!(answer.problem(422, "refused-entry")["errors"][0]["pointer"], "/profileFields/0/id");
    }
}

#[tokio::test]
async fn a_field_has_the_type_that_the_own_community_gives_it() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    edit(&neighbour, account::NEIGHBOUR, json!([{"id": "motto", "value": "Serve"}]))
        .await
        .problem(422, "refused-entry");
    edit(&neighbour, account::NEIGHBOUR, json!([{"id": "height", "value": 2}]))
        .await
        .problem(422, "refused-entry");
    edit(&neighbour, account::NEIGHBOUR, json!([{"id": "motto", "value": 7}])).await.ok();
    edit(&neighbour, account::CADET, json!([{"id": "motto", "value": 7}]))
        .await
        .problem(404, "account-not-found");
}

#[tokio::test]
async fn an_account_that_is_not_there_comes_before_fields_that_do_not_fit() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for fields in [json!([]), json!([{"id": "car", "value": 1}])] {
        edit(&bot, account::NOBODY, fields).await.problem(404, "account-not-found");
    }
}

#[tokio::test]
async fn a_list_of_another_shape_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (fields, pointer) in [
        (json!({"motto": "Serve"}), "/profileFields"),
        (json!("motto"), "/profileFields"),
        (Value::Null, "/profileFields"),
        (json!(["motto"]), "/profileFields/0"),
        (json!([{"value": "Serve"}]), "/profileFields/0"),
        (json!([{"id": null, "value": "Serve"}]), "/profileFields/0/id"),
        (json!([{"id": "motto", "value": "Serve"}, {"id": 1}]), "/profileFields/1/id"),
    ] {
        let answer = edit(&bot, account::CADET, fields.clone()).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{fields}: {}", answer.body);
        answer.problem(400, "invalid-body");
    }
}
